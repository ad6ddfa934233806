import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readView, sealed, viewText } from './plain-view.ts';
import type { ViewValue } from './plain-view.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);
const read = (text: string): Record<string, string | symbol> | undefined => {
  const values = readView({ name: 'db.yaml', text });
  if (!values) return undefined;
  return Object.fromEntries(
    [...values].map(([key, value]) => [key, value === sealed ? sealed : Buffer.from(value).toString('latin1')]),
  );
};
const refusal = (text: string): string => {
  try {
    readView({ name: 'db.yaml', text });
  } catch (error) {
    const { code, message, at } = error as { code?: string; message: string; at?: { line?: number } };
    return `${code?.replace('SIGNET_CLI_', '')} ${at?.line}: ${message}`;
  }
  return 'accepted';
};

test('texts as they are, bytes as base64, the rest <sealed>', () => {
  const values = new Map<string, ViewValue>([
    ['password', sealed],
    ['user', bytes('app')],
    ['port', bytes('5432')],
    ['tls.crt', bytes('-----BEGIN\nAAA\n')],
    ['empty', bytes('')],
    ['key.bin', Uint8Array.of(0, 255)],
    ['on', bytes('<sealed>')],
  ]);
  expect(viewText(['db', 'web'], values)).toBe(
    '# db\n# web\npassword: <sealed>\nuser: app\nport: "5432"\ntls.crt: |\n  -----BEGIN\n  AAA\nempty: ""\n' +
      'key.bin: !!binary |\n  AP8=\n"on": !!binary |\n  PHNlYWxlZD4=\n',
  );
  expect(viewText([], new Map())).toBe('{}\n');
});

test('what is shown is read back, byte for byte', () => {
  const key = fc.stringMatching(/^[-._a-zA-Z0-9]{1,20}$/);
  const value = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.string({ unit: 'grapheme', maxLength: 100 }).map(bytes),
    fc
      .string({ unit: fc.constantFrom(...' \n\t\r#:-"\'\\|>&*!%@`{}[],?~<a0\u2028\uFEFF\u0085'.split('')), maxLength: 12 })
      .map(bytes),
    fc.constantFrom('null', 'yes', '0777', '<sealed>', '---', '...', '<<', '=').map(bytes),
    fc.constant(sealed),
  );
  fc.assert(
    fc.property(fc.array(fc.tuple(key, value), { maxLength: 6 }), (entries) => {
      const values = new Map<string, ViewValue>(entries);
      const again = readView({ name: 'db.yaml', text: viewText(['head # of it'], values) });
      expect([...(again ?? [])]).toEqual([...values]);
    }),
    { numRuns: 500 },
  );
});

describe('what a person types', () => {
  test('is the text as it stands, whatever YAML would make of it', () => {
    expect(read('port: 5432\non: yes\nmode: 0777\nno: null\nx: ~\nt: 1:30\nurl: pg://a:b@c#d\nf: 1e3\n')).toEqual({
      port: '5432',
      on: 'yes',
      mode: '0777',
      no: 'null',
      x: '~',
      t: '1:30',
      url: 'pg://a:b@c#d',
      f: '1e3',
    });
    expect(read('a: "x\\ty"\nb: \'it\'\'s\'\nc: |\n  one\n  two\nd: >-\n  one\n  two\ne: ""\nf: !!binary "AP8="\n')).toEqual({
      a: 'x\ty',
      b: "it's",
      c: 'one\ntwo\n',
      d: 'one two',
      e: '',
      f: '\u0000\u00ff',
    });
    expect(read('a: <sealed>\nb: "<sealed>"\n')).toEqual({ a: sealed, b: sealed });
  });

  test('lines ended by an editor of another system, a byte order mark', () => {
    expect(read('\uFEFF# head\r\na: x\r\nb: |\r\n  y\r\n')).toEqual({ a: 'x', b: 'y\n' });
  });

  test('nothing at all is no edit; {} is an object without keys', () => {
    for (const text of ['', '\n\n', '# only\n# comments\n']) expect(read(text)).toBeUndefined();
    expect(read('# c\n{}\n')).toEqual({});
  });

  test.each<[string, string]>([
    [
      'a: abc #def\n',
      'EDIT_TEXT 1: the edited text cannot be used: the value of "a" ends in a comment; a value with # in it needs quotes',
    ],
    ['b: x\na: #def\n', 'EDIT_TEXT 2: the edited text cannot be used: the value of "a" starts with #, which begins a comment'],
    ['a: # def\n  g\n', 'EDIT_TEXT 1: the edited text cannot be used: the value of "a" starts with #, which begins a comment'],
    ['a:\nb: x\n', 'EDIT_TEXT 1: the edited text cannot be used: the value of "a" is missing ("" is an empty value)'],
    ['a: &b c\n', 'EDIT_TEXT 1: the edited text cannot be used: the value of "a" starts with &, which needs quotes'],
    ['a: !!int 3\n', 'EDIT_TEXT 1: the edited text cannot be used: the value of "a" starts with !, which needs quotes'],
    [
      'a: {b: c}\n',
      'EDIT_TEXT 1: the edited text cannot be used: the value of "a" is no text (a value that starts with [, { or * needs quotes)',
    ],
    [
      'a:\n- b\n',
      'EDIT_TEXT 1: the edited text cannot be used: the value of "a" is no text (a value that starts with [, { or * needs quotes)',
    ],
    ['a: !!binary xx\n', 'EDIT_TEXT 1: the edited text cannot be used: the value of "a" is not base64'],
    ['just a text\n', 'EDIT_TEXT undefined: the edited text cannot be used: it is no mapping of KEY: VALUE'],
    ['- a\n', 'EDIT_TEXT undefined: the edited text cannot be used: it is no mapping of KEY: VALUE'],
    ['a: x\nb: y\na: z\n', 'YAML_DUPLICATE_KEY 3: the key "a" appears twice in one mapping'],
  ])('refused, with its line: %j', (text, expected) => {
    expect(refusal(text)).toBe(expected);
  });

  test.each([
    'a: x\n---\nb: y\n',
    'a: *b\n',
    'a: !x y\n',
    'a: "x\n',
    'a: x: y\n',
    'a: @x\n',
    '{a: x\n',
    '? [a]\n: x\n',
    '&a b: x\n',
  ])('refused: %j', (text) => {
    expect(refusal(text)).toMatch(/^(?:YAML|EDIT)_/);
  });

  test('a refusal never quotes a value', () => {
    for (const text of [
      'a: hunter2 #hunter2\n',
      'a: "hunter2\n',
      'a: [hunter2\n',
      'a: *hunter2\n',
      'hunter2\n',
      'a: !hunter2 b\n',
    ]) {
      expect(refusal(text)).not.toContain('hunter2');
    }
  });
});
