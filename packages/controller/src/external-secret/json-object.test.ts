import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { objectBytes, readObject, valueBytes } from './json-object.ts';
import type { JsonNode } from './json-object.ts';

const textOf = (bytes: Uint8Array): string => Buffer.from(bytes).toString();
const object = (text: string) => readObject(Buffer.from(text)) ?? new Map<string, JsonNode>();
const memberA = (bytes: Uint8Array): string => textOf(valueBytes(readObject(bytes)?.get('a') ?? { kind: 'null', raw: 'null' }));

// Source: external-secrets v2.9 goes through 64-bit floats; ours never changes a number. All else is compared with Go in go-oracle/.
describe('numbers that a 64-bit float cannot hold keep their text', () => {
  test.each([
    ['9007199254740993', '9007199254740993'],
    ['12345678901234567890', '12345678901234567890'],
    ['-12345678901234567890', '-12345678901234567890'],
    ['0.1000000000000000055511151231257827', '0.1000000000000000055511151231257827'],
    ['1e400', '1e400'],
    ['9007199254740992', '9007199254740992'],
    ['1.50', '1.5'],
    ['100e-2', '1'],
    ['1e21', '1000000000000000000000'],
    ['1e-7', '0.0000001'],
  ])('%s -> %s', (text, expected) => {
    expect(memberA(Buffer.from(`{"a":${text}}`))).toBe(expected);
  });

  test('also inside of objects and lists', () => {
    const text = '{"a":{"b":[9007199254740993,1.0]}}';
    expect(memberA(Buffer.from(text))).toBe('{"b":[9007199254740993,1]}');
    expect(textOf(objectBytes(object(text)))).toBe('{"a":{"b":[9007199254740993,1]}}');
  });
});

// Promise 10: a document cannot use up the stack.
test.each([5_000, 200_000])('nested %i deep it is refused, and nothing breaks', (depth) => {
  expect(() => object(`{"a":${'['.repeat(depth)}${']'.repeat(depth)}}`)).toThrow('nested deeper');
});

test('bytes that are no UTF-8 become U+FFFD, as in Go', () => {
  const bytes = Buffer.concat([Buffer.from('{"a":"'), Buffer.from([0xff, 0x41]), Buffer.from('"}')]);
  expect(memberA(bytes)).toBe('\ufffdA');
});
