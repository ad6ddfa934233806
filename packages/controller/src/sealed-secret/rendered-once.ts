import { createHash } from 'node:crypto';
import { annotations } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';

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
    texts: digest([siblings[key], beside.toSorted().map((name) => [name, siblings[name]]), items]),
    sealed: digest(items.map((name) => spec.encryptedData[name])),
    items,
  };
}

/** 22 characters of base64url. */
function digest(of: unknown): string {
  return createHash('sha256').update(JSON.stringify(of)).digest().subarray(0, 16).toString('base64url');
}

/** The annotation that records which keys were rendered once, and of what. Undefined when there are none. */
export function markOf(sealed: SealedSecret, variable: ReadonlyMap<string, Reads>): Record<string, string> | undefined {
  if (variable.size === 0) return undefined;
  const digests = [...variable].map(([key, reads]) => {
    const inputs = inputsOf(sealed, key, reads);
    return [key, `${inputs.texts}.${inputs.sealed}`] as const;
  });
  return { [annotations.renderedOnce]: JSON.stringify(Object.fromEntries(digests.toSorted())) };
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
  const text = live?.data && Object.hasOwn(live.data, key) ? live.data[key] : undefined;
  if (!live || text === undefined) return undefined;
  const record = recordOf(live);
  const isSame = record
    ? isRecorded(record.get(key), inputsOf(sealed, key, reads), values, live)
    : isCarriedOut(sealed) && isOurs(sealed, live);
  return isSame ? { value: Buffer.from(text, 'base64'), from: record ? 'our record' : 'sealed-secrets' } : undefined;
}

function isRecorded(record: unknown, inputs: Inputs, values: ReadonlyMap<string, Uint8Array>, live: Secret): boolean {
  if (typeof record !== 'string') return false;
  const [texts, sealed] = record.split('.');
  if (texts !== inputs.texts) return false;
  return sealed === inputs.sealed || inputs.items.every((name) => holds(live, name, values.get(name)));
}

function holds({ data = {} }: Secret, key: string, value: Uint8Array | undefined): boolean {
  const text = Object.hasOwn(data, key) ? data[key] : undefined;
  return text !== undefined && value !== undefined && Buffer.from(text, 'base64').equals(value);
}

function isOurs(sealed: SealedSecret, live: Secret): boolean {
  if (sealed.status?.produced?.uid !== undefined && sealed.status.produced.uid === live.metadata.uid) return true;
  return live.metadata.ownerReferences?.some(({ uid }) => uid === sealed.metadata.uid) === true;
}

function isCarriedOut({ status, metadata }: SealedSecret): boolean {
  return status?.observedGeneration !== undefined && status.observedGeneration === metadata.generation;
}

/** What the annotation says; a text that is not ours counts as a record of nothing. */
function recordOf({ metadata }: Secret): ReadonlyMap<string, unknown> | undefined {
  const text = metadata.annotations?.[annotations.renderedOnce];
  if (text === undefined) return undefined;
  try {
    const record: unknown = JSON.parse(text);
    return new Map(typeof record === 'object' && record !== null ? Object.entries(record) : []);
  } catch {
    return new Map();
  }
}
