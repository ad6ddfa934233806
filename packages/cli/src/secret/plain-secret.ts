import type { Json } from '../document/tree.ts';

/** A Secret as it was read, ready to be sealed. The values are the only part that is secret. */
export interface PlainSecret {
  /** Empty when the document names none. */
  readonly name: string;
  /** Empty when the document names none. */
  readonly namespace: string;
  readonly annotations: ReadonlyMap<string, string>;
  /** What the produced Secret's metadata keeps besides name, namespace and annotations, in the order Kubernetes writes it. */
  readonly labels: ReadonlyMap<string, string>;
  readonly generateName: string;
  readonly finalizers: readonly string[];
  readonly managedFields: Json | undefined;
  /** Empty when the document says none. */
  readonly type: string;
  readonly immutable: boolean | undefined;
  /** Decoded values by key; what `stringData` says wins over `data`. */
  readonly values: ReadonlyMap<string, Uint8Array>;
}

/** Annotations that hold a copy of the whole plain manifest, and so must never reach a sealed one. */
export const leakingAnnotations: readonly string[] = [
  'kubectl.kubernetes.io/last-applied-configuration',
  'kubecfg.ksonnet.io/last-applied-configuration',
];
