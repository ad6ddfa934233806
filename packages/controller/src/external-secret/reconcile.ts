import { externalSecretMarks } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import type { Clock, KubeObject, Logger } from '@signet/kube/client';
import { ApiError, isConflict } from '@signet/kube/client';
import type { Reconciler, Result } from '@signet/kube/runtime';
import type { Contention } from '../cluster/contention.ts';
import type { Demand, Rank, Seat, Stores } from '../secret-store/store-access.ts';
import { CannotGather } from './cannot-gather.ts';
import { explain } from './failure.ts';
import type { Failure } from './failure.ts';
import { gather } from './gather.ts';
import type { Gathered } from './gather.ts';
import { sourcesOf } from './interests.ts';
import type { ExternalSecretMetrics } from './metrics.ts';
import type { ExternalSecrets } from './own-objects.ts';
import type { Pace } from './pace.ts';
import { nextRefreshAt, shouldRefresh } from './refresh.ts';
import type { Reporter, Told } from './report.ts';
import { syncedVersionOf } from './resource-version.ts';
import { readyOf } from './status.ts';
import type { Outcome } from './status.ts';
import type { TargetRoom, Written } from './target-room.ts';
import type { WriteTurns } from './write-turns.ts';

/** What a reconcile works with. */
export interface Room {
  readonly externalSecrets: Pick<
    ExternalSecrets,
    'get' | 'answer' | 'askedAt' | 'outdated' | 'refreshed' | 'removeFinalizer' | 'isCurrent' | 'forget'
  >;
  readonly stores: Stores;
  readonly target: TargetRoom;
  readonly writes: Pick<WriteTurns, 'during' | 'waiting'>;
  readonly report: Reporter;
  readonly contention: Contention;
  readonly pace: Pace;
  readonly metrics: ExternalSecretMetrics;
  readonly logger: Logger;
  readonly clock: Pick<Clock, 'now'>;
}

/** How old a value may be that a time-based refresh takes from another object's read, at most. */
const sharedReadMs = 10_000;

/** Objects that have their values and wait for their turn to write: this many at most are let by. */
const mostWaiting = 256;
/** How long a store may not be there before that is told. */
const graceMs = 300;

/** Brings one ExternalSecret and its Secret into agreement. Looks, fetches if it is time to, writes once, reports. */
export function externalSecretReconciler(room: Room): Reconciler {
  return {
    async reconcile(key, signal, attempt): Promise<Result | void> {
      const raw = room.externalSecrets.get(key);
      if (!raw) return forget(room, key);
      const es = room.report.known(raw);
      if (raw.metadata.deletionTimestamp !== undefined) return leave(room, raw, es, signal);
      const { stores, generators } = sourcesOf(es);
      if (room.stores.isForeign(stores, generators, key.namespace)) return;

      const startedAt = room.clock.now();
      const settled = await untilNextRefresh(room, raw, es, startedAt, signal);
      if (settled) return settled;

      const pauseMs = room.contention.pauseMs(key, inputsOf(es), startedAt);
      if (pauseMs > 0) return yieldFor(room, raw, es, pauseMs, signal);

      const outdated = room.externalSecrets.outdated(key);
      const rank = rankOf(room, es);
      const seat = room.stores.seat(stores, key, rank);
      if (!seat) return; // told when there is room
      room.metrics.called(key);
      try {
        const result = await refresh(
          room,
          raw,
          es,
          { notBefore: oldestRead(room, es, startedAt), urgent: rank === 'asked' },
          startedAt,
          seat,
          signal,
        );
        room.pace.forget(key);
        room.externalSecrets.answer(key);
        room.externalSecrets.refreshed(key, outdated);
        return result;
      } catch (error) {
        if (signal.aborted || isConflict(error)) throw error;
        if (isOfForeignGenerator(error)) return; // somebody else's, like an object of a foreign store
        if (lacksStore(error) && room.pace.failures(key) === 0) {
          room.pace.failed(key, false); // both may have been applied at once, and one watch be behind the other
          return { requeueAfterMs: graceMs };
        }
        return await tellFailure(room, raw, es, explain(error), signal);
      } finally {
        seat.leave();
        room.metrics.took(key, (room.clock.now() - startedAt) / 1000);
        attempt.logger.debug({}, 'reconciled');
      }
    },
  };
}

function isOfForeignGenerator(error: unknown): boolean {
  return error instanceof CannotGather && error.failures.some(({ code }) => code === 'SIGNET_CONTROLLER_GENERATOR_FOREIGN');
}

function lacksStore(error: unknown): boolean {
  return error instanceof CannotGather && error.failures.every(({ code }) => code === 'SIGNET_CONTROLLER_STORE_MISSING');
}

function forget(room: Room, key: ObjectKey): void {
  for (const memory of [room.externalSecrets, room.stores, room.report, room.contention, room.pace]) memory.forget(key);
}

/** What its Secret is made of: a second write while this stays the same undoes what somebody else did. */
function inputsOf(es: ExternalSecret): string {
  return `${es.metadata.uid} ${syncedVersionOf(es)}`;
}

/** The object goes. Its Secret goes with it by its owner reference, where it has one. */
async function leave(room: Room, raw: KubeObject, es: ExternalSecret, signal: AbortSignal): Promise<void> {
  const { finalizer } = externalSecretMarks;
  if (!raw.metadata.finalizers?.includes(finalizer)) return;
  if (es.spec.target.deletionPolicy === 'Delete') await room.target.remove(es, signal);
  await room.externalSecrets.removeFinalizer(raw, finalizer, signal);
}

/**
 * Nothing to do until the next refresh? Asks the cache first, and reads the Secret only if the cache cannot tell (promise 4: a restart is
 * cheap).
 */
async function untilNextRefresh(
  room: Room,
  raw: KubeObject,
  es: ExternalSecret,
  now: number,
  signal: AbortSignal,
): Promise<Result | undefined> {
  if (readyOf(es.status)?.status !== 'True') return undefined;
  if (shouldRefresh(es, { now, isTargetValid: true }) || isOutdated(room, es)) return undefined;
  const standing = await room.target.standing(es, signal);
  if (!standing) return undefined;
  if (standing.produced) room.report.found(es, standing.produced);
  await refreshTold(room, raw, es, signal);
  return wait(room, es, now);
}

/** What is refreshed by time follows its store and its templates at once; what is fetched once, or when it changes itself, does not. */
function isOutdated(room: Room, { metadata, spec }: ExternalSecret): boolean {
  if (spec.refreshPolicy !== 'Periodic' || spec.refreshIntervalMs <= 0) return false;
  return room.externalSecrets.outdated(metadata) !== undefined;
}

/** A change that asks for no refresh (`refreshPolicy: CreatedOnce`, an interval of 0) is taken note of all the same. */
async function refreshTold(room: Room, raw: KubeObject, es: ExternalSecret, signal: AbortSignal): Promise<void> {
  const ready = readyOf(es.status);
  if (es.status?.observedGeneration === undefined || es.status.observedGeneration === es.metadata.generation) {
    room.metrics.condition(es, es.status);
    return;
  }
  const next = nextRefreshAt(es, { now: room.clock.now() });
  const outcome: Outcome = { ready: true, reason: ready?.reason ?? '', message: ready?.message ?? '', nextRefreshAt: next };
  await room.report.tell(raw, es, outcome, [], signal);
}

function wait(room: Room, es: ExternalSecret, now: number): Result {
  const at = nextRefreshAt(es, { now });
  room.metrics.due(es.metadata, at);
  return at === undefined ? {} : { requeueAfterMs: Math.max(1, at - now) };
}

/** How soon it is its turn. That a store was changed, which many use, makes none of them the first. */
function rankOf(room: Room, { metadata, status }: ExternalSecret): Rank {
  const refreshedAt = Date.parse(status?.refreshTime ?? '') || 0;
  const isAsked = room.externalSecrets.askedAt(metadata) > refreshedAt && room.externalSecrets.outdated(metadata) === undefined;
  if (isAsked) return 'asked';
  return refreshedAt === 0 ? 'new' : 'due';
}

/** A refresh that is due may share what another object has just read; one that somebody asked for may not share what was read before. */
function oldestRead(room: Room, es: ExternalSecret, now: number): number {
  const { refreshIntervalMs } = es.spec;
  const tolerance = refreshIntervalMs > 0 ? Math.min(sharedReadMs, refreshIntervalMs / 10) : sharedReadMs;
  return Math.max(now - tolerance, room.externalSecrets.askedAt(es.metadata));
}

async function refresh(
  room: Room,
  raw: KubeObject,
  es: ExternalSecret,
  demand: Demand,
  startedAt: number,
  seat: Seat,
  signal: AbortSignal,
): Promise<Result> {
  const isRefresh = shouldRefresh(es, { now: startedAt, isTargetValid: true }) || isOutdated(room, es);
  const gathered = await gather(es, room.stores, demand, signal);
  // Who has its values keeps nobody from asking, unless so many have theirs that memory would be the price.
  if (room.writes.waiting < mostWaiting) seat.leave();
  return room.writes.during(demand.urgent, signal, async () => {
    const written = await room.target.write(es, gathered, async () => refuseIfOutdated(room, es, signal), signal);
    // New values are no mend, however often they come.
    if (written.did === 'replace' && !isRefresh) room.contention.wrote(es.metadata, inputsOf(es), isMend(es), room.clock.now());
    const told = await room.report.tell(raw, es, outcomeOf(room, es, written, startedAt), eventsOf(gathered, written), signal);
    if (written.did !== 'nothing') room.logger.info({ key: keyText(es.metadata), did: written.did }, 'Secret written');
    for (const warning of written.warnings) room.logger.warn({ key: keyText(es.metadata) }, warning);
    return wait(room, told, room.clock.now());
  });
}

/** True when the Secret was made of the same before: whoever changed it, it was not us. */
function isMend(es: ExternalSecret): boolean {
  return es.status?.syncedResourceVersion === syncedVersionOf(es);
}

function outcomeOf(room: Room, es: ExternalSecret, written: Written, startedAt: number): Outcome {
  const refreshed = { at: startedAt, syncedResourceVersion: syncedVersionOf(es), binding: written.binding };
  const next = nextRefreshAt(
    {
      ...es,
      status: {
        ...es.status,
        refreshTime: new Date(startedAt).toISOString(),
        syncedResourceVersion: refreshed.syncedResourceVersion,
      },
    },
    { now: room.clock.now() },
  );
  return {
    ready: true,
    reason: written.reason,
    message: written.message,
    refreshed,
    produced: written.produced,
    nextRefreshAt: next,
  };
}

function eventsOf(gathered: Gathered, written: Written): Told[] {
  const missing = gathered.missing.map(({ source, key }): Told => ({
    type: 'Normal',
    reason: 'MissingProviderSecret',
    message: `secret does not exist at provider using ${source} (key=${key})`,
  }));
  return [...missing, ...written.events];
}

/** @throws a conflict, which is tried again, when the cache is behind the API server */
async function refuseIfOutdated(room: Room, es: ExternalSecret, signal: AbortSignal): Promise<void> {
  if (await room.externalSecrets.isCurrent(es, signal)) return;
  throw new ApiError({
    status: 409,
    reason: 'Conflict',
    message: `the cache is behind the ExternalSecret ${keyText(es.metadata)}`,
  });
}

/** Tells of a failure. The Secret stays as it is, and it is tried again by itself unless only a change of the object can mend it. */
async function tellFailure(
  room: Room,
  raw: KubeObject,
  es: ExternalSecret,
  failure: Failure,
  signal: AbortSignal,
): Promise<Result> {
  const { metadata } = es;
  room.metrics.failed(metadata);
  room.metrics.late(metadata, room.clock.now());
  const { reason, message, permanent } = failure;
  const isAnswer = room.externalSecrets.answer(metadata);
  const isNews = isAnswer || readyOf(es.status)?.message !== message;
  const told: Told[] = isNews ? [{ type: 'Warning', reason: 'UpdateFailed', message: failure.message }] : [];
  await room.report.tell(raw, es, { ready: false, reason, message, permanent }, told, signal);
  // A store that is away may have thousands of objects, and has a line of its own.
  if (isNews)
    room.logger[failure.trouble === 'store' ? 'debug' : 'warn'](
      { key: keyText(metadata), reason, trouble: failure.trouble },
      message,
    );
  const pauseMs = room.pace.failed(metadata, failure.trouble === 'store', failure.retryAfterMs);
  return { requeueAfterMs: failure.permanent ? Math.max(pauseMs, es.spec.refreshIntervalMs) : pauseMs };
}

/** Somebody else undoes every mend: say so, and leave the Secret alone for a while. */
async function yieldFor(room: Room, raw: KubeObject, es: ExternalSecret, pauseMs: number, signal: AbortSignal): Promise<Result> {
  const message =
    'could not update secret: it is changed again and again by somebody else; it is put right, but with longer and longer pauses';
  await room.report.tell(raw, es, { ready: false, reason: 'SecretSyncedError', message, permanent: false }, [], signal);
  return { requeueAfterMs: pauseMs };
}
