import type { Document, RemoteRef } from '@signet/provider';

/** One thing to read, under the name that the service knows. */
export interface Wanted {
  /** Name or ARN, prefix and all. */
  readonly id: string;
  /** As the user wrote it, for errors. */
  readonly key: string;
  /** Secrets Manager: a stage, or `uuid/` and an id. Parameter Store: a number or a label. */
  readonly version: string | undefined;
  /** Tags instead of the value. */
  readonly metadata: boolean;
}

/** What a service of AWS can do for a store. */
export interface Shelf {
  /** How many one batch takes. */
  readonly batchSize: number;
  /** What is read, named so that equal reads have equal names. */
  identify(wanted: Wanted): string;
  /** True when it can be part of a batch. */
  fitsBatch(wanted: Wanted): boolean;
  /**
   * Reads several in one call. What the answer says nothing about is left out.
   *
   * @throws when the call as a whole failed
   */
  readBatch(wanted: readonly Wanted[], signal: AbortSignal): Promise<ReadonlyMap<Wanted, Document | Error>>;
  /** Reads one. @throws */
  readOne(wanted: Wanted, signal: AbortSignal): Promise<Document>;
}

/** What a reference asks of AWS. The prefix goes before every key, whatever it is (external-secrets v2.9). */
export function wantedOf(ref: RemoteRef, prefix: string): Wanted {
  return { id: prefix + ref.key, key: ref.key, version: ref.version || undefined, metadata: ref.metadata === true };
}
