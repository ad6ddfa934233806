import { Buffer } from 'node:buffer';
import type { Conversion } from '@signet/api';
import { controllerErrors } from '../errors.ts';

const maxKeyBytes = 253;
/** How much of a key that cannot be used is shown. */
const shownLength = 64;
const forbidden = /[^\p{L}\p{N}._-]/u;
const everyForbidden = /[^\p{L}\p{N}._-]/gu;

/**
 * Makes keys of a Secret out of keys of a store (external-secrets v2.9 `conversionStrategy`). Letters and digits of every script, `-`, `.` and
 * `_` stay; every other character becomes `_`, or `_U` with its code point in at least four lower-case hexadecimal digits and `_`.
 */
export function convertKey(key: string, strategy: Conversion): string {
  const text = key.toWellFormed();
  return strategy === 'Unicode' ? text.replaceAll(everyForbidden, inHexadecimal) : text.replaceAll(everyForbidden, '_');
}

function inHexadecimal(character: string): string {
  return `_U${(character.codePointAt(0) ?? 0).toString(16).padStart(4, '0')}_`;
}

/** {@link convertKey} for all keys. @throws KEYS_COLLIDE when two of them become the same */
export function convertKeys<V>(values: ReadonlyMap<string, V>, strategy: Conversion): ReadonlyMap<string, V> {
  const converted = new Map<string, V>();
  const origins = new Map<string, string>();
  for (const [key, value] of values) {
    const target = convertKey(key, strategy);
    const first = origins.get(target);
    if (first !== undefined) {
      const [one, other] = [shown(first), shown(key)].toSorted() as [string, string];
      throw controllerErrors.KEYS_COLLIDE({ first: one, second: other, key: shown(target) });
    }
    origins.set(target, key);
    converted.set(target, value);
  }
  return converted;
}

/**
 * Keeps what has a key that a Secret can have. An empty key is dropped without a word: a rewrite may drop keys so (external-secrets v2.9
 * behaviour).
 *
 * Letters of other scripts pass, since a template can read such keys; the API server refuses them in the Secret itself.
 *
 * @throws KEY_INVALID
 */
export function withValidKeys<V>(values: ReadonlyMap<string, V>): ReadonlyMap<string, V> {
  const kept = new Map<string, V>();
  for (const [key, value] of values) {
    if (key === '') continue;
    const bytes = Buffer.byteLength(key);
    if (bytes > maxKeyBytes) {
      throw controllerErrors.KEY_INVALID({ key: shown(key), because: `it has ${bytes} bytes, and ${maxKeyBytes} are allowed` });
    }
    if (forbidden.test(key)) {
      throw controllerErrors.KEY_INVALID({ key: shown(key), because: 'only letters, digits, "-", "." and "_" are allowed' });
    }
    kept.set(key, value);
  }
  return kept;
}

/** A key for a message: quoted, and not longer than a line. */
export function shown(key: string): string {
  return JSON.stringify(key.length > shownLength ? `${key.slice(0, shownLength)}...` : key);
}
