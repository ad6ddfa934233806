import { isSignetError } from '@signet/errors';
import { labelOf, otherScopes } from './binding.ts';
import type { Binding } from './binding.ts';
import { inspectItem } from './format.ts';
import type { Keyring } from './keyring.ts';

/** Why an item did not open, as far as can be told without helping an attacker. */
export type Diagnosis =
  | { readonly kind: 'sealed for another place'; readonly binding: Binding }
  | { readonly kind: 'not a sealed item'; readonly message: string }
  | { readonly kind: 'unknown' };

/**
 * Finds out whether an item that did not open was sealed for another place, by opening it whole under each candidate. An
 * item whose key is unknown and one that was changed stay indistinguishable.
 *
 * For reports to those who may read the status of the object. Never for an endpoint that answers anyone who asks: each
 * answer is a decryption done for the asker. Costs up to one private-key operation per key and candidate.
 *
 * @param binding where it did not open; candidates with the same label are not tried
 * @param candidates other plausible places, the likeliest first; by default the same object in the other scopes
 */
export async function diagnose(
  keyring: Keyring,
  sealed: string,
  binding: Binding,
  candidates: readonly Binding[] = otherScopes(binding),
): Promise<Diagnosis> {
  try {
    inspectItem(sealed);
  } catch (error) {
    if (isSignetError(error)) return { kind: 'not a sealed item', message: error.message };
    throw error;
  }
  const tried = new Set([labelText(binding)]);
  for (const candidate of candidates) {
    const label = labelText(candidate);
    if (tried.has(label)) continue;
    tried.add(label);
    if (await opens(keyring, sealed, candidate)) return { kind: 'sealed for another place', binding: candidate };
  }
  return { kind: 'unknown' };
}

const labelText = (binding: Binding): string => labelOf(binding).join();

async function opens(keyring: Keyring, sealed: string, binding: Binding): Promise<boolean> {
  try {
    const { plaintext } = await keyring.open(sealed, binding);
    plaintext.fill(0);
    return true;
  } catch (error) {
    if (isSignetError(error)) return false;
    throw error;
  }
}
