import { isSignetError } from '@signet/errors';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readDocument } from './read-document.ts';
import { splitStream } from './split.ts';
import { jsonOf } from './tree.ts';
import type { Json } from './tree.ts';

const read = (text: string): Json =>
  jsonOf(readDocument({ name: 'a.yaml', text }, { kind: 'yaml', start: 0, end: text.length }).tree);

const refused = (text: string): { code: string; line: number | undefined; message: string } => {
  try {
    read(text);
  } catch (error) {
    if (isSignetError(error)) return { code: error.code, line: error.at?.line, message: error.message };
    throw error;
  }
  throw new Error('was not refused');
};

describe('readDocument', () => {
  test.each<[string, string, Json]>([
    [
      'values as Kubernetes reads them',
      'a: no\nb: 0777\nc: "no"\nd: 1:30\ne:\n',
      new Map<string, Json>([
        ['a', false],
        ['b', 511n],
        ['c', 'no'],
        ['d', '1:30'],
        ['e', null],
      ]),
    ],
    [
      'keys too',
      'on: a\n1: b\n',
      new Map<string, Json>([
        ['true', 'a'],
        ['1', 'b'],
      ]),
    ],
    [
      // Given to kubectl 1.36.3; the merge specification would keep the a that stands before.
      'a merge replaces what stands before it',
      'x: &x {a: 1, b: 2}\nw: &w {a: 5, c: 6}\nz: {a: 0, <<: [*x, *w], b: 3}\n',
      new Map<string, Json>([
        [
          'x',
          new Map([
            ['a', 1n],
            ['b', 2n],
          ]),
        ],
        [
          'w',
          new Map([
            ['a', 5n],
            ['c', 6n],
          ]),
        ],
        [
          'z',
          new Map([
            ['a', 1n],
            ['c', 6n],
            ['b', 3n],
          ]),
        ],
      ]),
    ],
    [
      'aliases and merges',
      'x: &x {a: 1, b: 2}\nz: {<<: *x, b: 3}\n',
      new Map<string, Json>([
        [
          'x',
          new Map([
            ['a', 1n],
            ['b', 2n],
          ]),
        ],
        [
          'z',
          new Map([
            ['b', 3n],
            ['a', 1n],
          ]),
        ],
      ]),
    ],
    [
      'a key named __proto__',
      '__proto__: {polluted: yes}\n',
      new Map<string, Json>([['__proto__', new Map([['polluted', true]])]]),
    ],
    [
      'tags',
      'a: !!str 5\nb: !!binary aGk=\nc: !!int 5\n',
      new Map<string, Json>([
        ['a', '5'],
        ['b', 'hi'],
        ['c', 5n],
      ]),
    ],
    ['CRLF inside a block', 'a: |\r\n  x\r\n  y\r\n', new Map<string, Json>([['a', 'x\ny\n']])],
    ['nothing', '# only a comment\n', null],
  ])('reads %s', (_, text, value) => {
    expect(read(text)).toEqual(value);
  });

  test.each([
    ['a key twice', 'a: 1\na: 2\n', 'YAML_DUPLICATE_KEY', 2],
    ['a key twice in other words', 'yes: 1\ntrue: 2\n', 'YAML_DUPLICATE_KEY', 2],
    ['an unquoted alias', 'a: 1\npassword: *hunter2\n', 'YAML_SYNTAX', 2],
    ['a reserved character', 'password: @hunter2\n', 'YAML_SYNTAX', 1],
    ['an open quote', 'password: "hunter2\n', 'YAML_SYNTAX', 2],
    ['a colon inside a value', 'password: hunter2: x\n', 'YAML_SYNTAX', 1],
    ['a tab', 'a:\n\tb: hunter2\n', 'YAML_SYNTAX', 2],
    ['an unknown tag', 'password: !hunter2 x\n', 'YAML_TAG', 1],
    ['two documents in one', 'a: 1\n...\nb: hunter2\n', 'YAML_SEPARATOR', 3],
    ['text on the separator', 'a: 1\n--- # hunter2\nb: 1\n', 'YAML_SEPARATOR', 2],
    ['deep nesting', '['.repeat(300) + ']'.repeat(300), 'YAML_LIMIT', 1],
    ['very deep nesting', '['.repeat(30_000), 'YAML_LIMIT', 1],
    ['an anchor inside itself', 'a: &a\n  b: *a\n', 'YAML_LIMIT', 2],
  ])('refuses %s, with its line and without the text', (_, text, code, line) => {
    const { message, ...rest } = refused(text);
    expect(rest).toEqual({ code: `SIGNET_CLI_${code}`, line });
    expect(message).not.toContain('hunter2');
  });

  test('refuses an alias bomb quickly', () => {
    const levels = Array.from(
      { length: 12 },
      (_, at) => `l${at}: &l${at} [${Array.from({ length: 10 }, () => (at === 0 ? 'x' : `*l${at - 1}`)).join(',')}]`,
    );
    expect(refused(levels.join('\n')).code).toBe('SIGNET_CLI_YAML_LIMIT');
  });

  test('reads JSON as JSON.parse does', () => {
    fc.assert(
      fc.property(
        fc.dictionary(fc.string(), fc.jsonValue({ maxDepth: 3 })),
        fc.constantFrom(undefined, 2, '\t'),
        (value, indent) => {
          const text = JSON.stringify(value, null, indent);
          const [piece] = splitStream(text);
          const tree = readDocument({ name: 'a.json', text }, piece ?? { kind: 'json', start: 0, end: text.length }).tree;
          expect(toPlain(jsonOf(tree))).toEqual(toPlain(fromPlain(JSON.parse(text))));
        },
      ),
    );
  });
});

function fromPlain(value: unknown): Json {
  if (Array.isArray(value)) return value.map(fromPlain);
  if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([key, one]) => [key, fromPlain(one)]));
  return value as string;
}

function toPlain(value: Json): unknown {
  if (value instanceof Map) return new Map([...(value as ReadonlyMap<string, Json>)].map(([key, one]) => [key, toPlain(one)]));
  if (Array.isArray(value)) return value.map((one) => toPlain(one as Json));
  return typeof value === 'bigint' ? Number(value) : value === 0 ? 0 : value;
}
