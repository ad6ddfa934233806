import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { JsonNode } from './node.ts';
import { parseJson } from './parse.ts';
import { floatText, goJson } from './text.ts';

/** What a node says, as JavaScript reads it. */
function plain(node: JsonNode): unknown {
  switch (node.kind) {
    case 'string':
      return node.text;
    case 'array':
      return node.items.map(plain);
    case 'object': {
      const all: Record<string, unknown> = {};
      for (const { name, value } of node.members) {
        Object.defineProperty(all, name, { value: plain(value), enumerable: true, configurable: true, writable: true });
      }
      return all;
    }
    case 'number':
      return Number(node.raw);
    case 'null':
      return null;
    case 'true':
    case 'false':
      return node.kind === 'true';
  }
}

/** As JavaScript reads it; undefined: it is no JSON. */
function reference(text: string): { readonly value: unknown } | undefined {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch {
    return undefined;
  }
}

describe('JSON is read as JavaScript reads it', () => {
  test('whatever value, however spaced', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom(undefined, 1, '\t', '\n  '), (value, space) => {
        const text = JSON.stringify(value, undefined, space);
        const node = parseJson(text);
        expect(node && { value: plain(node), raw: node.raw }).toEqual({ value: JSON.parse(text), raw: text });
      }),
    );
  });

  test('and what is no JSON is none', () => {
    const pieces = fc.constantFrom(
      ...'{}[]:," \\0123-+.eE'.split(''),
      'true',
      'null',
      '"a"',
      '"\\u00e4"',
      '\u0000',
      '\n',
      'ä',
      '\ufeff',
    );
    fc.assert(
      fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
        const text = parts.join('');
        const node = parseJson(text);
        expect(node && { value: plain(node) }).toEqual(reference(text));
      }),
      { numRuns: 3000 },
    );
  });

  test('after damage in one place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(), fc.string({ maxLength: 2, unit: 'binary' }), (value, at, damage) => {
        const text = JSON.stringify(value);
        const place = at % (text.length + 1);
        const damaged = text.slice(0, place) + damage + text.slice(place + 1);
        const node = parseJson(damaged);
        expect(node && { value: plain(node) }).toEqual(reference(damaged));
      }),
      { numRuns: 1000 },
    );
  });
});

test('every value has the text it was written with', () => {
  const node = parseJson(' {"a" : [ 1.0,  "\\u0041" ] , "b":{ } } ');
  const [a, b] = node?.kind === 'object' ? node.members : [];
  expect([a?.rawName, a?.value.raw, b?.value.raw]).toEqual(['"a"', '[ 1.0,  "\\u0041" ]', '{ }']);
});

test('Go reads what is written the way Go writes it as the same value', () => {
  fc.assert(
    fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
      const node = parseJson(JSON.stringify(value));
      expect(JSON.parse(goJson(node as JsonNode))).toEqual(JSON.parse(JSON.stringify(value)));
    }),
  );
});

test('a float64 without exponent reads back as the same', () => {
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = floatText(value);
      expect(text).toMatch(/^-?\d+(?:\.\d+)?$/);
      expect(Number(text)).toBe(value);
    }),
  );
});

test('promise 10: a text of very many values is refused before it takes the memory of them', () => {
  const list = (length: number): string => `[${Array.from({ length }, () => '0').join(',')}]`;
  expect(parseJson(list(400_000))?.kind).toBe('array');
  expect(() => parseJson(list(600_000))).toThrow('JSON of more than 500000 values');
});
