import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { defaultLimits } from '../../limits.ts';
import { Budget } from '../../run.ts';
import { derive, passwordOf, pbkdf2 } from './pkcs12-password.ts';

const budget = (): Budget => new Budget(defaultLimits);
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');

// Source: go-pkcs12 makes these of the same input; the second has a block that begins with a zero.
test.each([
  [passwordOf('sesame').bytes, 'ffffffffffffffff', '7cd9fd3e2b3be7691a44e3bef0f9ea0fb9b897d4e325d9d1'],
  [new Uint8Array(2), 'f37e05b518324b4b', '00f759ff47d14dd03665d5943cb3c4a39a2555c02aed66e1'],
])('the derivation of PKCS#12', (bytes, salt, key) => {
  const options = { hash: 'sha1', salt: Buffer.from(salt, 'hex'), iterations: 2048, length: 24 } as const;
  expect(hex(derive(budget(), { text: '', bytes }, 'key', options))).toBe(key);
});

test('a password has two bytes a character and two zero bytes at the end', () => {
  expect(hex(passwordOf('B\xc3\xa9').bytes)).toBe('004200e90000');
  expect(hex(passwordOf('').bytes)).toBe('0000');
  expect(() => passwordOf('\xf0\x9f\x98\x80')).toThrow('pkcs12: string contains characters that cannot be encoded in UCS-2');
});

test('a tenant cannot ask for any number of iterations', () => {
  const many = { hash: 'sha256', salt: new Uint8Array(8), iterations: 2 ** 31 - 1, length: 32 } as const;
  for (const run of [() => pbkdf2(budget(), passwordOf('x'), many), () => derive(budget(), passwordOf('x'), 'key', many)]) {
    expect(run).toThrow(expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }));
  }
});
