import { annotations, isMarked } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { isKeySecret } from '../sealing-keys/key-secret.ts';
import type { KeyPlace } from '../sealing-keys/key-secret.ts';
import { dataBytes, maxDataBytes, sameData, typeOf } from '../cluster/secret-parts.ts';
import { merged, overwritten, pointsTo, sameSecret, targetSecret } from './target-secret.ts';
import { describeFailures } from './unseal.ts';
import { bothForms } from './legacy.ts';
import type { Rendered } from './render.ts';

/** Why nothing may be written. Stands in the status as the condition's reason. */
export type RefusalReason =
  | 'CannotOpen'
  | 'CannotRender'
  | 'Unsupported'
  | 'NotManaged'
  | 'SealingKey'
  | 'Immutable'
  | 'TypeChanged'
  | 'Terminating'
  | 'MergeTargetGone'
  | 'ForbiddenType'
  | 'TooLarge';

/** A decision not to write, told to people in the status and as an event. */
export interface Refusal {
  readonly do: 'refuse';
  readonly because: RefusalReason;
  /** For the status. Names keys, never values. */
  readonly message: string;
  readonly event: { readonly reason: 'ErrUnsealFailed' | 'ErrUpdateFailed'; readonly message: string };
  /** Label of the error counter (sealed-secrets v0.38 names). */
  readonly counted: 'unseal' | 'update' | 'unmanaged';
  /** What must change before another try can succeed: both are watched. */
  readonly mendedBy: 'a new key or a new spec' | 'the Secret or a new spec';
}

/** What to do with the target Secret. */
export type Decision =
  | { readonly do: 'create'; readonly secret: Secret; readonly merges: false }
  | { readonly do: 'replace' | 'merge'; readonly secret: Secret; readonly merges: boolean }
  | { readonly do: 'recreate'; readonly secret: Secret; readonly instead: Secret; readonly merges: false }
  | { readonly do: 'nothing'; readonly merges: boolean }
  | Refusal;

/** All that a decision depends on. */
export interface Observed {
  readonly sealed: SealedSecret;
  /** As just read, with its data; undefined when there is none. */
  readonly live: Secret | undefined;
  readonly opened: Rendered;
  /** Where no Secret may be made or changed that is a sealing key. */
  readonly keyPlace?: KeyPlace | undefined;
  /** `--accept-deprecated-v1-data`. Default true. */
  readonly acceptsLegacyData?: boolean | undefined;
  /** `--recreate-secrets`: what the API server will not change may be deleted and made anew. Default true. */
  readonly recreates?: boolean | undefined;
  /** `--forbidden-secret-types`: no SealedSecret makes or changes Secrets of these. Default none. */
  readonly forbiddenTypes?: ReadonlySet<string> | undefined;
}

/** Refuses what cannot be turned into a Secret, before any key is used. */
export function refuseSpec(sealed: SealedSecret, acceptsLegacyData = true): Refusal | undefined {
  const { data, encryptedData } = sealed.spec;
  if (data === undefined) return undefined;
  if (Object.keys(encryptedData).length > 0) return unsupported(bothForms);
  return acceptsLegacyData ? undefined : unsupported(`using deprecated 'data' field, use 'encryptedData' or flip the feature flag`);
}

/**
 * What to do with the target Secret. Pure: no clock, no I/O, no randomness.
 *
 * The rules are those of sealed-secrets v0.38, with these differences: a Secret of a deleted and re-created SealedSecret is
 * ours (#1599); so is one that the status says we produced; a Secret of ours whose type changes is made anew, and so is an
 * immutable one if the SealedSecret is marked for it; a Secret that is equal already is not written; a sealing key is neither made nor changed, since whoever may create
 * SealedSecrets beside the keys could else have everybody seal for a key of their own.
 */
export function decide(observed: Observed): Decision {
  const { sealed, live, opened, keyPlace, acceptsLegacyData, forbiddenTypes } = observed;
  const refused = refuseSpec(sealed, acceptsLegacyData);
  if (refused) return refused;
  if (opened.failures.length > 0) return cannotOpen(describeFailures(opened));

  const { unrendered = [] } = opened;
  if (unrendered.length > 0) return { ...cannotOpen(describeFailures({ failures: unrendered })), because: 'CannotRender' };

  const target = targetSecret(sealed, opened.values, opened.marks);
  const concerned = live ? [target, live] : [target];
  if (keyPlace && concerned.some((secret) => isKeySecret(secret, keyPlace))) return sealingKey(sealed);
  const forbidden = concerned.map(typeOf).find((type) => forbiddenTypes?.has(type));
  if (forbidden !== undefined) return forbiddenType(sealed, forbidden);
  if (dataBytes(target) > maxDataBytes) return tooLarge(sealed, target);
  if (!live) return mergeTargetGone(sealed) ?? { do: 'create', secret: target, merges: false };
  if (live.metadata.deletionTimestamp !== undefined)
    return cannotUpdate(sealed, 'Terminating', `the target Secret is being deleted. It is created again once it is gone.`);

  const right = rightToWrite(sealed, live);
  const merges = isMarked(live.metadata.annotations, annotations.patch);
  if (!right) {
    // Only without owner references: with them, a Secret that agrees is owned already.
    const agrees = typeOf(live) === target.type && sameSecret(live, overwritten(live, target));
    return agrees ? { do: 'nothing', merges: false } : unmanaged(sealed);
  }
  const typeWanted = merges && (sealed.spec.template?.type ?? '') === '' ? typeOf(live) : target.type;
  const secret = merges ? merged(live, target) : overwritten(live, target);
  const foreign = merges && right === 'patch';
  const isRetyped = typeWanted !== typeOf(live);
  if (!isRetyped && sameSecret(live, secret)) return { do: 'nothing', merges: foreign };
  if (dataBytes(secret) > maxDataBytes) return tooLarge(sealed, secret);
  const isFrozen = live.immutable === true && !sameData(live, secret);
  if (!isRetyped && !isFrozen) return { do: merges ? 'merge' : 'replace', secret, merges: foreign };

  const mayRecreate = observed.recreates !== false && !merges && ownRights.has(right);
  const isReleased = live.immutable !== true || isMarked(sealed.metadata.annotations, annotations.replaceImmutable);
  if (mayRecreate && isReleased) return { do: 'recreate', secret: target, instead: live, merges: false };
  const way = mayRecreate
    ? ` With the annotation ${annotations.replaceImmutable}: "true" on the SealedSecret that is done for you.`
    : '';
  return isFrozen ? immutable(sealed, way) : typeChanged(sealed, typeOf(live), typeWanted ?? '', way);
}

/** Why a live Secret may be written; `patch` alone gives no ownership. */
type RightToWrite = 'owned' | 'recreated' | 'managed' | 'produced' | 'patch';

/** Rights over a Secret that this SealedSecret made: it may also be deleted. A mark on somebody else's is no right to that. */
const ownRights: ReadonlySet<RightToWrite> = new Set(['owned', 'recreated', 'produced']);

/** Whether, and by what right, a SealedSecret may write a live Secret. */
function rightToWrite(sealed: SealedSecret, live: Secret): RightToWrite | undefined {
  const controller = live.metadata.ownerReferences?.find((reference) => reference.controller === true);
  if (controller && controller.uid === sealed.metadata.uid) return 'owned';
  if (controller && pointsTo(controller, sealed)) return 'recreated';
  if (isMarked(live.metadata.annotations, annotations.managed)) return 'managed';
  const produced = sealed.status?.produced;
  if (!controller && produced?.uid === live.metadata.uid && produced?.merged !== true) return 'produced';
  return isMarked(live.metadata.annotations, annotations.patch) ? 'patch' : undefined;
}

/** A Secret that was only merged into belongs to someone else: its deletion is theirs too, until the spec asks anew. */
function mergeTargetGone(sealed: SealedSecret): Refusal | undefined {
  const { status, metadata } = sealed;
  if (status?.produced?.merged !== true || status.observedGeneration !== metadata.generation) return undefined;
  return cannotUpdate(sealed, 'MergeTargetGone', 'the Secret that the items were merged into is gone.');
}

function cannotOpen(message: string): Refusal {
  return {
    do: 'refuse',
    because: 'CannotOpen',
    message,
    event: { reason: 'ErrUnsealFailed', message: `Failed to unseal: ${message}` },
    counted: 'unseal',
    mendedBy: 'a new key or a new spec',
  };
}

function unsupported(message: string): Refusal {
  return { ...cannotOpen(message), because: 'Unsupported' };
}

function unmanaged(sealed: SealedSecret): Refusal {
  const message = `Resource "${sealed.metadata.name}" already exists and is not managed by SealedSecret`;
  return {
    do: 'refuse',
    because: 'NotManaged',
    message: `failed update: ${message}`,
    event: { reason: 'ErrUpdateFailed', message },
    counted: 'unmanaged',
    mendedBy: 'the Secret or a new spec',
  };
}

function sealingKey(sealed: SealedSecret): Refusal {
  const what = 'the target Secret is a sealing key, or would be one. No SealedSecret makes or changes a sealing key.';
  return cannotUpdate(sealed, 'SealingKey', what);
}

function cannotUpdate(sealed: SealedSecret, because: RefusalReason, what: string): Refusal {
  const message = `Error updating ${sealed.metadata.namespace}/${sealed.metadata.name}: ${what}`;
  return {
    do: 'refuse',
    because,
    message,
    event: { reason: 'ErrUpdateFailed', message },
    counted: 'update',
    mendedBy: 'the Secret or a new spec',
  };
}

function immutable(sealed: SealedSecret, way: string): Refusal {
  return cannotUpdate(
    sealed,
    'Immutable',
    `the target Secret is immutable. Once a Secret is marked as immutable, it is not possible to revert this change nor to mutate the contents of the data field. You can only delete and recreate the Secret.${way}`,
  );
}

function tooLarge(sealed: SealedSecret, secret: Secret): Refusal {
  return cannotUpdate(
    sealed,
    'TooLarge',
    `its data would be ${dataBytes(secret)} bytes, and a Secret holds at most ${maxDataBytes}.`,
  );
}

function forbiddenType(sealed: SealedSecret, type: string): Refusal {
  const what = `Secrets of type "${type}" are not made from SealedSecrets in this cluster (--forbidden-secret-types).`;
  return cannotUpdate(sealed, 'ForbiddenType', what);
}

function typeChanged(sealed: SealedSecret, from: string, to: string, way: string): Refusal {
  return cannotUpdate(
    sealed,
    'TypeChanged',
    `the target Secret has type "${from}" and should have "${to}". The type of a Secret cannot be changed. You can only delete and recreate the Secret.${way}`,
  );
}
