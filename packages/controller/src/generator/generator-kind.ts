import type { Randomness } from './randomness.ts';

/** What is wrong with a generator, for a status. */
export interface Fault {
  /** Path, such as `spec.length`. */
  readonly field: string;
  readonly because: string;
}

/** Values by key, or why there are none. */
export type Made = { readonly values: ReadonlyMap<string, Uint8Array> } | { readonly fault: Fault };

/** One kind of generator. */
export interface GeneratorKind {
  /** As in the URL. */
  readonly plural: string;
  /** Where its spec stands in a ClusterGenerator, below `spec.generator`. */
  readonly clusterField: string;
  /** Makes values. `spec` is as written; nothing was checked but that it is a mapping. */
  make(spec: Readonly<Record<string, unknown>>, randomness: Randomness): Made;
}
