import { describe, expect, test } from 'vitest';
import { jsonDocument } from './document.ts';
import type { JsonDocumentOptions } from './document.ts';

const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);

function document(json: string | Uint8Array, options: Partial<JsonDocumentOptions> = {}) {
  return jsonDocument(typeof json === 'string' ? utf8(json) : json, { key: 'db/main', objects: 'raw', ...options });
}

const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** What a call gives, or the code of its error. */
function outcome(call: () => Uint8Array | ReadonlyMap<string, Uint8Array>): unknown {
  try {
    const given = call();
    return given instanceof Uint8Array ? text(given) : Object.fromEntries([...given].map(([key, value]) => [key, text(value)]));
  } catch (error) {
    return String((error as { code?: string }).code).replace('SIGNET_PROVIDER_', '');
  }
}

test('the whole value is the bytes as they are, JSON or not', () => {
  const bytes = Uint8Array.of(0, 255, 254);
  expect(document(bytes).value(undefined)).toBe(bytes);
  expect(document(bytes).value('')).toBe(bytes);
});

// Source: external-secrets v2.9, rules common to all providers.
describe('external acceptance 15: a property of a value that is JSON', () => {
  const json = '{"a.b":"literal","a":{"b":"nested","c":[1,{"d":null}]},"f":1.50,"n":12345678901234567890,"o":{ "x" : 1 }}';
  test.each([
    ['a.b', 'literal'],
    ['a\\.b', 'literal'],
    ['a.c.0', '1'],
    ['a.c.1.d', ''],
    ['f', '1.5'],
    ['n', '12345678901234567890'],
    ['o', '{ "x" : 1 }'],
    ['a.c.#', '2'],
    ['absent', 'PROPERTY_MISSING'],
    ['a.b.c', 'PROPERTY_MISSING'],
  ])('%s is %s', (property, expected) => {
    expect(outcome(() => document(json).value(property))).toBe(expected);
  });

  test('is looked up as a path first where the backend does so', () => {
    expect(outcome(() => document(json, { first: 'path' }).value('a.b'))).toBe('nested');
    expect(outcome(() => document('{"a.b":1}', { first: 'path' }).value('a.b'))).toBe('1');
  });

  test.each([
    ['5', 'PROPERTY_MISSING'],
    ['"text"', 'PROPERTY_MISSING'],
    ['text', 'NOT_AN_OBJECT'],
    ['', 'NOT_AN_OBJECT'],
    ['{"a":1', 'NOT_AN_OBJECT'],
    ['[{"a":1}]', 'PROPERTY_MISSING'],
  ])('of %s is %s', (value, expected) => {
    expect(outcome(() => document(value).value('a'))).toBe(expected);
  });

  test('of bytes that are no UTF-8 is refused, not read with other characters', () => {
    const bytes = Uint8Array.of(...utf8('{"a":"'), 0xff, ...utf8('"}'));
    expect(outcome(() => document(bytes).value('a'))).toBe('NOT_AN_OBJECT');
  });
});

describe('all keys', () => {
  const json = '{"s":"x","i":12345678901234567890,"f":1.50,"e":1e3,"t":true,"n":null,"o":{"b":"<","a":1.0},"l":[1, 2]}';
  test('as AWS gives them: what is not text as it was written', () => {
    expect(outcome(() => document(json).values(undefined))).toEqual({
      s: 'x',
      i: '12345678901234567890',
      f: '1.50',
      e: '1e3',
      t: 'true',
      n: '',
      o: '{"b":"<","a":1.0}',
      l: '[1, 2]',
    });
  });

  test('as Vault gives them: numbers are float64, objects are written anew', () => {
    expect(outcome(() => document(json, { objects: 'go' }).values(undefined))).toEqual({
      s: 'x',
      i: '12345678901234567000',
      f: '1.5',
      e: '1000',
      t: 'true',
      n: '',
      o: '{"a":1,"b":"\\u003c"}',
      l: '[1,2]',
    });
  });

  test.each([
    ['{"in":{"a":1}}', 'in', { a: '1' }],
    ['{"in":"{\\"a\\":1}"}', 'in', { a: '1' }],
    ['{"in":[1]}', 'in', 'NOT_AN_OBJECT'],
    ['{"in":null}', 'in', 'NOT_AN_OBJECT'],
    ['{"in":1}', 'absent', 'PROPERTY_MISSING'],
    ['[1]', undefined, 'NOT_AN_OBJECT'],
    ['text', undefined, 'NOT_AN_OBJECT'],
    ['"{}"', undefined, 'NOT_AN_OBJECT'],
    ['{"__proto__":"x","toString":"y"}', undefined, { ['__proto__']: 'x', toString: 'y' }],
  ])('of %s at %s are %j', (value, property, expected) => {
    expect(outcome(() => document(value).values(property))).toEqual(expected);
  });
});

describe('promise 10: what a tenant writes cannot exhaust anything', () => {
  test.each([
    ['100,000 levels of arrays', '['.repeat(100_000) + ']'.repeat(100_000)],
    ['100,000 levels of objects', '{"a":'.repeat(100_000) + '1' + '}'.repeat(100_000)],
    ['arrays that never end', '['.repeat(3_000_000)],
  ])('%s', (_name, json) => {
    expect(outcome(() => document(json).value('a'))).toBe('BAD_ANSWER');
  });

  test('500 levels are read, gone into, and written', () => {
    const json = '{"a":'.repeat(499) + '1' + '}'.repeat(499);
    expect(outcome(() => document(json).value(Array.from({ length: 499 }, () => 'a').join('.')))).toBe('1');
    expect(outcome(() => document(json, { objects: 'go' }).value('@ugly'))).toBe(json);
    expect(outcome(() => document(json, { objects: 'go' }).values(undefined))).toEqual({ a: json.slice(5, -1) });
  });

  test.each([
    ['doubling', Array.from({ length: 60 }, () => '[@this,@this]').join('|')],
    ['quoting over and over', Array.from({ length: 60 }, () => '@tostr').join('|')],
    ['digging in what was dug', `@dig:${'@dig:'.repeat(30)}a`],
    ['a path of 5,000 characters', 'a.'.repeat(2500)],
    ['many stars', `${'*.'.repeat(400)}x`],
  ])('a path by %s', (_name, path) => {
    const json = '{"a":'.repeat(60) + '["\\\\",{}]' + '}'.repeat(60);
    expect(['INVALID_CONFIG', 'PROPERTY_MISSING', 'BAD_ANSWER']).toContain(outcome(() => document(json).value(path)));
  });

  test('a text of 5 MB with escapes is read', () => {
    const long = '\\n'.repeat(2_500_000);
    expect(document(`{"a":"${long}"}`).value('a')).toHaveLength(2_500_000);
  });
});

test('promise 9: errors and what is printed of a document have no value in them', () => {
  const made = document('{"password":"canary"}');
  const errors = [
    () => made.value('absent'),
    () => document('canary').value('a'),
    () => document('["canary"]').values(undefined),
  ].map((call) => {
    try {
      return JSON.stringify(call());
    } catch (error) {
      return `${JSON.stringify(error)} ${String(error)} ${String((error as Error).stack)}`;
    }
  });
  expect(errors.join('\n') + JSON.stringify(made) + Object.keys(made).join(' ')).not.toContain('canary');
});
