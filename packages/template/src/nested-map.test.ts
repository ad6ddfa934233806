import { expect, test } from 'vitest';
import { nestedMap } from './nested-map.ts';
import { externalSecretsFunctions } from './sets.ts';
import { compile } from './template.ts';

const data = nestedMap(
  new Map([
    [
      'auth',
      new Map<string, Uint8Array | string>([
        ['user', 'änn'],
        ['key', Uint8Array.of(0xff, 0x00)],
      ]),
    ],
  ]),
);

const rendered = (text: string): string =>
  Buffer.from(compile(text, { functions: externalSecretsFunctions }).render(data)).toString('latin1');

// Expected: Go 1.26 text/template over map[string]map[string]string.
test.each([
  ['{{ .auth.user }}', Buffer.from('änn').toString('latin1')],
  ['{{ .auth.key }}', '\u00ff\u0000'],
  ['{{ .auth.absent }}', '<no value>'],
  ['{{ printf "%T" . }}', 'map[string]map[string]string'],
  ['{{ print .auth.user ":" .auth.user | len }}', '9'],
])('%s', (text, expected) => {
  expect(rendered(text)).toBe(expected);
});
