import { randomBytes } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { builtinFunctions } from './functions/builtin/functions.ts';
import { variable } from './functions/function.ts';
import { externalSecretsFunctions, sealedSecretsFunctions } from './sets.ts';
import { compile } from './template.ts';

const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('utf8');

describe('compile', () => {
  test('once per text and options', () => {
    const template = compile('{{ .a }}', { name: 'one' });
    expect(compile('{{ .a }}', { name: 'one' })).toBe(template);
    expect(compile(Buffer.from('{{ .a }}'), { name: 'one' })).toBe(template);
    for (const options of [
      { name: 'two' },
      { name: 'one', missingKey: 'zero' as const },
      { name: 'one', functions: builtinFunctions },
      { name: 'one', limits: { steps: 5 } },
    ]) {
      expect(compile('{{ .a }}', options)).not.toBe(template);
    }
  });

  test('the name leads errors', () => {
    expect(() => compile('{{', { name: 'config/änd.yaml' })).toThrow('template: config/änd.yaml:1: unclosed action');
    expect(() => compile('{{ .a.b }}', { name: 'a"b' }).render(new Map([['a', '']]))).toThrow(
      'template: a"b:1:5: executing "a\\"b" at <.a.b>',
    );
  });

  test('other delimiters', () => {
    expect(text(compile('[[ .a ]] {{ .a }} [[- /* c */ -]] x', { delimiters: ['[[', ']]'] }).render(new Map([['a', '1']])))).toBe(
      '1 {{ .a }}x',
    );
    expect(text(compile('«.a» {{ .a }}', { delimiters: ['«', '»'] }).render(new Map([['a', '1']])))).toBe('1 {{ .a }}');
    expect(text(compile('{{ .a ]]', { delimiters: ['', ']]'] }).render(new Map([['a', '1']])))).toBe('1');
  });

  test('what depends on time or chance is known', () => {
    const functions = {
      ...builtinFunctions,
      dice: variable('func() int', () => 4n),
      clock: variable('func() int', ({ now }) => BigInt(now())),
    };
    const certain = compile('{{ print 1 }}', { functions });
    expect([certain.isDeterministic, certain.variableFunctions]).toEqual([true, []]);
    const uncertain = compile('{{ define "x" }}{{ (dice | print).a }}{{ end }}{{ if false }}{{ clock | print }}{{ end }}', {
      functions,
    });
    expect([uncertain.isDeterministic, uncertain.variableFunctions]).toEqual([false, ['clock', 'dice']]);
  });
});

describe('render', () => {
  test("a map is Go's map of strings", () => {
    const data = new Map<string, Uint8Array | string>([
      ['text', 'é'],
      ['bytes', Uint8Array.of(0xff, 0, 0x7b)],
    ]);
    expect(text(compile('{{ printf "%T" . }} {{ len .text }} {{ printf "%x" .bytes }}').render(data))).toBe(
      'map[string]string 2 ff007b',
    );
    expect(Buffer.from(compile('{{ .bytes }}').render(data))).toEqual(Buffer.from([0xff, 0, 0x7b]));
  });

  test('time and chance come from outside', () => {
    const functions = {
      dice: variable('func() int', ({ random }) => BigInt(random(1)[0] ?? 0)),
      clock: variable('func() int', ({ now }) => BigInt(now())),
    };
    const template = compile('{{ dice }} {{ clock }}', { functions });
    expect(text(template.render(null, { now: () => 5, random: () => Uint8Array.of(9) }))).toBe('9 5');
    expect(text(template.render(null, { random: (length) => randomBytes(length) }))).toMatch(/^\d+ \d{13}$/);
  });

  test('one rendering leaves nothing for the next', () => {
    const template = compile('{{ $x := .a }}{{ if .a.b }}{{ end }}{{ $x }}');
    expect(() => template.render(new Map([['a', '1']]))).toThrow("can't evaluate field b in type string");
    expect(() => template.render(new Map([['a', '2']]))).toThrow("can't evaluate field b in type string");
    expect(text(compile('{{ $x := .a }}{{ $x }}').render(new Map([['a', '2']])))).toBe('2');
  });
});

describe('the sets of functions', () => {
  const refused = ['env', 'expandenv', 'getHostByName'];
  const ofSecrets = [
    'certSANs',
    'filterCertChain',
    'filterPEM',
    'fromYaml',
    'jwkPublicKeyPem',
    'pkcs12key',
    'rsaDecrypt',
    'toYaml',
    'hexdec',
  ];

  test.each(refused)('%s is in none', (name) => {
    expect(() => compile(`{{ ${name} "HOME" }}`, { functions: sealedSecretsFunctions })).toThrow(`function "${name}" not defined`);
    expect(() => compile(`{{ ${name} "HOME" }}`, { functions: externalSecretsFunctions })).toThrow(
      `function "${name}" not defined`,
    );
  });

  test.each(ofSecrets)('%s is in that of ExternalSecrets alone', (name) => {
    expect([Object.hasOwn(sealedSecretsFunctions, name), Object.hasOwn(externalSecretsFunctions, name)]).toEqual([false, true]);
  });

  test("Sprig's slice takes the place of Go's", () => {
    expect(() => compile('{{ slice "abc" 1 }}').render(null)).toThrow('list should be type of slice or array but string');
  });
});
