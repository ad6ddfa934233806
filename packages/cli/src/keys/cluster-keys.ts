import type { KeyOrder, KeyPlace } from '@signet/controller/sealing-keys';
import { keyLabel, oldestFirst, readKeySecret } from '@signet/controller/sealing-keys';
import { isSignetError } from '@signet/errors';
import type { Client, Secret } from '@signet/kube/client';
import { isNotFound, secrets } from '@signet/kube/client';
import { Keyring, readCertificate } from '@signet/sealing';
import type { KeyringEntry, SealingCertificate } from '@signet/sealing';

/**
 * What a controller makes of a key Secret. `active` opens and may seal; `legacy` does too, without a label, by its name;
 * `compromised` has another value under the label and is not used; `broken` cannot be used.
 */
export type KeyState = 'active' | 'legacy' | 'compromised' | 'broken';

/** One key Secret and what is known of it. */
export interface FoundKey {
  readonly secret: Secret;
  readonly name: string;
  readonly state: KeyState;
  /** The pair; absent when it is broken. */
  readonly entry?: KeyringEntry;
  /** The certificate, also of a pair that is broken in another way. */
  readonly certificate?: SealingCertificate;
  /** Why it is broken. */
  readonly problem?: string;
  /** It belongs to a SealedSecret: whoever sealed that knows the private key. */
  readonly isSuspicious: boolean;
}

/** Where the keys are, and which of them counts as the newest. */
export interface KeyWhere extends KeyPlace {
  readonly order: KeyOrder;
}

/** Reads every Secret that is a sealing key or was one: labelled with any value, or named as before v0.9. Oldest first. */
export async function readKeys(client: Client, { namespace, prefix, order }: KeyWhere, signal: AbortSignal): Promise<FoundKey[]> {
  const found: Secret[] = [];
  for await (const page of client.list<Secret>(secrets, { namespace, labelSelector: keyLabel, signal })) found.push(...page.items);
  if (!found.some(({ metadata }) => metadata.name === prefix)) {
    try {
      found.push(await client.get(secrets, { namespace, name: prefix }, { signal }));
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
  }
  return Promise.all(oldestFirst(found).map(async (secret) => examine(secret, order)));
}

/** What one key Secret is. */
export async function examine(secret: Secret, order: KeyOrder): Promise<FoundKey> {
  const { labels = {}, ownerReferences = [], name = '' } = secret.metadata;
  const label = Object.hasOwn(labels, keyLabel) ? labels[keyLabel] : undefined;
  const state = label === undefined ? 'legacy' : label === 'active' ? 'active' : 'compromised';
  const isSuspicious = ownerReferences.some(
    ({ apiVersion, kind }) => kind === 'SealedSecret' && apiVersion.startsWith('bitnami.com/'),
  );
  const known = { secret, name, isSuspicious };
  try {
    const entry = await readKeySecret(secret, order);
    return { ...known, state, entry, certificate: entry.certificate };
  } catch (error) {
    const certificate = certificateOf(secret);
    const broken = state === 'compromised' ? state : 'broken';
    return { ...known, state: broken, problem: problemOf(error), ...(certificate && { certificate }) };
  }
}

/** The key that a controller seals with. */
export function newestKey(keys: readonly FoundKey[]): FoundKey | undefined {
  const usable = keys.filter(isUsed);
  const newest = new Keyring(usable.flatMap(({ entry }) => entry ?? [])).newest;
  return usable.find(({ entry }) => entry !== undefined && entry === newest);
}

/** True for a key that a controller opens with. */
export function isUsed({ state }: FoundKey): boolean {
  return state === 'active' || state === 'legacy';
}

function certificateOf(secret: Secret): SealingCertificate | undefined {
  try {
    return readCertificate(Buffer.from(secret.data?.['tls.crt'] ?? '', 'base64'));
  } catch {
    return undefined;
  }
}

/** Only messages of our own: a foreign error could quote what it stumbled over. */
function problemOf(error: unknown): string {
  return isSignetError(error) ? error.message : 'it cannot be read';
}
