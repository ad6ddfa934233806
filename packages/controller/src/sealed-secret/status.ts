import type { Produced, SealedSecret, SealedSecretCondition, SealedSecretStatus } from '@signet/api';
import { brief } from '../cluster/brief.ts';

/** How a reconcile ended, as the status tells it. */
export type Outcome =
  | { readonly synced: true; readonly produced: Produced }
  | {
      readonly synced: false;
      readonly reason: string;
      /** The cause. Names keys, never values. */
      readonly message: string;
      /** True: only a change can mend it, and it is waited for. False: it is tried again. */
      readonly permanent: boolean;
    };

type Truth = 'True' | 'False';

/**
 * The status that tells an outcome. `Synced` is always first, where printer columns and Argo CD look; then the conditions
 * kstatus reads. Fields and conditions of others are kept. `lastTransitionTime` moves only when a condition flips.
 */
export function statusFor(sealed: SealedSecret, outcome: Outcome, now: Date): SealedSecretStatus {
  const before = sealed.status ?? {};
  const { generation } = sealed.metadata;
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const truth = (value: boolean): Truth => (value ? 'True' : 'False');
  const reason = outcome.synced ? 'Unsealed' : outcome.reason;
  const message = outcome.synced ? undefined : brief(outcome.message);
  const stalled = !outcome.synced && outcome.permanent;
  const reconciling = !outcome.synced && !outcome.permanent;

  const wanted: readonly (readonly [string, Truth, string, string | undefined])[] = [
    ['Synced', truth(outcome.synced), reason, message],
    ['Ready', truth(outcome.synced), reason, message],
    ['Reconciling', truth(reconciling), reconciling ? 'Retrying' : reason, reconciling ? message : undefined],
    ['Stalled', truth(stalled), reason, stalled ? message : undefined],
  ];
  const conditions = wanted.map(([type, status, reason, message]): SealedSecretCondition => {
    const previous = before.conditions?.find((condition) => condition.type === type);
    const flipped = previous?.status !== status || typeof previous.lastTransitionTime !== 'string';
    return {
      type,
      status,
      lastUpdateTime: time,
      lastTransitionTime: flipped ? time : previous.lastTransitionTime,
      reason,
      ...(message !== undefined && { message }),
      ...(generation !== undefined && { observedGeneration: generation }),
    };
  });
  const ours = new Set(wanted.map(([type]) => type));
  const others = (before.conditions ?? []).filter((condition) => !ours.has(condition.type));
  const { observedGeneration: _, ...rest } = before;
  return {
    ...rest,
    ...(generation !== undefined && { observedGeneration: generation }),
    conditions: [...conditions, ...others],
    ...(outcome.synced && { produced: outcome.produced }),
  };
}

/**
 * True when a status says something other than the one before, times apart. Writing anything else would be noise.
 *
 * @param dropsOurs the cluster's CustomResourceDefinition is the peer's and drops the fields we add: they do not count
 */
export function saysSomethingNew(
  before: SealedSecretStatus | undefined,
  after: SealedSecretStatus,
  { dropsOurs }: { readonly dropsOurs: boolean },
): boolean {
  return essence(before, dropsOurs) !== essence(after, dropsOurs);
}

/** True when the cluster's answer to a status lacks the fields the peer's CustomResourceDefinition does not have. */
export function lostOurFields(sent: SealedSecretStatus, answered: SealedSecretStatus | undefined): boolean {
  const [first] = sent.conditions ?? [];
  const [answeredFirst] = answered?.conditions ?? [];
  if (sent.produced) return answered?.produced === undefined;
  return first?.observedGeneration !== undefined && answeredFirst?.observedGeneration === undefined;
}

/** The condition that printer columns, Argo CD and the metrics read. */
export function syncedOf(status: SealedSecretStatus | undefined): SealedSecretCondition | undefined {
  return status?.conditions?.find((condition) => condition.type === 'Synced');
}

function essence(status: SealedSecretStatus | undefined, dropsOurs: boolean): string {
  const { uid, resourceVersion, scope, merged = false, keys = [] } = status?.produced ?? {};
  return JSON.stringify([
    status?.observedGeneration,
    status?.conditions?.map((c) => [
      c.type,
      c.status,
      c.reason,
      c.message,
      dropsOurs ? undefined : c.observedGeneration,
      typeof c.lastTransitionTime === 'string',
    ]),
    dropsOurs ? undefined : [uid, resourceVersion, scope, merged, keys.toSorted()],
  ]);
}
