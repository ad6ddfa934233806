import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { equal, isObject, type JsonObject, put } from '../schema/json.ts';
import { applyMergePatch } from './merge-patch.ts';

interface Row {
  readonly name: string;
  readonly document: JsonObject;
  readonly patch: unknown;
  readonly expected?: unknown;
  readonly refused?: boolean;
}

const rows = JSON.parse(readFileSync(new URL('testdata/merge-patch.json', import.meta.url), 'utf8')) as Row[];

// Source: RFC 7386 appendix A, and the library the API server patches with (testdata/README.md).
describe('merge patch', () => {
  test.each(rows.filter((row) => !row.refused))('$name', ({ document, patch, expected }) => {
    const before = JSON.stringify(document);
    expect(applyMergePatch(document, patch)).toEqual(expected);
    expect(JSON.stringify(document)).toBe(before);
  });

  test.each(rows.filter((row) => row.refused))('refused: $name', ({ document, patch }) => {
    expect(() => applyMergePatch(document, patch)).toThrow(
      expect.objectContaining({ status: 400, message: expect.stringMatching(/Invalid JSON Patch|error decoding patch/) as string }),
    );
  });
});

/** RFC 7386 section 1: what must be merged into `source` to get `target`. Neither may hold nulls. */
function difference(source: unknown, target: unknown): unknown {
  if (!isObject(source) || !isObject(target)) return target;
  const patch: JsonObject = {};
  for (const key of new Set([...Object.keys(source), ...Object.keys(target)])) {
    if (!Object.hasOwn(target, key)) put(patch, key, null);
    else if (!Object.hasOwn(source, key)) put(patch, key, target[key]);
    else if (!equal(source[key], target[key])) put(patch, key, difference(source[key], target[key]));
  }
  return patch;
}

describe('properties', () => {
  const key = fc.constantFrom('a', 'b', 'c', '__proto__', 'constructor');
  const { tree } = fc.letrec((tie) => ({
    tree: fc.dictionary(
      key,
      fc.oneof({ maxDepth: 3 }, fc.string(), fc.integer(), tie('tree'), fc.array(tie('tree'), { maxLength: 2 })),
    ),
  }));
  const document = tree as fc.Arbitrary<JsonObject>;

  test('applying the difference gives the target', () => {
    fc.assert(
      fc.property(document, document, (source, target) => equal(applyMergePatch(source, difference(source, target)), target)),
    );
  });

  test('applying a patch twice is applying it once', () => {
    const patch = fc.dictionary(key, fc.oneof(fc.constant(null), document)) as fc.Arbitrary<JsonObject>;
    fc.assert(
      fc.property(document, patch, (source, change) => {
        const once = applyMergePatch(source, change);
        return equal(applyMergePatch(once, change), once);
      }),
    );
  });
});
