import { readSealedSecret } from '@signet/api';
import type { SealedSecret, SealedSecretTemplate } from '@signet/api';
import { isSignetError } from '@signet/errors';
import type { Keyring } from '@signet/sealing';
import { withHints } from './diagnosis.ts';
import { bindingOf } from './unseal.ts';
import type { Unsealed } from './unseal.ts';

/** How failures name the one item of an object from before v0.7. */
export const legacyItem = 'spec.data';

/** What sealed-secrets says of an object in both forms. */
export const bothForms = `cannot use the field 'encryptedData' and the deprecated field 'data' at the same time`;

/** A whole Secret that was one sealed item: its values, and the rest of it as a template. */
export interface UnsealedLegacy extends Unsealed {
  readonly template?: SealedSecretTemplate;
}

/**
 * Opens `spec.data`, the form that was sealed before v0.7: one item, whose plaintext is a v1 Secret in JSON. Its metadata, type and
 * data are used; name and namespace come from the SealedSecret as always.
 */
export async function unsealLegacy(sealed: SealedSecret, keyring: Keyring): Promise<UnsealedLegacy> {
  const failed = (message: string): UnsealedLegacy => ({ values: new Map(), failures: [{ key: legacyItem, message }] });
  const binding = bindingOf(sealed);
  try {
    const tryFirst = sealed.status?.produced?.keys?.[0];
    const { plaintext, keyId } = await keyring.open(sealed.spec.data ?? '', binding, { tryFirst });
    const secret = secretIn(plaintext);
    plaintext.fill(0);
    return secret ? { ...secret, keys: [keyId] } : failed('the item holds no Secret in JSON');
  } catch (error) {
    if (!isSignetError(error)) throw error;
    const { values, failures } = failed(error.message);
    return { values, failures: await withHints(failures, () => sealed.spec.data, sealed, binding, keyring) };
  }
}

function secretIn(plaintext: Uint8Array): UnsealedLegacy | undefined {
  let secret: unknown;
  try {
    secret = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(plaintext));
  } catch {
    return undefined;
  }
  if (typeof secret !== 'object' || secret === null || Array.isArray(secret)) return undefined;
  const { data, ...rest } = secret as Readonly<Record<string, unknown>>;
  const entries = typeof data === 'object' || data === undefined ? Object.entries(data ?? {}) : undefined;
  if (!entries?.every((entry): entry is [string, string] => typeof entry[1] === 'string')) return undefined;
  const values = new Map(entries.map(([key, text]) => [key, Uint8Array.from(Buffer.from(text, 'base64'))]));
  // Read as leniently as any template: fields of the wrong type are left out.
  const { template } = readSealedSecret({ spec: { template: { ...rest, data: undefined } } }).spec;
  return { values, failures: [], ...(template && { template }) };
}
