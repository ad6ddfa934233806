import { Buffer } from 'node:buffer';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compile } from '../../template.ts';

const render = (text: string, data: Record<string, Uint8Array | string> = {}): Uint8Array =>
  compile(text).render(new Map(Object.entries(data)));
const text = (bytes: Uint8Array): string => Buffer.from(bytes).toString('latin1');

test('what was encrypted is decrypted again', () => {
  const roundTrip = compile('{{ decryptAES .password (encryptAES .password .plain) }}');
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 100 }), fc.uint8Array({ maxLength: 50 }), (plain, password) => {
      expect(text(roundTrip.render(new Map(Object.entries({ plain, password }))))).toBe(text(plain));
    }),
  );
});

// Made by Sprig 3.3.0.
test.each([
  ['secretkey', 'c3TlQQ/9dhQ7SBZT76U9KKJiSoOgb9GqYX92xNLkHLs=', 'plaintext'],
  ['k'.repeat(50), 'dGisZtp+3LiqVfI3gb/nGanoe5RzPCznOSzX0stkdctY/qb2cQLvVyAFZF7dbmMOokSAEkOGyO2ksUxlMvHL/A==', '0'.repeat(32)],
  ['k'.repeat(32), 'dGisZtp+3LiqVfI3gb/nGanoe5RzPCznOSzX0stkdctY/qb2cQLvVyAFZF7dbmMOokSAEkOGyO2ksUxlMvHL/A==', '0'.repeat(32)],
  ['k', '', ''],
])('%s decrypts what Go encrypted', (password, encrypted, plain) => {
  expect(text(render('{{ decryptAES .password .encrypted }}', { password, encrypted }))).toBe(plain);
});

test('nothing is encrypted to nothing', () => {
  expect(text(render('{{ encryptAES "k" "" }}'))).toBe('');
});

describe('what Sprig cannot decrypt is the error it gives', () => {
  test.each([
    ['!', 'illegal base64 data at input byte 0'],
    ['AAAA', 'runtime error: slice bounds out of range [:16] with capacity 3'],
    ['A'.repeat(20), 'runtime error: slice bounds out of range [:16] with capacity 15'],
    [`AAAA${'\n'.repeat(32)}`, 'runtime error: slice bounds out of range [16:3]'],
    [`${'A'.repeat(22)}==`, 'runtime error: index out of range [-1]'],
    [`${'A'.repeat(23)}=`, 'crypto/cipher: input not full blocks'],
    [Buffer.alloc(32).toString('base64'), 'runtime error: slice bounds out of range [:…]'],
  ])('%j', (encrypted, message) => {
    expect(() => render('{{ decryptAES "k" .encrypted }}', { encrypted })).toThrow(`error calling decryptAES: ${message}`);
  });
});

test('encrypting is not deterministic, decrypting is', () => {
  expect(compile('{{ encryptAES "a" (decryptAES "a" "") }}').variableFunctions).toEqual(['encryptAES']);
});
