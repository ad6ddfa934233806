import type { ExternalSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { isSignetError } from '@signet/errors';
import { dataBytes, maxDataBytes, sameData, typeOf } from '../cluster/secret-parts.ts';
import { refuseSecret, refuseTemplate } from './forbidden-types.ts';
import { controllerOf, isMadeBy } from './marks.ts';
import { failure, refuse, told } from './ready.ts';
import type { Refusal, Told } from './ready.ts';
import { isSameSecret, otherOwnerOf, wantedSecret } from './target-secret.ts';
import type { Making, Wanted } from './target-secret.ts';
import { resolveTemplates } from './templates.ts';
import type { ReadTemplateSource } from './templates.ts';

/** What goes with every decision that is not a refusal. */
interface Settled {
  readonly told: Told;
  /** Name for `status.binding`; undefined: there is no Secret of this ExternalSecret. */
  readonly binding: string | undefined;
  /** Sentences without values. */
  readonly warnings: readonly string[];
  /** By key the template that made it. Names only. */
  readonly origins: ReadonlyMap<string, string>;
}

/** What to do with the target Secret. Writes go by the field manager `fieldManagerOf`, and are refused if the Secret is another by then. */
export type Decision =
  | ({ readonly do: 'create' | 'replace'; readonly secret: Secret } & Settled)
  /** Its type cannot be changed: the one that is there is deleted and the new one created. */
  | ({ readonly do: 'recreate'; readonly secret: Secret; readonly instead: Secret } & Settled)
  /** Everything it was made of is gone at its sources. */
  | ({ readonly do: 'delete'; readonly instead: Secret } & Settled)
  | ({ readonly do: 'nothing' } & Settled)
  | Refusal;

/** All that a decision depends on. */
export interface Observed extends Omit<Making, 'groups' | 'keepFrom'> {
  /** May a Secret of ours be made anew where its type cannot be changed? Default true. */
  readonly recreates?: boolean | undefined;
}

/**
 * What to do with the target Secret. Pure but for `read`, which is asked only when templates stand in other objects and are needed.
 *
 * The rules are those of external-secrets v2.9, with these differences: a Secret that another made is never deleted; one of ours whose type changes is
 * made anew; a frozen Secret that cannot be brought into agreement is left alone wholly; nothing is written that is the same already; and every
 * refusal names its cause.
 *
 * @throws what `read` throws
 */
export async function decide(observed: Observed, read: ReadTemplateSource): Promise<Decision> {
  const early = decideWithoutTemplates(observed);
  if (early) return early;
  try {
    const groups = await resolveTemplates(observed.es, read);
    return await decideWrite({ ...observed, groups });
  } catch (error) {
    if (!isSignetError(error)) throw error;
    return refuse(failure.update, error.message, 'templates');
  }
}

/** What can be told before any template is rendered: deletion, ownership, policies that write nothing. */
function decideWithoutTemplates({ es, data, live }: Pick<Observed, 'es' | 'data' | 'live'>): Decision | undefined {
  const { creationPolicy, deletionPolicy, name, manifest } = es.spec.target;
  // Where `decideResource` was not asked, nothing may come of it: least of all a Secret of that name.
  if (manifest) return refuse(failure.generic, `a ${manifest.kind} is not a Secret`, 'spec');
  if (data.size === 0 && deletionPolicy === 'Retain') return nothing(told.retained, live && es.status?.binding && name);
  if (data.size === 0 && deletionPolicy === 'Delete') return decideDeletion(es, live);
  if (creationPolicy === 'None') return nothing(told.synced, undefined);
  if (creationPolicy === 'Merge' && !live) return nothing(told.missing, undefined);
  return live && refuseOwner(es, live);
}

/** @throws TEMPLATE_FAILED, TEMPLATE_TARGET */
async function decideWrite({ recreates = true, ...making }: Observed & Pick<Making, 'groups'>): Promise<Decision> {
  const { es, live } = making;
  const forbidden = refuseTemplate(es);
  if (forbidden) return refuse(failure.update, forbidden.message, 'spec');

  const wanted = await wantedSecret(making);
  const refused = refuseContent(live, wanted.secret);
  if (refused) return refused;
  if (!live) return { do: 'create', secret: wanted.secret, ...synced(es, wanted) };
  if (isSameSecret(live, wanted.secret)) return { do: 'nothing', ...synced(es, wanted) };

  const isRetyped = typeOf(live) !== typeOf(wanted.secret);
  if (live.immutable === true && (isRetyped || !sameData(live, wanted.secret))) {
    return refuse(failure.immutable, `delete the Secret "${es.spec.target.name}" to have it made anew`, 'target');
  }
  if (!isRetyped) return { do: 'replace', secret: wanted.secret, ...synced(es, wanted) };

  const mayRecreate = recreates && es.spec.target.creationPolicy === 'Owner' && isMadeBy(es, live.metadata);
  if (!mayRecreate) return refuse(failure.update, retyped(live, wanted.secret), 'target');
  const anew = await wantedSecret({ ...making, live: undefined, keepFrom: live });
  return { do: 'recreate', secret: anew.secret, instead: live, ...synced(es, anew) };
}

/** All sources are gone and the Secret shall go with them: only one that is ours. */
function decideDeletion(es: ExternalSecret, live: Secret | undefined): Decision {
  const { creationPolicy, name } = es.spec.target;
  if (creationPolicy !== 'Owner') {
    return refuse(failure.delete, `deletionPolicy Delete needs creationPolicy Owner, and this is ${creationPolicy}`, 'spec');
  }
  if (!live || live.metadata.deletionTimestamp !== undefined) return nothing(told.deleted, undefined);
  if (!isMadeBy(es, live.metadata)) {
    return refuse(failure.delete, `the Secret "${name}" was not made by this ExternalSecret`, 'target');
  }
  return { ...nothing(told.deleted, undefined), do: 'delete', instead: live };
}

/** A Secret that an ExternalSecret controls is that one's alone; for Owner nobody else may control it either. */
function refuseOwner(es: ExternalSecret, live: Secret): Refusal | undefined {
  const { name, creationPolicy } = es.spec.target;
  const other = otherOwnerOf(es, live.metadata);
  if (other) return refuse(failure.owned, `"${other.name}" owns the Secret "${name}"`, 'target');
  const controller = controllerOf(live.metadata);
  if (creationPolicy === 'Owner' && controller && !isMadeBy(es, live.metadata)) {
    return refuse(failure.ownership, `${controller.kind} "${controller.name}" controls the Secret "${name}"`, 'target');
  }
  if (live.metadata.deletionTimestamp === undefined) return undefined;
  return refuse(failure.update, `the Secret "${name}" is being deleted; it is made again once it is gone`, 'target');
}

function refuseContent(live: Secret | undefined, wanted: Secret): Refusal | undefined {
  const forbidden = refuseSecret(live, wanted);
  if (forbidden) return refuse(failure.update, forbidden.message, 'templates');
  const bytes = dataBytes(wanted);
  if (bytes <= maxDataBytes) return undefined;
  return refuse(failure.update, `its data would be ${bytes} bytes, and a Secret holds at most ${maxDataBytes}`, 'templates');
}

function retyped(live: Secret, wanted: Secret): string {
  const { name } = live.metadata;
  return `the Secret "${name}" has type "${typeOf(live)}" and should have "${typeOf(wanted)}", which cannot be changed: delete it to have it made anew`;
}

function synced(es: ExternalSecret, { warnings, origins }: Wanted): Settled {
  return { told: told.synced, binding: es.spec.target.name, warnings, origins };
}

function nothing(of: Told, binding: string | undefined): { readonly do: 'nothing' } & Settled {
  return { do: 'nothing', told: of, binding, warnings: [], origins: new Map() };
}
