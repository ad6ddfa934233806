import { readExternalSecret } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import type { KubeObject, OwnerReference, Secret } from '@signet/kube/client';
import { fieldManagerOf } from '../marks.ts';
import type { Making } from '../target-secret.ts';

/** Objects for the tables about targets: ExternalSecret web/db with uid-1, and Secrets of that name. */

export interface Draft {
  readonly name?: string;
  readonly target?: object;
  readonly labels?: object;
  readonly annotations?: object;
  readonly generation?: number;
  readonly status?: object;
  readonly spec?: object;
}

export function external({ name = 'db', target, labels, annotations, generation = 1, status, spec }: Draft = {}): ExternalSecret {
  return readExternalSecret({
    metadata: { name, namespace: 'web', uid: 'uid-1', generation, labels, annotations },
    spec: { secretStoreRef: { name: 'vault' }, data: [], ...spec, target },
    status,
  });
}

export const fetched = (values: Readonly<Record<string, string>>): ReadonlyMap<string, Uint8Array> =>
  new Map(Object.entries(values).map(([key, value]) => [key, new TextEncoder().encode(value)]));

/** Data of a Secret from texts. */
export const dataOf = (values: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(values).map(([key, value]) => [key, Buffer.from(value).toString('base64')]));

/** Texts of a Secret's data. */
export const textsOf = ({ data = {} }: Secret): Record<string, string> =>
  Object.fromEntries(Object.entries(data).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]));

export const owner = (more: Partial<OwnerReference> = {}): OwnerReference => ({
  apiVersion: 'external-secrets.io/v1',
  kind: 'ExternalSecret',
  name: 'db',
  uid: 'uid-1',
  controller: true,
  blockOwnerDeletion: true,
  ...more,
});

/** Somebody else's Secret. */
export function foreign(
  more: { readonly metadata?: object; readonly data?: Record<string, string>; readonly type?: string } = {},
): Secret {
  const { metadata, data = dataOf({ theirs: 'a' }), type = 'Opaque' } = more;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db', namespace: 'web', uid: 'secret-1', resourceVersion: '7', ...metadata },
    type,
    data,
  };
}

const fieldsOf = (map: object = {}): object => Object.fromEntries(Object.keys(map).map((key) => [`f:${key}`, {}]));

/**
 * A Secret as the API server answers to its creation: one manager has everything. That managedFields are written so is held to a real
 * API server by managed-fields.cluster.test.ts.
 */
export function created(secret: Secret, manager: string = fieldManagerOf('db')): Secret {
  const { labels, annotations, ownerReferences = [] } = secret.metadata;
  const some = (name: string, map: object | undefined): object => (map ? { [name]: { '.': {}, ...fieldsOf(map) } } : {});
  const owners = ownerReferences.map(({ uid }) => [`k:{"uid":"${uid}"}`, {}]);
  const fieldsV1 = {
    ...some('f:data', Object.keys(secret.data ?? {}).length > 0 ? secret.data : undefined),
    ...(secret.immutable === true && { 'f:immutable': {} }),
    'f:metadata': {
      ...some('f:annotations', annotations),
      ...some('f:labels', labels),
      ...(owners.length > 0 && { 'f:ownerReferences': { '.': {}, ...Object.fromEntries(owners) } }),
    },
    'f:type': {},
  };
  const entry = { manager, operation: 'Update', apiVersion: 'v1', fieldsType: 'FieldsV1', fieldsV1 };
  return {
    ...secret,
    metadata: { ...secret.metadata, uid: 'secret-1', resourceVersion: '7', managedFields: [entry] },
  };
}

/** A making with nothing in it but what is given. */
export const making = (more: Partial<Making> & Pick<Making, 'es'>): Making => ({
  data: fetched({ password: 'hunter2' }),
  live: undefined,
  groups: [],
  now: () => Date.UTC(2026, 10, 21),
  ...more,
});

/** Reads template sources out of a list. */
export const readFrom =
  (...objects: readonly KubeObject[]) =>
  async (kind: string, name: string): Promise<KubeObject | undefined> =>
    objects.find((object) => object.kind === kind && object.metadata.name === name);
