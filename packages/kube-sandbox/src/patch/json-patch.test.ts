import { readFileSync } from 'node:fs';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Rejection } from '../schema/rejection.ts';
import { applyJsonPatch } from './json-patch.ts';

interface Row {
  readonly name: string;
  readonly document: unknown;
  readonly patch: unknown;
  readonly expected?: unknown;
  readonly refused?: boolean;
}

const rows = JSON.parse(readFileSync(new URL('testdata/json-patch.json', import.meta.url), 'utf8')) as Row[];

function refusal(action: () => unknown): Rejection {
  try {
    action();
  } catch (error) {
    return error as Rejection;
  }
  throw new Error('nothing was refused');
}

// Source: RFC 6902 appendix A, and the library the API server patches with (testdata/README.md).
describe('operations', () => {
  test.each(rows.filter((row) => !row.refused))('$name', ({ document, patch, expected }) => {
    const before = JSON.stringify(document);
    expect(JSON.parse(JSON.stringify(applyJsonPatch(document, patch)))).toEqual(expected);
    expect(JSON.stringify(document)).toBe(before);
  });

  test.each(rows.filter((row) => row.refused))('refused: $name', ({ document, patch }) => {
    const { status } = refusal(() => applyJsonPatch(document, patch));
    expect(status).toBe(Array.isArray(patch) ? 422 : 400);
  });

  test('an own member named __proto__ is data, not a prototype', () => {
    const patched = applyJsonPatch({}, [{ op: 'add', path: '/__proto__', value: { polluted: true } }]);
    expect(Object.keys(patched)).toEqual(['__proto__']);
    expect(Object.getPrototypeOf(patched)).toBe(Object.prototype);
  });
});

describe('refusals are worded by the API server', () => {
  test('an operation that fails', () => {
    const rejection = refusal(() => applyJsonPatch({ a: 1 }, [{ op: 'test', path: '/a', value: 2 }]));
    expect(rejection).toMatchObject({
      status: 422,
      reason: 'Invalid',
      message: 'the server rejected our request due to an error in our request',
    });
  });

  test('too many operations', () => {
    const patch = Array.from({ length: 10_001 }, () => ({ op: 'test', path: '/a', value: 1 }));
    expect(refusal(() => applyJsonPatch({ a: 1 }, patch))).toMatchObject({
      status: 413,
      reason: 'RequestEntityTooLarge',
      message: 'The allowed maximum operations in a JSON patch is 10000, got 10001',
    });
    expect(applyJsonPatch({ a: 1 }, patch.slice(1))).toEqual({ a: 1 });
  });

  test('copies that would grow without bound', () => {
    const patch = [
      { op: 'add', path: '/a', value: 'x'.repeat(1000) },
      ...Array.from({ length: 20 }, () => [
        { op: 'copy', from: '', path: '/c' },
        { op: 'copy', from: '/a', path: '/b' },
      ]).flat(),
    ];
    expect(refusal(() => applyJsonPatch({}, patch)).status).toBe(422);
  });
});

describe('properties', () => {
  const json = fc.jsonValue({ maxDepth: 3 });

  test('add then test holds, then remove restores', () => {
    fc.assert(
      fc.property(fc.string(), json, (key, value) => {
        const path = `/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`;
        const patch = [
          { op: 'add', path, value },
          { op: 'test', path, value },
          { op: 'remove', path },
        ];
        expect(applyJsonPatch({}, patch)).toEqual({});
      }),
    );
  });

  test('a replaced root gives the target', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), json), fc.dictionary(fc.string(), json), (source, target) => {
        expect(applyJsonPatch<unknown>(source, [{ op: 'replace', path: '', value: target }])).toEqual(target);
      }),
    );
  });
});
