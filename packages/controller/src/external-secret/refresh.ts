import { createHash } from 'node:crypto';
import type { ExternalSecret } from '@signet/api';
import { storeInterest } from './interests.ts';
import { syncedVersionOf } from './resource-version.ts';
import { nextPermitted, permits } from './sync-windows.ts';

/** A refresh comes early by this share of the interval at most, */
const spreadShare = 0.05;
/** and by no more than this. */
const maxSpreadMs = 60_000;
/** An object is refreshed by time no more often than this: its author is a tenant, and every refresh takes a worker (promise 10). */
const shortestIntervalMs = 1000;

/**
 * How many milliseconds before the end of its interval an ExternalSecret is refreshed: up to 5 % of the interval and one minute, always the same for
 * the same object. Objects that came into being together are spread so, and drift apart from refresh to refresh (the peer has no such spread:
 * its issue 4231); no value is ever older than the interval asks for. Those that read the same of the same stores stay together: one read
 * serves them all.
 */
export function earlyByMs(es: Pick<ExternalSecret, 'metadata' | 'spec'>): number {
  const digest = createHash('sha256').update(companyOf(es)).digest();
  const share = digest.readUInt32BE() / 2 ** 32;
  return Math.floor(share * Math.min(maxSpreadMs, es.spec.refreshIntervalMs * spreadShare));
}

/** Equal for objects that read the same: all the remote keys of theirs, each with its store. Who reads nothing is alone. */
function companyOf({ metadata: { uid, namespace, name }, spec }: Pick<ExternalSecret, 'metadata' | 'spec'>): string {
  const reads = [
    ...spec.dataFrom.map(({ extract, find, sourceRef }) => ({ sourceRef, what: extract?.key ?? find })),
    ...spec.data.map(({ remoteRef, sourceRef }) => ({ sourceRef, what: remoteRef.key })),
  ].flatMap(({ sourceRef, what }) => {
    const store = sourceRef?.storeRef ?? spec.secretStoreRef;
    return what === undefined || !store ? [] : [JSON.stringify([storeInterest(store, namespace), what])];
  });
  return reads.length === 0 ? (uid ?? `${namespace}/${name}`) : [...new Set(reads)].toSorted().join('\n');
}

/** When the last refresh began, milliseconds since 1970; undefined: there was none, or its time cannot be read. */
function refreshedAt({ status }: ExternalSecret): number | undefined {
  const time = Date.parse(status?.refreshTime ?? '');
  return Number.isNaN(time) ? undefined : time;
}

function wasSynced(es: ExternalSecret): boolean {
  return hasVersion(es) && refreshedAt(es) !== undefined;
}

function hasVersion({ status }: ExternalSecret): boolean {
  return (status?.syncedResourceVersion ?? '') !== '';
}

function isChanged(es: ExternalSecret): boolean {
  return es.status?.syncedResourceVersion !== syncedVersionOf(es);
}

/**
 * When time alone asks for the next refresh, sync windows aside; 0: it is due whatever the time, and whatever the windows say; undefined: never
 * before something changes.
 */
function dueAt(es: ExternalSecret, now: number): number | undefined {
  const { refreshPolicy, refreshIntervalMs } = es.spec;
  if (refreshPolicy === 'CreatedOnce') return wasSynced(es) ? undefined : 0;
  if (refreshPolicy === 'OnChange') return wasSynced(es) && !isChanged(es) ? undefined : 0;
  // also a change of the spec asks for nothing then: that is what an interval of zero is for
  if (refreshIntervalMs <= 0 && hasVersion(es)) return undefined;
  const last = refreshedAt(es);
  if (isChanged(es) || last === undefined || last > now) return 0;
  return last + Math.max(refreshIntervalMs, shortestIntervalMs) - earlyByMs(es);
}

/**
 * Whether the values are to be fetched now (external-secrets v2.9 `refreshPolicy`):
 *
 * - `CreatedOnce`: never synced; `OnChange`: that, or generation, labels or annotations differ from what was synced;
 * - `Periodic`: with an interval of 0 or less only if never synced, else if something differs, the last refresh has no time or one in the future, or the
 *   interval, or one second, is over and {@link permits} agrees;
 * - under each of them: the target is not as it was made. Values are kept nowhere, so it takes a fetch to mend it.
 *
 * @param options.now milliseconds since 1970
 * @param options.isTargetValid the produced Secret is as it should be
 */
export function shouldRefresh(es: ExternalSecret, options: { readonly now: number; readonly isTargetValid: boolean }): boolean {
  if (!options.isTargetValid) return true;
  const due = dueAt(es, options.now);
  if (due === undefined || due > options.now) return false;
  return due === 0 || permits(es.spec.syncWindows, options.now);
}

/**
 * When {@link shouldRefresh} says yes next without anything else happening, milliseconds since 1970: `now` if it does already, undefined if it never does.
 * With windows that follow each other without end it is a moment at which to ask again.
 */
export function nextRefreshAt(es: ExternalSecret, options: { readonly now: number }): number | undefined {
  const due = dueAt(es, options.now);
  if (due === undefined) return undefined;
  return due === 0 ? options.now : nextPermitted(es.spec.syncWindows, Math.max(due, options.now));
}
