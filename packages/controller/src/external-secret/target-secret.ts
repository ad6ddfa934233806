import { externalSecretMarks } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import type { ObjectMeta, OwnerReference, Secret } from '@signet/kube/client';
import type { Delimiters } from '@signet/template';
import { base64, defaultType, sameData, sameMap, typeOf } from '../cluster/secret-parts.ts';
import { createdByHash, fieldManagerOf, isExternalSecret, liveDataHash, ownerReferenceOf, pointsTo } from './marks.ts';
import { ownedFields, without } from './owned-fields.ts';
import { Once } from './rendered-once.ts';
import type { KeyedDigest } from './rendered-once.ts';
import type { RenderedTemplates } from './render-templates.ts';
import type { TemplateGroup } from './templates.ts';

/** What a Secret is made of. */
export interface Making {
  readonly es: ExternalSecret;
  /** What was fetched, by key. */
  readonly data: ReadonlyMap<string, Uint8Array>;
  /** To be replaced, as just read with its data and managedFields; undefined: one is created. */
  readonly live: Secret | undefined;
  /** See `resolveTemplates`. */
  readonly groups: readonly TemplateGroup[];
  /** The Secret whose values of time and chance are kept. Default `live`. */
  readonly keepFrom?: Secret | undefined;
  readonly keyed?: KeyedDigest | undefined;
  /** What begins and ends an action in templates. Default `{{` and `}}`. */
  readonly delimiters?: Delimiters | undefined;
  /** Milliseconds since 1970. */
  readonly now: () => number;
  readonly random?: ((length: number) => Uint8Array) | undefined;
}

/** A Secret as it should be, and what is to be told of it. */
export interface Wanted {
  /** To be created, or to replace `live` under its resourceVersion; always by the field manager `fieldManagerOf`. */
  readonly secret: Secret;
  /** Sentences without values. */
  readonly warnings: readonly string[];
  /** By key the template that made it; keys that are not here were fetched. Names only. */
  readonly origins: ReadonlyMap<string, string>;
}

/** Policies that leave what others put into the target. */
export const keepsForeign: ReadonlySet<string> = new Set(['Merge', 'CreateOrMerge']);

/**
 * The Secret an ExternalSecret asks for (external-secrets v2.9 behaviour). What it wrote before, as the field manager knows, is taken out
 * and put in anew, so nothing stale stays; labels and annotations of others stay, and with Merge and CreateOrMerge their data too.
 * Without a template, labels and annotations of the ExternalSecret are copied, all of them; with one, those of the template.
 * Data comes from `template.data`, else `templateFrom`, else what was fetched (if no template makes data, or mergePolicy is Merge), else what is kept.
 * An immutable target that is there already keeps its content: only marks are written, and it is frozen.
 *
 * @throws TEMPLATE_FAILED, TEMPLATE_TARGET
 */
export async function wantedSecret(making: Making): Promise<Wanted> {
  const { es, live } = making;
  const isFrozen = live !== undefined && es.spec.target.immutable;
  const { secret, warnings, origins } = isFrozen ? { secret: live, warnings: [], origins: noOrigins } : await filled(making);
  const labels = { ...secret.metadata.labels };
  delete labels[externalSecretMarks.createdBy];
  const isOwner = es.spec.target.creationPolicy === 'Owner';
  if (isOwner) labels[externalSecretMarks.createdBy] = createdByHash(es.metadata.namespace, es.metadata.name);
  labels[externalSecretMarks.managed] = 'true';
  const annotations = { ...secret.metadata.annotations, [externalSecretMarks.dataHash]: liveDataHash(secret) };
  const owners = ownersWanted(es, secret.metadata.ownerReferences ?? []);
  const { managedFields: _, ownerReferences: __, ...metadata } = secret.metadata;
  return {
    secret: {
      ...secret,
      metadata: { ...metadata, labels, annotations, ...(owners.length > 0 && { ownerReferences: owners }) },
      // Once set it can never be taken back (core/v1), so a target that does not ask for it leaves it alone.
      ...(es.spec.target.immutable && { immutable: true }),
    },
    warnings,
    origins,
  };
}

const noOrigins: ReadonlyMap<string, string> = new Map();

/** The Secret with its content, without marks. */
async function filled(making: Making): Promise<Wanted> {
  const { es, data, live, keepFrom = live, keyed } = making;
  const { target } = es.spec;
  const { template } = target;
  const owned = ownedFields(live?.metadata ?? {}, fieldManagerOf(es.metadata.name));
  const once = new Once(es, keepFrom, data, keyed);
  const rendered = await render(making, once);
  const makesData = template !== undefined && (Object.keys(template.data).length > 0 || template.templateFrom.length > 0);
  const fetched = makesData && template.mergePolicy === 'Replace' ? [] : [...data];
  const copied = template ? template.metadata : es.metadata;
  const finalizers = [...new Set([...(live?.metadata.finalizers ?? []), ...(template?.metadata.finalizers ?? [])])];
  const secret: Secret = {
    ...live,
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: {
      ...(live?.metadata ?? { name: target.name, namespace: es.metadata.namespace }),
      labels: { ...without(live?.metadata.labels, owned.labels), ...copied.labels, ...rendered.labels },
      annotations: {
        ...without(live?.metadata.annotations, owned.annotations),
        ...copied.annotations,
        ...rendered.annotations,
        ...once.annotation(),
      },
      ...(finalizers.length > 0 && { finalizers }),
    },
    type: template?.type ?? live?.type ?? defaultType,
    data: {
      ...(keepsForeign.has(target.creationPolicy) ? without(live?.data, owned.data) : {}),
      ...Object.fromEntries(fetched.map(([key, value]) => [key, base64(value)])),
      ...rendered.data,
    },
  };
  return { secret, warnings: rendered.warnings, origins: rendered.origins };
}

async function render({ groups, data, now, random, delimiters }: Making, once: Once): Promise<RenderedTemplates> {
  if (groups.length === 0) return { data: {}, labels: {}, annotations: {}, warnings: [], origins: noOrigins };
  const { renderTemplates } = await import('./render-templates.ts'); // most objects have no template, and the engine is large
  return renderTemplates(groups, data, once, { surroundings: { now, ...(random && { random }) }, delimiters });
}

/** With creationPolicy Owner the ExternalSecret controls its Secret; with any other it has no part in it. */
export function ownersWanted(es: ExternalSecret, owners: readonly OwnerReference[]): OwnerReference[] {
  const isOwn = (owner: OwnerReference): boolean => pointsTo(owner, es);
  if (es.spec.target.creationPolicy !== 'Owner') return owners.filter((owner) => !(isOwn(owner) && owner.controller === true));
  const own = ownerReferenceOf(es);
  return owners.some(isOwn) ? owners.map((owner) => (isOwn(owner) ? own : owner)) : [...owners, own];
}

/** The ExternalSecret, another than this, that controls an object. */
export function otherOwnerOf(es: ExternalSecret, { ownerReferences = [] }: ObjectMeta): OwnerReference | undefined {
  return ownerReferences.find((owner) => owner.controller === true && isExternalSecret(owner) && !pointsTo(owner, es));
}

/** True when replacing `live` by `wanted` would change nothing. */
export function isSameSecret(live: Secret, wanted: Secret): boolean {
  return (
    sameData(live, wanted) &&
    typeOf(live) === typeOf(wanted) &&
    (live.immutable ?? false) === (wanted.immutable ?? false) &&
    sameMap(live.metadata.labels, wanted.metadata.labels) &&
    sameMap(live.metadata.annotations, wanted.metadata.annotations) &&
    (live.metadata.finalizers ?? []).length === (wanted.metadata.finalizers ?? []).length &&
    ownersText(live) === ownersText(wanted)
  );
}

/** Owners as a text to compare. */
export function ownersText({ metadata }: Pick<Secret, 'metadata'>): string {
  const owners = metadata.ownerReferences ?? [];
  return JSON.stringify(owners.map((o) => [o.apiVersion, o.kind, o.name, o.uid, o.controller, o.blockOwnerDeletion]));
}
