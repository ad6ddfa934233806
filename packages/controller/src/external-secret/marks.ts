import { createHash } from 'node:crypto';
import { externalSecretKind, externalSecretMarks } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import type { ObjectMeta, OwnerReference, Secret } from '@signet/kube/client';
import { valueIn } from '../cluster/secret-parts.ts';

/**
 * What an ExternalSecret leaves on its Secret, to the letter as external-secrets v2.9 does, so that a cluster can be taken over and handed
 * back with no Secret written: hashes, labels, owner reference, and the name of the field manager.
 */

const managerPrefix = 'externalsecrets.external-secrets.io/';
/** The API server takes up to 128; external-secrets keeps to what a label value holds. */
const longestManager = 63;

/** Lower case hex of SHA3-224: how external-secrets hashes the text that Go's `%+v` gives of a thing. */
export function hashOf(text: string): string {
  return createHash('sha3-224').update(text).digest('hex');
}

/**
 * Hash of a Secret's data: SHA3-224 of the text that Go's `%+v` gives of a `map[string][]byte`: `map[k1:[98 97] k2:[]]`, keys sorted by
 * their bytes.
 *
 * @param data null: Go's nil that is of no type, `<nil>`
 */
export function dataHash(data: ReadonlyMap<string, Uint8Array> | null): string {
  if (data === null) return hashOf('<nil>');
  const sorted = [...data].toSorted(([one], [other]) => Buffer.compare(Buffer.from(one), Buffer.from(other)));
  return hashOf(`map[${sorted.map(([key, value]) => `${key}:[${value.join(' ')}]`).join(' ')}]`);
}

/** {@link dataHash} of a Secret as it stands. */
export function liveDataHash(live: Secret): string {
  const keys = Object.keys(live.data ?? {});
  return dataHash(new Map(keys.map((key) => [key, valueIn(live, key) ?? new Uint8Array()])));
}

/** Value of the label that names the ExternalSecret a Secret was made by. */
export function createdByHash(namespace: string, name: string): string {
  return hashOf(`${namespace}/${name}`);
}

/**
 * The field manager of an ExternalSecret's writes. One that would be longer than 63 characters has a hash of the name instead. The same
 * name is used for writing and for finding what was written: external-secrets compares the length of the *name* in one of the two places,
 * and so leaves stale labels behind.
 */
export function fieldManagerOf(name: string): string {
  const manager = `${managerPrefix}${name}`;
  return manager.length > longestManager ? `${managerPrefix}sha3/${hashOf(name)}` : manager;
}

/** The owner reference on a Secret of creationPolicy Owner. */
export function ownerReferenceOf(es: ExternalSecret): OwnerReference {
  const { apiVersion, kind, metadata } = es;
  return {
    apiVersion,
    kind,
    name: metadata.name,
    uid: metadata.uid ?? '',
    controller: true,
    blockOwnerDeletion: true,
  };
}

/** The reference to whoever controls an object. */
export function controllerOf({ ownerReferences }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences?.find(({ controller }) => controller === true);
}

/** True for a reference to an ExternalSecret, of any version. */
export function isExternalSecret({ apiVersion, kind }: OwnerReference): boolean {
  const [group] = apiVersion.split('/');
  return group === externalSecretKind.group && kind === externalSecretKind.kind;
}

/** True for a reference to this ExternalSecret by name: one that was deleted and made again counts as the same. */
export function pointsTo(reference: OwnerReference, es: ExternalSecret): boolean {
  return isExternalSecret(reference) && reference.name === es.metadata.name;
}

/**
 * True when an object was made by this ExternalSecret, so that it may also be deleted: it controls the object, or nobody does
 * and the object has its label (a backup that was restored without owners).
 */
export function isMadeBy(es: ExternalSecret, metadata: ObjectMeta): boolean {
  const controller = controllerOf(metadata);
  if (controller) return pointsTo(controller, es);
  return metadata.labels?.[externalSecretMarks.createdBy] === createdByHash(es.metadata.namespace, es.metadata.name);
}

/**
 * True when the target is as it was left, so that nothing need be fetched before the refresh is due: it is there, has the label, and
 * its data has the hash. For creationPolicy Orphan always (external-secrets v2.9 behaviour).
 *
 * @param live with its data
 */
export function isTargetValid(es: ExternalSecret, live: Secret | undefined): boolean {
  if (es.spec.target.creationPolicy === 'Orphan') return true;
  if (!live) return false;
  const { labels = {}, annotations = {} } = live.metadata;
  return labels[externalSecretMarks.managed] === 'true' && annotations[externalSecretMarks.dataHash] === liveDataHash(live);
}
