import type { ExternalSecret } from '@signet/api';
import { isSignetError } from '@signet/errors';
import type { KubeObject } from '@signet/kube/client';
import { sameMap } from '../cluster/secret-parts.ts';
import { refuseSecret, refuseTemplate } from './forbidden-types.ts';
import type { ResourceMaking, WantedResource } from './generic-target.ts';
import { controllerOf, isMadeBy } from './marks.ts';
import { failure, refuse, refuseResource, told } from './ready.ts';
import type { Refusal, Told } from './ready.ts';
import { otherOwnerOf, ownersText } from './target-secret.ts';
import { resolveTemplates } from './templates.ts';
import type { ReadTemplateSource } from './templates.ts';

/** What to do with a target of another kind than a Secret. Writes go by the field manager `fieldManagerOf`. */
export type ResourceDecision =
  | { readonly do: 'create' | 'replace'; readonly object: KubeObject; readonly told: Told; readonly warnings: readonly string[] }
  | { readonly do: 'delete'; readonly instead: KubeObject; readonly told: Told; readonly warnings: readonly string[] }
  | { readonly do: 'nothing'; readonly told: Told; readonly warnings: readonly string[] }
  | Refusal;

/** All that a decision depends on. */
export interface ObservedResource extends Omit<ResourceMaking, 'groups'> {
  /** `--unsafe-allow-generic-targets`. */
  readonly allowsGenericTargets: boolean;
}

/**
 * What to do with the target of an ExternalSecret with `target.manifest`. The rules are those for Secrets; an object that it did not make is never
 * deleted.
 *
 * @throws what `read` throws
 */
export async function decideResource(observed: ObservedResource, read: ReadTemplateSource): Promise<ResourceDecision> {
  const early = refuseManifest(observed) ?? decideWithoutTemplates(observed);
  if (early) return early;
  try {
    return await decideWrite({ ...observed, groups: await resolveTemplates(observed.es, read) });
  } catch (error) {
    if (!isSignetError(error)) throw error;
    return refuseResource(failure.updateResource, error.message, 'templates');
  }
}

function refuseManifest({ es, allowsGenericTargets }: ObservedResource): Refusal | undefined {
  const { manifest } = es.spec.target;
  if (!allowsGenericTargets) {
    return refuse(failure.generic, 'generic targets are disabled. Enable with --unsafe-allow-generic-targets flag', 'spec');
  }
  if (!manifest || manifest.apiVersion === '') return refuse(failure.generic, 'target.manifest.apiVersion is required', 'spec');
  if (manifest.kind === '') return refuse(failure.generic, 'target.manifest.kind is required', 'spec');
  return undefined;
}

function decideWithoutTemplates({ es, data, live }: ObservedResource): ResourceDecision | undefined {
  const { creationPolicy, deletionPolicy, name, manifest } = es.spec.target;
  const title = `${manifest?.kind} "${name}"`;
  if (data.size === 0 && deletionPolicy === 'Retain') return nothing(told.resourceRetained);
  if (data.size === 0 && deletionPolicy === 'Delete') return decideDeletion(es, live, title);
  if (creationPolicy === 'None') return nothing(told.resourceSynced);
  if (!live) return creationPolicy === 'Merge' ? nothing(told.resourceMissing) : undefined;
  const other = otherOwnerOf(es, live.metadata);
  if (other) return refuseResource(failure.owned, `"${other.name}" owns the ${title}`, 'target');
  const controller = controllerOf(live.metadata);
  if (creationPolicy === 'Owner' && controller && !isMadeBy(es, live.metadata)) {
    return refuseResource(failure.ownership, `${controller.kind} "${controller.name}" controls the ${title}`, 'target');
  }
  if (live.metadata.deletionTimestamp === undefined) return undefined;
  return refuseResource(failure.updateResource, `the ${title} is being deleted; it is made again once it is gone`, 'target');
}

function decideDeletion(es: ExternalSecret, live: KubeObject | undefined, title: string): ResourceDecision {
  const { creationPolicy } = es.spec.target;
  if (creationPolicy !== 'Owner') {
    const cause = `deletionPolicy Delete needs creationPolicy Owner, and this is ${creationPolicy}`;
    return refuseResource(failure.deleteResource, cause, 'spec');
  }
  if (!live || live.metadata.deletionTimestamp !== undefined) return nothing(told.resourceDeleted);
  if (isMadeBy(es, live.metadata)) return { do: 'delete', instead: live, told: told.resourceDeleted, warnings: [] };
  return refuseResource(failure.deleteResource, `the ${title} was not made by this ExternalSecret`, 'target');
}

async function decideWrite(making: ResourceMaking): Promise<ResourceDecision> {
  const { es, live } = making;
  const isSecret = es.spec.target.manifest?.kind === 'Secret' && es.spec.target.manifest.apiVersion === 'v1';
  const { wantedResource } = await import('./generic-target.ts'); // with it comes the template engine, which is large
  const { object, warnings }: WantedResource = wantedResource(making);
  const forbidden = isSecret ? (refuseTemplate(es) ?? refuseSecret(live, object)) : undefined;
  if (forbidden) return refuseResource(failure.updateResource, forbidden.message, 'spec');
  if (!live) return { do: 'create', object, told: told.resourceSynced, warnings };
  if (isSameResource(live, object)) return { ...nothing(told.resourceSynced), warnings };
  return { do: 'replace', object, told: told.resourceSynced, warnings };
}

/**
 * True when replacing `live` by `wanted` would change nothing. What the API server filled in by default is no difference: that nothing was taken out
 * of the content is told by its hash among the annotations.
 */
function isSameResource(live: KubeObject, wanted: KubeObject): boolean {
  const { metadata: _, ...content } = wanted;
  return (
    sameMap(live.metadata.labels, wanted.metadata.labels) &&
    sameMap(live.metadata.annotations, wanted.metadata.annotations) &&
    ownersText(live) === ownersText(wanted) &&
    (isExact(wanted) ? covers(wanted['data'] ?? {}, live['data'] ?? {}) : true) &&
    covers(live, content)
  );
}

/** The API server fills nothing into `data`: a key that is not wanted is somebody's edit. */
function isExact({ kind }: KubeObject): boolean {
  return kind === 'ConfigMap' || kind === 'Secret';
}

function covers(has: unknown, wanted: unknown): boolean {
  if (typeof wanted !== 'object' || wanted === null) return Object.is(has, wanted);
  if (Array.isArray(wanted)) {
    return Array.isArray(has) && has.length === wanted.length && wanted.every((item, index) => covers(has[index], item));
  }
  if (has === undefined) return Object.keys(wanted).length === 0; // an empty map may as well be left out
  if (typeof has !== 'object' || has === null || Array.isArray(has)) return false;
  const fields = has as Readonly<Record<string, unknown>>;
  return Object.entries(wanted).every(([key, item]) => covers(Object.hasOwn(fields, key) ? fields[key] : undefined, item));
}

function nothing(of: Told): { readonly do: 'nothing'; readonly told: Told; readonly warnings: readonly string[] } {
  return { do: 'nothing', told: of, warnings: [] };
}
