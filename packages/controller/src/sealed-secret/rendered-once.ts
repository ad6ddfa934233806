import type { SealedSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { publicDigest, recordAnnotation, recordIn } from '../cluster/rendered-record.ts';
import { valueIn } from '../cluster/secret-parts.ts';

/**
 * Templates that call functions of time or chance (`randAlphaNum`, `now`, `genCA`, `htpasswd`) give another value at each
 * rendering. Such a value is rendered once and then kept: a password that changed with each reconcile would be of no use. It is
 * rendered anew when its template changes, or one of the items it reads, or when the Secret or the key is removed.
 *
 * What it was made of is recorded in an annotation of the Secret: two digests for each key, of texts that stand in the SealedSecret
 * for everybody to read (the template and the *sealed* items), never of a value. Items that are sealed anew, for a newer key or
 * another scope, are the same items as long as they open to what the Secret holds.
 */

/** Names that a template reads of its data; undefined: it may read all. */
type Reads = ReadonlySet<string> | undefined;

/** What a varying value is made of, besides time and chance. */
interface Inputs {
  /** Its template, the texts beside it that it reads, and which items it reads. */
  readonly texts: string;
  /** The items it reads, as they are sealed. */
  readonly sealed: string;
  readonly items: readonly string[];
}

function inputsOf({ spec }: SealedSecret, key: string, reads: Reads): Inputs {
  const siblings = spec.template?.data ?? {};
  const isRead = (name: string): boolean => name !== key && (reads === undefined || reads.has(name));
  const items = Object.keys(spec.encryptedData).filter(isRead).toSorted();
  const beside = Object.keys(siblings).filter((name) => isRead(name) && !Object.hasOwn(spec.encryptedData, name));
  return {
    texts: publicDigest([siblings[key], beside.toSorted().map((name) => [name, siblings[name]]), items]),
    sealed: publicDigest(items.map((name) => spec.encryptedData[name])),
    items,
  };
}

/** The annotation that records which keys were rendered once, and of what. Undefined when there are none. */
export function markOf(sealed: SealedSecret, variable: ReadonlyMap<string, Reads>): Record<string, string> | undefined {
  const digests = [...variable].map(([key, reads]) => {
    const inputs = inputsOf(sealed, key, reads);
    return [key, `${inputs.texts}.${inputs.sealed}`] as const;
  });
  return recordAnnotation(digests);
}

/** A value to keep, and whose record says so. */
export interface Kept {
  readonly value: Uint8Array;
  /** `sealed-secrets`: there is no record, so the Secret is left without one as long as the value is kept. */
  readonly from: 'our record' | 'sealed-secrets';
}

/**
 * The value that a varying key keeps: the live one, if it was made of the same template and items. A Secret without a record
 * keeps its value as long as the spec is the one that was last carried out: that is a Secret made by sealed-secrets, taken over
 * without a write.
 */
export function keptValue(
  sealed: SealedSecret,
  values: ReadonlyMap<string, Uint8Array>,
  live: Secret | undefined,
  key: string,
  reads: Reads,
): Kept | undefined {
  const value = live && valueIn(live, key);
  if (!live || value === undefined) return undefined;
  const record = recordIn(live);
  const isSame = record
    ? isRecorded(record.get(key), inputsOf(sealed, key, reads), values, live)
    : isCarriedOut(sealed) && isOurs(sealed, live);
  return isSame ? { value, from: record ? 'our record' : 'sealed-secrets' } : undefined;
}

function isRecorded(record: unknown, inputs: Inputs, values: ReadonlyMap<string, Uint8Array>, live: Secret): boolean {
  if (typeof record !== 'string') return false;
  const [texts, sealed] = record.split('.');
  if (texts !== inputs.texts) return false;
  return sealed === inputs.sealed || inputs.items.every((name) => holds(live, name, values.get(name)));
}

function holds(live: Secret, key: string, value: Uint8Array | undefined): boolean {
  const held = valueIn(live, key);
  return held !== undefined && value !== undefined && Buffer.from(held).equals(value);
}

function isOurs(sealed: SealedSecret, live: Secret): boolean {
  if (sealed.status?.produced?.uid !== undefined && sealed.status.produced.uid === live.metadata.uid) return true;
  return live.metadata.ownerReferences?.some(({ uid }) => uid === sealed.metadata.uid) === true;
}

function isCarriedOut({ status, metadata }: SealedSecret): boolean {
  return status?.observedGeneration !== undefined && status.observedGeneration === metadata.generation;
}
