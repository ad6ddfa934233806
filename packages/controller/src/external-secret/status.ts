import type { ExternalSecret, ExternalSecretStatus, StatusCondition } from '@signet/api';
import { brief } from '../cluster/brief.ts';

/** What a refresh came to, when it came to an end. */
export interface Refreshed {
  /** Milliseconds since 1970, when it began. */
  readonly at: number;
  /** What it was made of. */
  readonly syncedResourceVersion: string;
  /** The name of the Secret for service binding; undefined: there is none. */
  readonly binding: string | undefined;
}

/** How a reconcile ended, as the status tells it. */
export type Outcome =
  | {
      readonly ready: true;
      readonly reason: string;
      readonly message: string;
      /** Left out: the Secret was looked at, and nothing was fetched. */
      readonly refreshed?: Refreshed;
      /** The Secret as the API server answered. */
      readonly produced?: { readonly uid: string; readonly resourceVersion: string } | undefined;
      /** Milliseconds since 1970; left out: never by itself. */
      readonly nextRefreshAt?: number | undefined;
    }
  | {
      readonly ready: false;
      readonly reason: string;
      /** The cause. Names items, keys and stores, never values. */
      readonly message: string;
      /** True: only a change can mend it, and it is waited for. False: it is tried again. */
      readonly permanent: boolean;
    };

/** RFC 3339 in whole seconds, as Kubernetes writes times. */
function timeText(ms: number): string {
  return new Date(ms).toISOString().replace(/\.\d+Z$/, 'Z');
}

const ours: ReadonlySet<string> = new Set(['Ready', 'Reconciling', 'Stalled']);

/**
 * The status that tells an outcome. `Ready` is first, with the reasons and messages of external-secrets v2.9 and, where it failed,
 * the cause behind them. While it is not ready, `Reconciling` or `Stalled` says for kstatus whether it is tried again; a good
 * object has neither, so that another controller that knows only `Ready` leaves no stale one behind. What the last refresh came to stays
 * until the next one that succeeds. Fields and conditions of others are kept.
 */
export function statusFor(es: ExternalSecret, outcome: Outcome, now: number): ExternalSecretStatus {
  const before = es.status ?? {};
  const { generation } = es.metadata;
  const condition = (type: string, status: 'True' | 'False', reason: string, message: string): StatusCondition => {
    const previous = before.conditions?.find((one) => one.type === type);
    const stays = previous?.status === status && typeof previous.lastTransitionTime === 'string';
    return {
      type,
      status,
      reason,
      message: brief(message),
      lastTransitionTime: stays ? previous.lastTransitionTime : timeText(now),
      ...(generation !== undefined && { observedGeneration: generation }),
    };
  };
  const { reason, message } = outcome;
  const conditions = [condition('Ready', outcome.ready ? 'True' : 'False', reason, message)];
  if (!outcome.ready)
    conditions.push(
      condition(outcome.permanent ? 'Stalled' : 'Reconciling', 'True', outcome.permanent ? reason : 'Retrying', message),
    );
  const others = (before.conditions ?? []).filter(({ type }) => !ours.has(type));
  const { observedGeneration: _, nextRefreshTime: __, ...rest } = before;
  return {
    ...(outcome.ready && outcome.refreshed ? afterRefresh(rest, outcome.refreshed) : rest),
    ...(generation !== undefined && { observedGeneration: generation }),
    conditions: [...conditions, ...others],
    ...(outcome.ready && outcome.produced && { produced: { ...outcome.produced } }),
    ...(outcome.ready && outcome.nextRefreshAt !== undefined && { nextRefreshTime: timeText(outcome.nextRefreshAt) }),
  };
}

function afterRefresh(before: ExternalSecretStatus, { at, syncedResourceVersion, binding }: Refreshed): ExternalSecretStatus {
  const { binding: _, produced: __, ...rest } = before;
  return {
    ...rest,
    refreshTime: timeText(at),
    syncedResourceVersion,
    ...(binding !== undefined && { binding: { name: binding } }),
  };
}

/** The condition that printer columns, Argo CD and the metrics read. */
export function readyOf(status: ExternalSecretStatus | undefined): StatusCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

/**
 * True when a status says something other than the one before. Writing anything else would be noise.
 *
 * @param dropsOurs the cluster's CustomResourceDefinition is the peer's and drops the fields we add: they do not count
 */
export function saysSomethingNew(
  before: ExternalSecretStatus | undefined,
  after: ExternalSecretStatus,
  { dropsOurs }: { readonly dropsOurs: boolean },
): boolean {
  return essence(before, dropsOurs) !== essence(after, dropsOurs);
}

function essence(status: ExternalSecretStatus | undefined, dropsOurs: boolean): string {
  const { uid, resourceVersion } = status?.produced ?? {};
  return JSON.stringify([
    status?.refreshTime ?? null,
    status?.syncedResourceVersion,
    status?.binding?.name,
    status?.conditions?.map(({ type, status, reason, message, observedGeneration }) => [
      type,
      status,
      reason,
      message,
      dropsOurs ? undefined : observedGeneration,
    ]),
    dropsOurs ? undefined : [status?.observedGeneration, status?.nextRefreshTime, uid, resourceVersion],
  ]);
}

/** A status with no condition but those that the peer's CustomResourceDefinition lets in: it lists the types it knows. */
export function withoutOurConditions(status: ExternalSecretStatus): ExternalSecretStatus {
  const { conditions = [] } = status;
  return { ...status, conditions: conditions.filter(({ type }) => type === 'Ready' || !ours.has(type)) };
}

/** True when the cluster's answer to a status lacks the fields the peer's CustomResourceDefinition does not have. */
export function lostOurFields(sent: ExternalSecretStatus, answered: ExternalSecretStatus | undefined): boolean {
  return sent.observedGeneration !== undefined && answered?.observedGeneration === undefined;
}
