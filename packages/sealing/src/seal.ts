import { toBase64 } from './base64.ts';
import { checkBinding, labelOf } from './binding.ts';
import type { Binding } from './binding.ts';
import type { SealingCertificate } from './certificate.ts';
import { joinItem } from './format.ts';

/** 12 zero bytes. Safe because a session key encrypts one value and is forgotten. */
export const zeroNonce: Uint8Array<ArrayBuffer> = new Uint8Array(12);

/**
 * Seals one value for one place: a fresh AES-256-GCM key encrypts the value, RSA-OAEP (SHA-256, label of the place)
 * encrypts the key.
 *
 * @param plaintext any bytes, also none; not changed
 * @returns one line of standard base64; two calls never give the same
 * @throws SIGNET_SEAL_BINDING when the place is incomplete for its scope
 * @example const text = await seal(utf8('hunter2'), certificate, { scope: 'strict', namespace: 'web', name: 'db' });
 */
export async function seal(plaintext: Uint8Array, certificate: SealingCertificate, binding: Binding): Promise<string> {
  checkBinding(binding);
  const publicKey = await certificate.publicKey;
  const sessionKey = crypto.getRandomValues(new Uint8Array(32));
  try {
    const key = await crypto.subtle.importKey('raw', sessionKey, 'AES-GCM', false, ['encrypt']);
    const [wrappedKey, ciphertext] = await Promise.all([
      crypto.subtle.encrypt({ name: 'RSA-OAEP', label: labelOf(binding) }, publicKey, sessionKey),
      crypto.subtle.encrypt({ name: 'AES-GCM', iv: zeroNonce }, key, plaintext),
    ]);
    return toBase64(joinItem({ wrappedKey: new Uint8Array(wrappedKey), ciphertext: new Uint8Array(ciphertext) }));
  } finally {
    sessionKey.fill(0);
  }
}
