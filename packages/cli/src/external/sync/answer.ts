import { externalSecretMarks, readExternalSecret } from '@signet/api';
import type { ExternalSecret, StatusCondition } from '@signet/api';
import { syncedVersionOf } from '@signet/controller/external-secret';
import type { KubeObject } from '@signet/kube/client';

/**
 * - `synced`: fetched anew, and Ready. `failed`: tried, and not Ready.
 * - `fetched-once`: its refresh policy fetches nothing a second time, whatever is asked.
 * - `no-answer`: the time was over first. `deleted`: it is gone.
 */
export type Result = 'synced' | 'failed' | 'fetched-once' | 'no-answer' | 'deleted';

/** How a forced refresh of one object ended. */
export interface Answer {
  readonly name: string;
  readonly result: Result;
  readonly ready: string | undefined;
  readonly reason: string | undefined;
  /** Names items, keys and stores, never a value. */
  readonly message: string;
  readonly nextRefreshTime: string | undefined;
}

/** What an object was before it was asked for, to be compared with what it is later. */
export interface Before {
  readonly object: KubeObject;
  /** How often a failure was told of it in events; undefined: events cannot be read. */
  readonly failures: number | undefined;
}

/**
 * What the controller says to a forced refresh; undefined: nothing yet. A success names the labels and annotations it was made of
 * (`status.syncedResourceVersion`), so it cannot be one from before. A failure is a status that changed, or one more Warning event.
 *
 * @param now the object as it is, and its failures
 */
export function answerOf(name: string, before: Before, now: Before): Answer | undefined {
  const es = readExternalSecret(now.object);
  const ready = readyOf(es);
  if (isAsked(es) && es.status?.syncedResourceVersion === syncedVersionOf(es) && ready?.status === 'True')
    return answer(name, 'synced', es);
  const isFailing = ready !== undefined && ready.status !== 'True';
  const moreFailures = (now.failures ?? 0) > (before.failures ?? Number.POSITIVE_INFINITY);
  if (isFailing && (essence(ready) !== essence(readyOf(readExternalSecret(before.object))) || moreFailures))
    return answer(name, 'failed', es);
  return undefined;
}

/** What is told when no answer came. */
export function unanswered(name: string, object: KubeObject | undefined): Answer {
  if (!object)
    return { name, result: 'deleted', ready: undefined, reason: undefined, message: 'it was deleted', nextRefreshTime: undefined };
  return answer(name, 'no-answer', readExternalSecret(object));
}

/**
 * The answer for an object that was not Ready before and still says the same, after a while: a cause is told once, so the same failure again leaves
 * the status as it is. Undefined when there is more to wait for.
 */
export function failedAsBefore(name: string, before: KubeObject, now: KubeObject): Answer | undefined {
  const es = readExternalSecret(now);
  const ready = readyOf(es);
  if (ready === undefined || ready.status === 'True' || essence(ready) !== essence(readyOf(readExternalSecret(before))))
    return undefined;
  const told = answer(name, 'failed', es);
  return { ...told, message: `${told.message} (as before)` };
}

/** The answer for an object that is never fetched again; undefined when it can be. External-secrets v2.9 behaviour. */
export function fetchedOnce(name: string, object: KubeObject): Answer | undefined {
  const es = readExternalSecret(object);
  const { refreshPolicy, refreshIntervalMs } = es.spec;
  if ((es.status?.syncedResourceVersion ?? '') === '') return undefined;
  const never =
    refreshPolicy === 'CreatedOnce'
      ? 'refreshPolicy CreatedOnce'
      : refreshPolicy === 'Periodic' && refreshIntervalMs <= 0
        ? 'refreshInterval 0'
        : undefined;
  if (never === undefined) return undefined;
  return { ...answer(name, 'fetched-once', es), message: `${never}: it was fetched, and is not again` };
}

function answer(name: string, result: Result, es: ExternalSecret): Answer {
  const ready = readyOf(es);
  const said = ready?.message ?? '';
  const told = said === '' ? 'there is no status' : said;
  return {
    name,
    result,
    ready: ready?.status,
    reason: ready?.reason,
    message: result === 'no-answer' ? `no answer in time; before: ${told}` : told,
    nextRefreshTime: es.status?.nextRefreshTime,
  };
}

function isAsked(es: ExternalSecret): boolean {
  return es.metadata.annotations?.[externalSecretMarks.forceSync] !== undefined;
}

/** The condition that tells how the last refresh went. */
export function readyOf({ status }: ExternalSecret): StatusCondition | undefined {
  return status?.conditions?.find(({ type }) => type === 'Ready');
}

function essence(ready: StatusCondition | undefined): string {
  return JSON.stringify([ready?.status, ready?.reason, ready?.message, ready?.observedGeneration, ready?.lastTransitionTime]);
}
