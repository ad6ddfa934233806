import { Buffer } from 'node:buffer';
import { digitsOfPi } from './pi.ts';

/**
 * bcrypt (Provos and Mazieres, "A Future-Adaptable Password Scheme", 1999) of a byte string, in the `$2a$` form.
 *
 * Written here because passwords are byte strings and the libraries of JavaScript take text: a password that is not UTF-8 would
 * get another hash than Go gives it.
 *
 * @param password bytes, one per char, at most 72; a NUL is a byte like others
 * @param salt 16 bytes
 * @param cost 4 to 31: 2^cost rounds; 10 takes some 50 ms
 * @example bcryptHash('hunter2', randomBytes(16), 10) // $2a$10$...
 */
export function bcryptHash(password: string, salt: Uint8Array, cost: number): string {
  const key = words(Buffer.from(`${password}\0`, 'latin1'), subkeys);
  const salted = words(salt, subkeys);
  const state = initialState();
  expand(state, key, words(salt, 4));
  for (let round = 0; round < 2 ** cost; round++) {
    expand(state, key, noSalt);
    expand(state, salted, noSalt);
  }
  const text = Buffer.from('OrpheanBeholderScryDoubt', 'latin1');
  const halves = new Int32Array(2);
  for (let at = 0; at < text.length; at += 8) {
    halves[0] = text.readInt32BE(at);
    halves[1] = text.readInt32BE(at + 4);
    for (let i = 0; i < 64; i++) encipher(state, halves);
    text.writeInt32BE(halves[0], at);
    text.writeInt32BE(halves[1], at + 4);
  }
  return `$2a$${String(cost).padStart(2, '0')}$${encode(salt)}${encode(text.subarray(0, 23))}`;
}

const subkeys = 18;
const noSalt = new Int32Array(4);

/** Blowfish's state: 18 subkeys, then four boxes of 256 words. */
let pristine: Int32Array | undefined;
function initialState(): Int32Array {
  pristine ??= digitsOfPi(subkeys + 4 * 256);
  return pristine.slice();
}

/** Big-endian words of bytes repeated for ever. */
function words(bytes: Uint8Array, count: number): Int32Array {
  const byte = (at: number): number => bytes[at % bytes.length] ?? 0;
  return Int32Array.from(
    { length: count },
    (_, i) => (byte(4 * i) << 24) | (byte(4 * i + 1) << 16) | (byte(4 * i + 2) << 8) | byte(4 * i + 3),
  );
}

/** Mixes a key into the state and replaces all of the state by a chain of encipherments. */
function expand(state: Int32Array, key: Int32Array, salt: Int32Array): void {
  for (let i = 0; i < subkeys; i++) state[i] = (state[i] ?? 0) ^ (key[i] ?? 0);
  const halves = new Int32Array(2);
  for (let i = 0; i < state.length; i += 2) {
    halves[0] = (halves[0] ?? 0) ^ (salt[i & 2] ?? 0);
    halves[1] = (halves[1] ?? 0) ^ (salt[(i & 2) + 1] ?? 0);
    encipher(state, halves);
    state[i] = halves[0];
    state[i + 1] = halves[1];
  }
}

/** Blowfish's sixteen rounds on two halves, in place. Every index is within the state. */
function encipher(state: Int32Array, halves: Int32Array): void {
  let left = halves[0] as number;
  let right = halves[1] as number;
  left ^= state[0] as number;
  for (let i = 1; i < 17; i += 2) {
    right ^= state[i] as number;
    right ^=
      ((((state[18 + (left >>> 24)] as number) + (state[274 + ((left >>> 16) & 0xff)] as number)) ^
        (state[530 + ((left >>> 8) & 0xff)] as number)) +
        (state[786 + (left & 0xff)] as number)) |
      0;
    left ^= state[i + 1] as number;
    left ^=
      ((((state[18 + (right >>> 24)] as number) + (state[274 + ((right >>> 16) & 0xff)] as number)) ^
        (state[530 + ((right >>> 8) & 0xff)] as number)) +
        (state[786 + (right & 0xff)] as number)) |
      0;
  }
  halves[0] = right ^ (state[17] as number);
  halves[1] = left;
}

const alphabet = './ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const standard = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/';

/** bcrypt's base64: an alphabet of its own, without padding. */
function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes)
    .toString('base64')
    .replaceAll('=', '')
    .replaceAll(/./g, (char) => alphabet[standard.indexOf(char)] ?? '');
}
