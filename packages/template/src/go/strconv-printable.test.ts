import { expect, test } from 'vitest';
import { isPrintable } from './strconv-printable.ts';

// Go 1.26's strconv.IsPrint over all code points: how many are printable, and a FNV-1a of them in order (32 bits, one step each).
test('exactly the code points are printable that are so in Go', () => {
  let count = 0;
  let hash = 2166136261;
  for (let code = 0; code <= 0x10ffff; code++) {
    if (!isPrintable(code)) continue;
    count++;
    hash = Math.imul(hash ^ code, 16777619) >>> 0;
  }
  expect({ count, hash }).toEqual({ count: 148998, hash: 498617663 });
});
