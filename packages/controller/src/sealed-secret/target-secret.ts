import { annotations, isMarked, sealedSecretKind } from '@signet/api';
import type { SealedSecret, SealedSecretTemplate } from '@signet/api';
import type { OwnerReference, Secret } from '@signet/kube/client';
import { base64, defaultType, sameData, sameMap, sameOwners } from '../cluster/secret-parts.ts';

/**
 * The Secret a SealedSecret asks for, as it would be created: labels, annotations and finalizers of the template, name and
 * namespace of the SealedSecret, one owner reference unless the template is marked to have none. Nothing of the
 * SealedSecret's own labels and annotations passes on (sealed-secrets v0.38 behaviour).
 *
 * @param values opened items and rendered templates by key
 * @param marks annotations of ours
 */
export function targetSecret(
  sealed: SealedSecret,
  values: ReadonlyMap<string, Uint8Array>,
  marks?: Readonly<Record<string, string>>,
): Secret {
  const { template } = sealed.spec;
  const { labels, annotations, finalizers } = template?.metadata ?? {};
  const annotated = (annotations ?? marks) ? { ...annotations, ...marks } : undefined;
  return {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      name: sealed.metadata.name,
      namespace: sealed.metadata.namespace,
      ...(labels && { labels: { ...labels } }),
      ...(annotated && { annotations: annotated }),
      ...(Array.isArray(finalizers) && { finalizers: finalizers as string[] }),
      ownerReferences: ownersWanted(sealed, template),
    },
    type: template?.type === undefined || template.type === '' ? defaultType : template.type,
    ...(template?.immutable === true && { immutable: true }),
    data: Object.fromEntries([...values].map(([key, value]) => [key, base64(value)])),
  };
}

/** The owner reference of a SealedSecret on its Secret: it controls, and its deletion does not wait for the Secret's. */
function ownerReference(sealed: SealedSecret): OwnerReference {
  const { apiVersion, kind } = sealed;
  return { apiVersion, kind, name: sealed.metadata.name, uid: sealed.metadata.uid ?? '', controller: true };
}

/** The live Secret overwritten: data, labels, annotations and owners wholesale; finalizers and type stay as they are. */
export function overwritten(live: Secret, target: Secret): Secret {
  const { labels, annotations, ownerReferences } = target.metadata;
  return body(live, { labels, annotations, ownerReferences, data: target.data ?? {}, immutable: target.immutable });
}

/** The live Secret with the target's data, labels and annotations added. Owners change only when it may be taken over. */
export function merged(live: Secret, target: Secret): Secret {
  const { metadata } = live;
  return body(live, {
    labels: { ...metadata.labels, ...target.metadata.labels },
    annotations: { ...metadata.annotations, ...target.metadata.annotations },
    ownerReferences: isMarked(metadata.annotations, annotations.managed)
      ? target.metadata.ownerReferences
      : metadata.ownerReferences,
    data: { ...live.data, ...target.data },
    immutable: target.immutable,
  });
}

/** True when writing `wanted` over `live` would change nothing that is ours to change. */
export function sameSecret(live: Secret, wanted: Secret): boolean {
  return (
    sameData(live, wanted) &&
    sameMap(live.metadata.labels, wanted.metadata.labels) &&
    sameMap(live.metadata.annotations, wanted.metadata.annotations) &&
    sameOwners(live.metadata.ownerReferences, wanted.metadata.ownerReferences) &&
    (live.immutable ?? false) === (wanted.immutable ?? false)
  );
}

interface Parts {
  readonly labels: Record<string, string> | undefined;
  readonly annotations: Record<string, string> | undefined;
  readonly ownerReferences: OwnerReference[] | undefined;
  readonly data: Record<string, string>;
  readonly immutable: boolean | undefined;
}

/** What to PUT: the live object with its resourceVersion, so that a write after someone else's is refused. */
function body(live: Secret, { labels, annotations, ownerReferences, data, immutable }: Parts): Secret {
  const { managedFields: _, labels: _labels, annotations: _annotations, ownerReferences: _owners, ...metadata } = live.metadata;
  return {
    ...live,
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...metadata,
      ...(labels && { labels }),
      ...(annotations && { annotations }),
      ...(ownerReferences && { ownerReferences }),
    },
    data,
    // Once set it can never be taken back (core/v1), so a template that does not ask for it leaves it alone.
    ...(immutable === true && { immutable }),
  };
}

function ownersWanted(sealed: SealedSecret, template: SealedSecretTemplate | undefined): OwnerReference[] {
  if (!isMarked(template?.metadata?.annotations, annotations.skipSetOwnerReferences)) return [ownerReference(sealed)];
  const own = template?.metadata?.['ownerReferences'];
  return Array.isArray(own) ? (own as OwnerReference[]) : [];
}

/** True for a reference that points to a SealedSecret of this name, whichever its uid. */
export function pointsTo(reference: OwnerReference, sealed: SealedSecret): boolean {
  return refersTo(reference, sealed.metadata.name);
}

/** True for a reference to any SealedSecret. */
export function isSealedSecret({ apiVersion, kind }: OwnerReference): boolean {
  const [group] = apiVersion.split('/');
  return group === sealedSecretKind.group && kind === sealedSecretKind.kind;
}

function refersTo(reference: OwnerReference, name: string): boolean {
  return isSealedSecret(reference) && reference.name === name;
}

/** True for a Secret that a SealedSecret of this name controls and that nobody else owns. */
export function isOrphanOf({ name }: { readonly name: string }, { metadata }: Secret): boolean {
  const [owner, ...others] = metadata.ownerReferences ?? [];
  return owner?.controller === true && refersTo(owner, name) && others.length === 0;
}
