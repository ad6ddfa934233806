import type { SecretStoreObject, SecretStoreStatus, StatusCondition } from '@signet/api';
import { unreadable } from './conditions.ts';
import type { Checked } from './store-keeper.ts';
import { storeTitle, withoutTitle } from './store-title.ts';

/** The Ready condition of a store, in the words of external-secrets v2.9; ours is the cause behind the colon. */
export interface Readiness {
  readonly status: 'True' | 'False';
  readonly reason: 'Valid' | 'ValidationUnknown' | 'InvalidProviderConfig' | 'InvalidStoreConfiguration';
  readonly message: string;
}

/** The most characters of a message: a status that is too large is none. */
const longestMessage = 4096;

/** What a check of a store means for whoever reads its status. */
export function readinessOf(store: SecretStoreObject, checked: Checked): Readiness {
  if (checked.result === 'failed') {
    const what = checked.at === 'client' ? 'unable to create client' : 'unable to validate store';
    const message = `${what}: ${causeOf(store, checked.error)}`;
    return { status: 'False', reason: 'InvalidProviderConfig', message: message.slice(0, longestMessage).toWellFormed() };
  }
  const wrong = unreadable(store.spec.conditions);
  if (wrong.length > 0) {
    const message = `not a regular expression of RE2: ${wrong.join(', ')}`;
    return { status: 'False', reason: 'InvalidStoreConfiguration', message: message.slice(0, longestMessage) };
  }
  return checked.result === 'unknown'
    ? { status: 'True', reason: 'ValidationUnknown', message: 'could not determine validation status' }
    : { status: 'True', reason: 'Valid', message: 'store validated' };
}

/**
 * The status that tells it. Ready comes first; conditions and fields of others are kept; `lastTransitionTime` moves only when the
 * condition flips, as external-secrets has it.
 */
export function storeStatusFor(store: SecretStoreObject, checked: Checked, now: Date): SecretStoreStatus {
  const readiness = readinessOf(store, checked);
  const before = store.status ?? {};
  const previous = readyOf(before);
  const { generation } = store.metadata;
  const time = now.toISOString().replace(/\.\d+Z$/, 'Z');
  const stays = previous?.status === readiness.status && typeof previous.lastTransitionTime === 'string';
  const ready: StatusCondition = { type: 'Ready', ...readiness, lastTransitionTime: stays ? previous.lastTransitionTime : time };
  const { observedGeneration: _, ...rest } = before;
  return {
    ...rest,
    ...(checked.capabilities && { capabilities: checked.capabilities }),
    ...(generation !== undefined && { observedGeneration: generation }),
    conditions: [ready, ...(before.conditions ?? []).filter(({ type }) => type !== 'Ready')],
  };
}

/** The Ready condition of a status. */
export function readyOf(status: SecretStoreStatus | undefined): StatusCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

/**
 * True when a status says something other than the one before, times apart.
 *
 * @param dropsOurs the cluster's CustomResourceDefinition is the peer's and drops the field we add: it does not count
 */
export function saysNews(
  before: SecretStoreStatus | undefined,
  after: SecretStoreStatus,
  { dropsOurs }: { readonly dropsOurs: boolean },
): boolean {
  const essence = (status: SecretStoreStatus | undefined): string => {
    const { status: truth, reason, message } = readyOf(status) ?? {};
    return JSON.stringify([truth, reason, message, status?.capabilities, dropsOurs ? undefined : status?.observedGeneration]);
  };
  return essence(before) !== essence(after);
}

/** The cause alone: it stands in the status of that very store. */
function causeOf(store: SecretStoreObject, { message }: Error): string {
  return withoutTitle(storeTitle({ kind: store.kind, name: store.metadata.name }), message);
}
