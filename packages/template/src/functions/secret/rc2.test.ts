import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { decryptRc2Cbc } from './rc2.ts';

const hex = (text: string): Uint8Array => Buffer.from(text, 'hex');

// Source: RFC 2268 section 5, the rows whose effective key bits are all of the key's.
test.each([
  ['ffffffffffffffff', 'ffffffffffffffff', '278b27e42e2f0d49'],
  ['3000000000000000', '1000000000000001', '30649edf9be7d2c2'],
  ['88bca90e90875a7f0f79c384627bafb2', '0000000000000000', '2269552ab0f85ca6'],
])('key %s', (key, plain, cipher) => {
  expect(Buffer.from(decryptRc2Cbc(hex(key), new Uint8Array(8), hex(cipher))).toString('hex')).toBe(plain);
});

test('blocks are chained', () => {
  const key = hex('ffffffffffffffff');
  const one = hex('278b27e42e2f0d49');
  const plain = Buffer.from(decryptRc2Cbc(key, hex('0000000000000001'), Buffer.concat([one, one])));
  expect(plain.toString('hex')).toBe('fffffffffffffffed874d81bd1d0f2b6');
});
