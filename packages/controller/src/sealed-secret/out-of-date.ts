import type { ObjectKey } from '@signet/kube/cache';
import { keyOf, keyText, parseKey } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';

/** An object whose Secret is not what its spec asks for, and since when, in milliseconds since 1970. */
export interface Late {
  readonly key: ObjectKey;
  readonly since: number;
}

/**
 * Since when each object has been out of date: its spec changed and was not carried out yet, or could not be. Learns from the statuses
 * that a cache shows, which every replica sees, and from what the reconciles of this one tell.
 */
export class OutOfDate {
  readonly #since = new Map<string, number>();
  readonly #now: () => number;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** The cache has shown an object. */
  seen(object: KubeObject): void {
    const { isCurrent, failingSince } = readStatus(object);
    if (isCurrent) this.#since.delete(keyText(keyOf(object)));
    else this.late(keyOf(object), failingSince);
  }

  /** Its Secret is what its spec asks for. */
  current(key: ObjectKey): void {
    this.#since.delete(keyText(key));
  }

  /** It is not, from now on or since it was first said. */
  late(key: ObjectKey, since: number = this.#now()): void {
    const text = keyText(key);
    if (!this.#since.has(text)) this.#since.set(text, Math.min(since, this.#now()));
  }

  /** The object is gone. */
  forget(key: ObjectKey): void {
    this.#since.delete(keyText(key));
  }

  /** How many there are. */
  get size(): number {
    return this.#since.size;
  }

  /** Those that have been out of date for longest, the longest first. */
  longest(count: number): Late[] {
    return [...this.#since]
      .toSorted(([, one], [, other]) => one - other)
      .slice(0, count)
      .map(([text, since]) => ({ key: parseKey(text), since }));
  }
}

interface Shown {
  readonly isCurrent: boolean;
  readonly failingSince?: number;
}

/** Straight from the raw object: it is done for every event of the cache. */
function readStatus({ metadata, ...object }: KubeObject): Shown {
  const status = object['status'] as
    | { readonly observedGeneration?: unknown; readonly conditions?: readonly (Readonly<Record<string, unknown>> | null)[] | null }
    | undefined;
  const synced = Array.isArray(status?.conditions)
    ? status.conditions.find((condition) => condition?.['type'] === 'Synced')
    : undefined;
  const isObserved = status?.observedGeneration === metadata.generation;
  if (isObserved && synced?.['status'] === 'True') return { isCurrent: true };
  const at = typeof synced?.['lastTransitionTime'] === 'string' ? Date.parse(synced['lastTransitionTime']) : Number.NaN;
  return synced?.['status'] === 'False' && !Number.isNaN(at) ? { isCurrent: false, failingSince: at } : { isCurrent: false };
}

/** Keys that the statuses of objects say they were opened with, and how many objects need each. */
export function countByKey(objects: Iterable<KubeObject>): {
  readonly needed: ReadonlyMap<string, number>;
  readonly unknown: number;
} {
  const needed = new Map<string, number>();
  let unknown = 0;
  for (const object of objects) {
    const status = object['status'] as { readonly produced?: { readonly keys?: unknown } | null } | undefined;
    const keys: unknown = status?.produced?.keys;
    if (Array.isArray(keys)) for (const key of new Set<unknown>(keys)) needed.set(String(key), (needed.get(String(key)) ?? 0) + 1);
    else unknown += 1;
  }
  return { needed, unknown };
}
