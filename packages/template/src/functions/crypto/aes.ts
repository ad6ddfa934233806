import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv } from 'node:crypto';
import { decodeBase64, encodeBase64 } from '../../go/base64.ts';
import { goError, shown } from '../../go/error.ts';
import { fromBytes } from '../../go/utf8.ts';
import { fn, variable } from '../function.ts';
import type { FunctionTable } from '../function.ts';

const cipher = 'aes-256-cbc';
const block = 16;

/** Setting up a cipher takes as long as some hundred steps. */
const stepsOfCall = 100;
const bytesPerStep = 64;

/** Sprig's key is the password itself: cut at 32 bytes, or filled up with zeros. */
function keyOf(password: string): Uint8Array {
  const key = Buffer.alloc(32);
  key.write(password, 'latin1');
  return key;
}

/**
 * AES-256-CBC with PKCS#7 padding, in base64 with the IV in front, as Sprig's encryptAES and decryptAES do it. Nothing is
 * authenticated; where Sprig's decryptAES panics on data of a wrong length, the message is the one of Go's panic.
 */
export const aesFunctions: FunctionTable = {
  encryptAES: variable('func(string, string) (string, error)', (run, password, plaintext) => {
    if (plaintext === '') return '';
    run.budget.make(2 * plaintext.length);
    run.budget.step(stepsOfCall + Math.ceil(plaintext.length / bytesPerStep));
    const iv = run.random(block);
    const encryptor = createCipheriv(cipher, keyOf(password), iv);
    return encodeBase64(Buffer.concat([iv, encryptor.update(Buffer.from(plaintext, 'latin1')), encryptor.final()]));
  }),

  decryptAES: fn('func(string, string) (string, error)', (run, password, encrypted) => {
    if (encrypted === '') return '';
    run.budget.make(encrypted.length);
    run.budget.step(stepsOfCall + Math.ceil(encrypted.length / bytesPerStep));
    const bytes = Buffer.from(decodeBase64(encrypted), 'latin1');
    const capacity = Math.floor(encrypted.length / 4) * 3;
    if (capacity < block) throw goError`runtime error: slice bounds out of range [:16] with capacity ${shown(capacity)}`;
    if (bytes.length < block) throw goError`runtime error: slice bounds out of range [16:${shown(bytes.length)}]`;
    if (bytes.length % block !== 0) throw goError`crypto/cipher: input not full blocks`;
    const decryptor = createDecipheriv(cipher, keyOf(password), bytes.subarray(0, block)).setAutoPadding(false);
    const padded = Buffer.concat([decryptor.update(bytes.subarray(block)), decryptor.final()]);
    const padding = padded.at(-1);
    if (padding === undefined) throw goError`runtime error: index out of range [-1]`;
    if (padding > padded.length) throw goError`runtime error: slice bounds out of range [:${padded.length - padding}]`;
    return fromBytes(padded.subarray(0, padded.length - padding));
  }),
};
