import { expect, test } from 'vitest';
import { keyedDigest } from './keyed-digest.ts';

const bytes = (text: string): Uint8Array => new TextEncoder().encode(text);

test('a keyed digest is the same for the same secret and value, and for no other', () => {
  const digest = keyedDigest(bytes('a secret of thirty-two bytes ...'));
  expect(digest(bytes('1234'))).toMatch(/^[0-9A-Za-z_-]{22}$/);
  expect(keyedDigest(bytes('a secret of thirty-two bytes ...'))(bytes('1234'))).toBe(digest(bytes('1234')));
  expect(digest(bytes('1235'))).not.toBe(digest(bytes('1234')));
  expect(keyedDigest(bytes('another of thirty-two bytes ....'))(bytes('1234'))).not.toBe(digest(bytes('1234')));
});

test('a keyed digest is that of HKDF and HMAC with SHA-256', () => {
  // By Python: hmac and hashlib, RFC 5869 by hand.
  expect(keyedDigest(bytes('a secret of thirty-two bytes ...'))(bytes('1234'))).toBe('XlXQ_ppDuNcJVtvT3zgq6Q');
});
