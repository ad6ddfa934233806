/**
 * RC2 in CBC mode (RFC 2268), decryption only: forty-bit RC2 is what old PKCS#12 files hide their certificates with, and OpenSSL 3
 * no longer offers it. Nothing is ever encrypted with it here.
 *
 * @module
 */

/** RFC 2268 section 2: a permutation of 0..255 made from the digits of pi. */
const piTable = new Uint8Array(
  (
    'd978f9c419ddb5ed28e9fd794aa0d89dc67e37832b76538e624c6488448bfba2179a59f587b34f1361456d8d09817d32bd8f40eb86b77b0bf09521225c6b4e82' +
    '54d66593ce60b21c7356c014a78cf1dc1275ca1f3bbee4d1423dd430a33cb6266fbf0eda4669075727f21d9bbc944303f811c7f690ef3ee706c3d52fc8661ed7' +
    '08e8eade8052eef784aa72ac354d6a2a961ad2715a1549744b9fd05e0418a4ecc2e0416e0f51cbcc2491af50a1f47039997c3a8523b8b47afc02365b25559731' +
    '2d5dfa98e38a92ae05df2910676cbac9d300e6cfe19ea82c6316013f58e289a90d38341bab33ffb0bb480c5fb9b1cd2ec5f3db47e5a59c770aa62068fe7fc1ad'
  )
    .match(/../g)
    ?.map((byte) => Number.parseInt(byte, 16)) ?? [],
);

/** 64 words of 16 bits from a key whose effective bits are all of its bits. */
function expand(key: Uint8Array): Uint16Array {
  const bytes = new Uint8Array(128);
  bytes.set(key);
  const at = (i: number): number => piTable[i & 0xff] ?? 0;
  const length = key.length;
  for (let i = length; i < 128; i++) bytes[i] = at((bytes[i - 1] ?? 0) + (bytes[i - length] ?? 0));
  bytes[128 - length] = at(bytes[128 - length] ?? 0);
  for (let i = 127 - length; i >= 0; i--) bytes[i] = at((bytes[i + 1] ?? 0) ^ (bytes[i + length] ?? 0));
  return Uint16Array.from({ length: 64 }, (_, i) => (bytes[2 * i] ?? 0) | ((bytes[2 * i + 1] ?? 0) << 8));
}

const shifts: readonly number[] = [1, 2, 3, 5];
const rounds = 16;
/** Mashing follows these rounds (counted backwards). */
const mashedAfter: ReadonlySet<number> = new Set([11, 5]);

function decryptBlock(words: Uint16Array, keys: Uint16Array): void {
  const word = (i: number): number => words[i & 3] ?? 0;
  for (let round = rounds - 1; round >= 0; round--) {
    for (let i = 3; i >= 0; i--) {
      const shift = shifts[i] ?? 0;
      const turned = (word(i) >>> shift) | (word(i) << (16 - shift));
      words[i] = turned - (keys[4 * round + i] ?? 0) - (word(i + 3) & word(i + 2)) - (~word(i + 3) & word(i + 1));
    }
    if (mashedAfter.has(round)) {
      for (let i = 3; i >= 0; i--) words[i] = word(i) - (keys[word(i + 3) & 63] ?? 0);
    }
  }
}

/** Decrypts whole blocks of 8 bytes; the padding stays. The key has 1 to 128 bytes. */
export function decryptRc2Cbc(key: Uint8Array, iv: Uint8Array, data: Uint8Array): Uint8Array {
  const keys = expand(key);
  const out = new Uint8Array(data.length);
  const words = new Uint16Array(4);
  let previous = iv;
  for (let at = 0; at < data.length; at += 8) {
    const block = data.subarray(at, at + 8);
    for (let i = 0; i < 4; i++) words[i] = (block[2 * i] ?? 0) | ((block[2 * i + 1] ?? 0) << 8);
    decryptBlock(words, keys);
    for (let i = 0; i < 8; i++) out[at + i] = ((words[i >> 1] ?? 0) >>> (8 * (i & 1))) ^ (previous[i] ?? 0);
    previous = block;
  }
  return out;
}
