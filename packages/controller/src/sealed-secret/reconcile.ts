import type { Produced, SealedSecret } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import type { Clock, KubeObject, Logger, ObjectMeta, Secret } from '@signet/kube/client';
import { ApiError, isAlreadyExists, isApiError, isConflict } from '@signet/kube/client';
import type { Attempt, Reconciler } from '@signet/kube/runtime';
import { TerminalError } from '@signet/kube/runtime';
import { controllerErrors } from '../errors.ts';
import type { ControllerMetrics } from '../http/metrics.ts';
import { isKeySecret } from '../sealing-keys/key-secret.ts';
import type { KeyPlace } from '../sealing-keys/key-secret.ts';
import { brief } from '../cluster/brief.ts';
import type { Contention } from '../cluster/contention.ts';
import { inputsOf } from '../cluster/contention.ts';
import { decide, refuseSpec } from './decide.ts';
import type { Decision, Refusal } from './decide.ts';
import type { UnsealedLegacy } from './legacy.ts';
import type { LiveSecrets } from '../cluster/live-secrets.ts';
import { recreate } from '../cluster/recreate.ts';
import { renderTemplates } from './render.ts';
import type { Reporter } from './report.ts';
import { isSettled } from './settled.ts';
import { isOrphanOf } from './target-secret.ts';
import { bindingOf } from './unseal.ts';

/** What a reconcile works with. */
export interface Room {
  /** The SealedSecret as last seen or last written by us. */
  readonly sealedSecrets: {
    get(key: ObjectKey): KubeObject | undefined;
    /** Asks the API server whether this is still the object as it is there. */
    isCurrent(sealed: SealedSecret, signal: AbortSignal): Promise<boolean>;
    /** Asks the API server whether there is one of this name, whichever. */
    exists(key: ObjectKey, signal: AbortSignal): Promise<boolean>;
  };
  readonly secrets: LiveSecrets;
  /** Opens all items; remembers failures until something changes that could mend them. */
  readonly unseal: (raw: KubeObject, sealed: SealedSecret) => Promise<UnsealedLegacy>;
  /** Where the sealing keys are, which no SealedSecret may touch. */
  readonly keyPlace: KeyPlace;
  /** `--old-gc-behavior`. */
  readonly deletesOrphans: boolean;
  /** `--accept-deprecated-v1-data`. */
  readonly acceptsLegacyData: boolean;
  /** `--recreate-secrets`. */
  readonly recreates: boolean;
  /** `--forbidden-secret-types`. */
  readonly forbiddenTypes: ReadonlySet<string>;
  /** False for a namespace that is not served any more: nothing of it is touched. */
  readonly isServed: (namespace: string) => boolean;
  readonly report: Reporter;
  readonly contention: Contention;
  readonly metrics: ControllerMetrics;
  readonly logger: Logger;
  readonly clock: Clock;
  /** The object is gone: nothing of it need be remembered. */
  readonly forget: (key: ObjectKey) => void;
}

/** After this many failures in a row, a fault that may pass by itself is told in the status too. */
const patience = 2;
/** How often a Secret is looked at whose changes nobody tells us of. */
const unseenMs = 60_000;
/** When a Secret is offered again that the API server calls invalid: its rules may change (an admission policy), and tell nobody. */
const invalidMs = 300_000;

/** Brings one SealedSecret and its Secret into agreement. Reads, decides, writes once, reports. */
export function sealedSecretReconciler(room: Room): Reconciler {
  return {
    async reconcile(key, signal, attempt) {
      room.metrics.requested();
      const raw = room.sealedSecrets.get(key);
      if (!raw) return await gone(room, key, signal);
      const sealed = room.report.known(raw);
      if (sealed.metadata['deletionTimestamp'] !== undefined) return; // creating anything now would race with that removal

      const known = await room.secrets.metadata(key, signal);
      const done = room.secrets.areUnseen(key) ? { requeueAfterMs: unseenMs } : undefined;
      if (isSettled(sealed, known)) {
        room.report.settled(sealed);
        return done;
      }

      const of = inputsOf(sealed.metadata, bindingOf(sealed).scope);
      const pauseMs = room.contention.pauseMs(key, of, room.clock.now());
      if (pauseMs > 0) return await yieldFor(pauseMs, room, raw, sealed, signal);

      const { acceptsLegacyData } = room;
      const opened = refuseSpec(sealed, acceptsLegacyData) ? nothingOpened : await room.unseal(raw, sealed);
      try {
        const { decision, produced, wrote } = await decideAndAct(room, key, sealed, known !== undefined, opened, signal);
        if (decision.do === 'refuse') return await refuse(room, raw, sealed, decision, signal);
        if (wrote) room.contention.wrote(key, of, wasRight(sealed), room.clock.now());
        const told = { type: 'Normal', reason: 'Unsealed', message: 'SealedSecret unsealed successfully' } as const;
        await report(room, sealed, async () => room.report.tell(raw, sealed, { synced: true, produced }, told, wrote, signal));
        if (wrote) room.logger.info({ key: keyText(key), did: decision.do }, 'Secret written');
        return done;
      } catch (error) {
        if (!(error instanceof TerminalError) && !(error instanceof StatusNotWritten) && !signal.aborted) {
          const isTold = await reportFault(room, raw, sealed, error, attempt, signal);
          if (isTold && isInvalid(error)) return { requeueAfterMs: invalidMs };
        }
        throw error instanceof StatusNotWritten ? error.cause : error;
      } finally {
        for (const value of opened.values.values()) value.fill(0);
      }
    },
  };
}

/**
 * The owner reference lets the cluster remove the Secret, unless we shall do it ourselves: only one that points to this object and to
 * nobody else, and only when the object does not exist. That it is not in the cache may as well mean that it lost a label.
 */
async function gone(room: Room, key: ObjectKey, signal: AbortSignal): Promise<void> {
  room.forget(key);
  if (!room.deletesOrphans || !room.isServed(key.namespace)) return;
  const live = await room.secrets.read(key, signal);
  if (!live || !isOrphanOf(key, live) || isKeySecret(live, room.keyPlace)) return;
  if (!(await room.sealedSecrets.exists(key, signal))) await room.secrets.delete(live, signal);
}

/** True when the Secret was right for this very spec before: whoever changed it, it was not the spec. */
function wasRight({ status, metadata }: SealedSecret): boolean {
  return status?.produced !== undefined && status.observedGeneration === metadata.generation;
}

/** Somebody else undoes every mend: say so, and leave the Secret alone for a while. */
async function yieldFor(
  pauseMs: number,
  room: Room,
  raw: KubeObject,
  sealed: SealedSecret,
  signal: AbortSignal,
): Promise<{ requeueAfterMs: number }> {
  const message =
    'the target Secret is changed again and again by somebody else; it is put right, but with longer and longer pauses';
  const outcome = { synced: false, reason: 'Contended', message, permanent: false } as const;
  const told = { type: 'Warning', reason: 'ErrUpdateFailed', message } as const;
  try {
    await room.report.tell(raw, sealed, outcome, told, false, signal);
  } catch (error) {
    if (isConflict(error)) throw error;
    room.logger.warn({ key: keyText(sealed.metadata), err: error }, 'could not write the status of a fight over a Secret');
  }
  return { requeueAfterMs: pauseMs };
}

const nothingOpened: UnsealedLegacy = { values: new Map(), failures: [] };

interface Done {
  readonly decision: Decision;
  readonly produced: Produced;
  readonly wrote: boolean;
}

interface Attempted {
  readonly decision: Decision;
  /** Of the Secret as it is now. */
  readonly metadata: ObjectMeta | undefined;
  readonly wrote: boolean;
}

async function decideAndAct(
  room: Room,
  key: ObjectKey,
  sealed: SealedSecret,
  exists: boolean,
  opened: UnsealedLegacy,
  signal: AbortSignal,
): Promise<Done> {
  // The template of a Secret that was sealed whole is inside it.
  const wanted = opened.template ? { ...sealed, spec: { ...sealed.spec, template: opened.template } } : sealed;
  const attempt = async (live: Secret | undefined): Promise<Attempted> => {
    const made = await renderTemplates(wanted, opened, live, () => room.clock.now());
    try {
      const decision = decide({ ...room, sealed: wanted, live, opened: made });
      const written = await act(decision, room, sealed, signal);
      return { decision, metadata: written ?? live?.metadata, wrote: written !== undefined };
    } finally {
      for (const [item, value] of made.values) if (!opened.values.has(item)) value.fill(0);
    }
  };
  const readLive = async (): Promise<Secret | undefined> => room.secrets.read(key, signal);
  const live = exists && opened.failures.length === 0 ? await readLive() : undefined;
  const { decision, metadata, wrote } = await attempt(live).catch(async (error: unknown) => {
    if (!isAlreadyExists(error)) throw error;
    return attempt(await readLive()); // the cache was behind
  });
  const { uid = '', resourceVersion = '' } = metadata ?? {};
  const merged = decision.do !== 'refuse' && decision.merges;
  const { keys } = opened;
  const produced = { uid, resourceVersion, scope: bindingOf(sealed).scope, ...(merged && { merged }), ...(keys && { keys }) };
  return { decision, produced, wrote };
}

/** The one write of a reconcile. Conditional: another writer's work is never overwritten unseen. */
async function act(decision: Decision, room: Room, sealed: SealedSecret, signal: AbortSignal): Promise<ObjectMeta | undefined> {
  switch (decision.do) {
    case 'create':
      // A Secret that was there before may have been made anew of a newer generation than the one in our cache.
      if (sealed.status?.produced) await refuseIfOutdated(room, sealed, signal);
      return room.secrets.create(decision.secret, signal);
    case 'replace':
    case 'merge':
      // Asked after the Secret was read: what is current now is not older than what the Secret was made of, and the write is
      // refused if the Secret changes from here on. So a silent watch cannot bring an old generation back.
      await refuseIfOutdated(room, sealed, signal);
      return room.secrets.replace(decision.secret, signal);
    case 'recreate':
      await refuseIfOutdated(room, sealed, signal);
      return recreate(room.secrets, decision, room.clock, signal);
    case 'nothing':
    case 'refuse':
      return undefined;
  }
}

/** @throws a conflict, which is tried again, when the cache is behind the API server */
async function refuseIfOutdated(room: Room, sealed: SealedSecret, signal: AbortSignal): Promise<void> {
  if (await room.sealedSecrets.isCurrent(sealed, signal)) return;
  const message = `the cache is behind the SealedSecret ${sealed.metadata.namespace}/${sealed.metadata.name}`;
  throw new ApiError({ status: 409, reason: 'Conflict', message });
}

/** Tells of a refusal, and waits for the change that can mend it; where that change is not watched, tries again by itself. */
async function refuse(room: Room, raw: KubeObject, sealed: SealedSecret, refusal: Refusal, signal: AbortSignal): Promise<never> {
  const { because, event, counted, mendedBy } = refusal;
  const message = brief(refusal.message);
  const isNoticed = mendedBy === 'a new key or a new spec' || room.secrets.areWatched(sealed.metadata);
  room.metrics.failed(counted, sealed.metadata.namespace);
  if (because === 'CannotRender') room.metrics.templateFailed(sealed.metadata.namespace);
  const outcome = { synced: false, reason: because, message, permanent: isNoticed } as const;
  const told = { type: 'Warning', ...event } as const;
  await report(room, sealed, async () => room.report.tell(raw, sealed, outcome, told, false, signal));
  const error = controllerErrors.REFUSED({ object: keyText(sealed.metadata), message });
  throw isNoticed ? new TerminalError(error.message, { cause: error }) : new StatusNotWritten(error);
}

/** Tells of a fault of the API server; the object is tried again in any case. @returns true when the status tells of it */
async function reportFault(
  room: Room,
  raw: KubeObject,
  sealed: SealedSecret,
  error: unknown,
  attempt: Attempt,
  signal: AbortSignal,
): Promise<boolean> {
  if (isConflict(error)) return false;
  room.metrics.failed('update', sealed.metadata.namespace);
  const mayPass = !isApiError(error) || error.status === 429 || error.status >= 500;
  if (mayPass && attempt.failures < patience) return false;
  const message = isApiError(error) ? error.serverMessage : error instanceof Error ? error.message : 'unknown fault';
  const permanent = isInvalid(error);
  const outcome = { synced: false, reason: permanent ? 'Invalid' : 'UpdateFailed', message, permanent } as const;
  const told = { type: 'Warning', reason: 'ErrUpdateFailed', message } as const;
  try {
    await report(room, sealed, async () => room.report.tell(raw, sealed, outcome, told, false, signal));
    if (permanent) room.logger.error({ key: keyText(sealed.metadata), err: error }, 'the API server calls the Secret invalid');
    return true;
  } catch {
    room.logger.warn({ key: keyText(sealed.metadata) }, 'could not write the status either; both are tried again');
    return false;
  }
}

/** What the API server says of a Secret that breaks its rules, or those of an admission policy. */
function isInvalid(error: unknown): boolean {
  return isApiError(error) && error.status === 422;
}

/** Wraps what stopped a reconcile after its decision was acted upon: no fault of the Secret, nothing more to tell. */
class StatusNotWritten extends Error {
  constructor(cause: unknown) {
    super('the status was not written', { cause });
  }
}

async function report(room: Room, sealed: SealedSecret, tell: () => Promise<void>): Promise<void> {
  try {
    await tell();
  } catch (error) {
    if (!isConflict(error)) room.metrics.failed('status', sealed.metadata.namespace);
    throw new StatusNotWritten(error);
  }
}
