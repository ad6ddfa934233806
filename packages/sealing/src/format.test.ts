import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { onlyCodedErrors } from '../test/only-coded-errors.ts';
import { toBase64 } from './base64.ts';
import { inspectItem, joinItem, splitItem } from './format.ts';

const zeros = (length: number): Uint8Array => new Uint8Array(length);

test('an item is a big-endian length, the wrapped key, the ciphertext', () => {
  const item = joinItem({ wrappedKey: zeros(258).fill(1), ciphertext: zeros(17).fill(2) });
  expect([...item.subarray(0, 3)]).toEqual([1, 2, 1]); // 258 = 0x0102
  expect(item.length).toBe(2 + 258 + 17);
  expect(splitItem(item)).toEqual({ wrappedKey: zeros(258).fill(1), ciphertext: zeros(17).fill(2) });
});

test('an empty value sealed for 4096 bits takes 530 bytes, 708 characters', () => {
  const item = joinItem({ wrappedKey: zeros(512), ciphertext: zeros(16) });
  expect(item.length).toBe(530);
  expect(toBase64(item).length).toBe(708);
  expect(inspectItem(toBase64(item))).toEqual({ modulusBits: 4096, valueBytes: 0 });
});

test('split is the inverse of join', () => {
  const parts = fc.record({ wrappedKey: fc.uint8Array({ maxLength: 2047 }), ciphertext: fc.uint8Array({ minLength: 16 }) });
  fc.assert(
    fc.property(parts, (item) => {
      expect(splitItem(joinItem(item))).toEqual(item);
    }),
  );
});

const malformed = [
  ['nothing', []],
  ['half a length', [1]],
  ['a length alone', [1, 0]],
  ['less than its length', [0, 4, 1, 2, 3]],
  ['no room for the tag', [0, 2, 1, 2, ...zeros(15)]],
] as const;
test.each(malformed)('%s is malformed', (_, bytes) => {
  expect(() => splitItem(Uint8Array.from(bytes))).toThrow(expect.objectContaining({ code: 'SIGNET_SEAL_MALFORMED' }));
});

test.each([0x08, 0x80, 0xff])('first byte %i is kept for formats to come', (first) => {
  const item = zeros(70_000);
  item[0] = first;
  expect(() => splitItem(item)).toThrow(expect.objectContaining({ code: 'SIGNET_SEAL_NEWER_FORMAT' }));
  expect(() => splitItem(Uint8Array.of(first))).toThrow(expect.objectContaining({ code: 'SIGNET_SEAL_NEWER_FORMAT' }));
});

test('the largest RSA ciphertext is 2047 bytes', () => {
  expect(splitItem(joinItem({ wrappedKey: zeros(2047), ciphertext: zeros(16) })).wrappedKey.length).toBe(2047);
  expect(() => joinItem({ wrappedKey: zeros(2048), ciphertext: zeros(16) })).toThrow(
    expect.objectContaining({ code: 'SIGNET_SEAL_KEY_SIZE' }),
  );
});

test('a mutated item splits or fails with a coded error, and its parts never leave it', () => {
  const seed = joinItem({ wrappedKey: zeros(256), ciphertext: zeros(40) });
  const mutations = fc.array(fc.tuple(fc.nat(seed.length - 1), fc.nat(255)), { maxLength: 8 });
  fc.assert(
    fc.property(mutations, fc.nat(seed.length), (changes, length) => {
      const item = seed.slice(0, length);
      for (const [at, byte] of changes) if (at < length) item[at] = byte;
      return onlyCodedErrors(() => {
        const { wrappedKey, ciphertext } = splitItem(item);
        if (2 + wrappedKey.length + ciphertext.length !== item.length) throw new Error('the parts are not the item');
      });
    }),
    { numRuns: 3000 },
  );
});
