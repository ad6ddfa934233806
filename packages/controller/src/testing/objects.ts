import { annotations, readSealedSecret } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import type { OwnerReference, Secret } from '@signet/kube/client';
import type { Unsealed } from '../sealed-secret/unseal.ts';

/** Objects for the tables of decide and target-secret: SealedSecret web/db with uid-1, and Secrets of that name. */

export interface Spec {
  /** Annotations of the SealedSecret. */
  readonly marks?: Readonly<Record<string, string>>;
  readonly template?: object;
  readonly status?: object;
  readonly generation?: number;
  readonly data?: string;
  readonly encryptedData?: object;
}

export function sealedWith({
  marks,
  template,
  status,
  generation = 1,
  data,
  encryptedData = { password: 'AgA' },
}: Spec = {}): SealedSecret {
  return readSealedSecret({
    metadata: { name: 'db', namespace: 'web', uid: 'uid-1', generation, annotations: marks },
    spec: { encryptedData, template, data },
    status,
  });
}

export const opened = (values: Record<string, string>): Unsealed => ({
  values: new Map(Object.entries(values).map(([key, value]) => [key, new TextEncoder().encode(value)])),
  failures: [],
});
export const good = opened({ password: 'hunter2' });
export const goodData = { password: 'aHVudGVyMg==' }; // base64 of hunter2, by hand
export const oldData = { password: 'b2xk' };

export const owner = (more: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'bitnami.com/v1alpha1',
  kind: 'SealedSecret',
  name: 'db',
  uid: 'uid-1',
  controller: true,
  ...more,
});

export interface Live {
  readonly marks?: Record<string, string>;
  readonly owners?: OwnerReference[];
  readonly data?: Record<string, string>;
  readonly labels?: Record<string, string>;
  readonly type?: string;
  readonly immutable?: boolean;
  readonly deletionTimestamp?: string;
}

export function liveWith({
  marks,
  owners,
  data = oldData,
  labels,
  type = 'Opaque',
  immutable,
  deletionTimestamp,
}: Live = {}): Secret {
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: 'db',
      namespace: 'web',
      uid: 'secret-1',
      resourceVersion: '7',
      finalizers: ['x/y'],
      ...(marks && { annotations: marks }),
      ...(labels && { labels }),
      ...(owners && { ownerReferences: owners }),
      ...(deletionTimestamp !== undefined && { deletionTimestamp }),
    },
    type,
    data,
    ...(immutable !== undefined && { immutable }),
  };
}

export const managed = { [annotations.managed]: 'true' };
export const patch = { [annotations.patch]: 'true' };
export const skip = { metadata: { annotations: { [annotations.skipSetOwnerReferences]: 'true' } } };
export const producedIt = { produced: { uid: 'secret-1', resourceVersion: '6', scope: 'strict' } };
export const mergedIt = {
  observedGeneration: 1,
  produced: { uid: 'secret-1', resourceVersion: '6', scope: 'strict', merged: true },
};
