import { fromBase64 } from './base64.ts';
import { sealingErrors } from './errors.ts';

/** Bytes of the AES-GCM tag, the last bytes of an item. */
const tagBytes = 16;

/** First bytes from here up are not the length of an RSA ciphertext (2048 bytes are a 16384-bit key). */
const firstFutureVersion = 0x08;

/** The two ciphertexts of one sealed item. Both are views into the item. */
export interface SealedItem {
  /** The session key, encrypted with RSA-OAEP. */
  readonly wrappedKey: Uint8Array;
  /** The value, encrypted with AES-GCM, its 16-byte tag last. */
  readonly ciphertext: Uint8Array;
}

/**
 * Splits the bytes of one sealed item (sealed-secrets item format): u16 big-endian length L, L bytes wrapped session key,
 * then the ciphertext with its tag.
 *
 * The reader takes L as it is and does not compare it with any key.
 *
 * @throws SIGNET_SEAL_MALFORMED when a part is missing, SIGNET_SEAL_NEWER_FORMAT when the first byte is reserved
 * @example const { wrappedKey, ciphertext } = splitItem(fromBase64(text));
 */
export function splitItem(item: Uint8Array): SealedItem {
  const [high, low] = item;
  if (high !== undefined && high >= firstFutureVersion) throw sealingErrors.NEWER_FORMAT({ version: high });
  if (high === undefined || low === undefined) throw sealingErrors.MALFORMED({ length: item.length, needed: 2 + tagBytes });
  const end = 2 + ((high << 8) | low);
  if (item.length < end + tagBytes) throw sealingErrors.MALFORMED({ length: item.length, needed: end + tagBytes });
  return { wrappedKey: item.subarray(2, end), ciphertext: item.subarray(end) };
}

/** Puts the parts of an item together: the inverse of {@link splitItem}. */
export function joinItem({ wrappedKey, ciphertext }: SealedItem): Uint8Array {
  const length = wrappedKey.length;
  if (length >= firstFutureVersion << 8) throw sealingErrors.KEY_SIZE({ bits: length * 8 });
  const item = new Uint8Array(2 + length + ciphertext.length);
  item.set([length >> 8, length & 0xff]);
  item.set(wrappedKey, 2);
  item.set(ciphertext, 2 + length);
  return item;
}

/**
 * Says whether a text has the form of a sealed item, without any key: for checks of what is in git.
 *
 * @throws SIGNET_SEAL_BASE64, SIGNET_SEAL_MALFORMED or SIGNET_SEAL_NEWER_FORMAT
 * @returns the size of the RSA key it was sealed for, in bits, and the size of the value, in bytes
 */
export function inspectItem(sealed: string): { readonly modulusBits: number; readonly valueBytes: number } {
  const { wrappedKey, ciphertext } = splitItem(fromBase64(sealed));
  return { modulusBits: wrappedKey.length * 8, valueBytes: ciphertext.length - tagBytes };
}
