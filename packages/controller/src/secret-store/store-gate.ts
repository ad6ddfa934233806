import { comeBack, providerErrors, retryAfterOf, troubleOf } from '@signet/provider';
import type { Clock } from '@signet/provider';
import { controllerErrors } from '../errors.ts';
import { afterwards, healthy } from './breaker.ts';
import type { Circuit, Happening } from './breaker.ts';
import type { LanesOptions, Turn } from './lanes.ts';
import { Lanes } from './lanes.ts';

/** A call as it can be made once more, to see whether a store is back. It names what it asks for and holds no value. */
export interface Retrial {
  /** Equal: the same question. */
  readonly identity: string;
  /** What made it; forgotten together. */
  readonly owner: object;
  /** False for a call that some backends answer without being asked: it shows trouble, and no recovery. */
  readonly proves: boolean;
  call(signal: AbortSignal): Promise<unknown>;
}

/**
 * - `open`: calls are refused from now on;
 * - `out of order`: it is more than a moment: a probe failed too, or the backend wants to be left alone for longer;
 * - `ready`: calls pass again.
 */
export type Standing = 'open' | 'out of order' | 'ready';

/** What the gate of one store is made of. */
export interface StoreGateOptions extends LanesOptions {
  /** `SecretStore "vault-prod"`. */
  readonly title: string;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  /** A call without an answer for so long, while no other has one, means that the store hangs. Default 10 000. */
  readonly hangAfterMs?: number | undefined;
  /** A probe is given up after this, or after twice the time the last call took that was answered. Default 5000. */
  readonly probeTimeoutMs?: number | undefined;
  /** Called at once when it changes. */
  readonly onStanding: (standing: Standing) => void;
  readonly onState?: ((state: Circuit['state']) => void) | undefined;
}

const maxRetrials = 4;
/** A store that is shut for longer is out of order. */
const momentMs = 2000;

/**
 * The gate before one store: its lanes, and the circuit breaker that shuts them. While it is shut nobody waits: everyone is refused
 * at once, and one call at a time finds out whether the store is back. Such a probe repeats calls that were made or refused before:
 * first the last one that was answered, then the others in turn, so that one key a backend chokes on does not keep a store shut.
 */
export class StoreGate {
  readonly #options: StoreGateOptions;
  readonly #lanes: Lanes;
  #circuit: Circuit = healthy;
  #standing: 'in order' | 'out of order' = 'in order';
  /** Why it is shut, without values. */
  #because = '';
  #answeredAt = -Infinity;
  #slowestMs = 0;
  #lastGood: Retrial | undefined;
  readonly #retrials = new Map<string, Retrial>();
  /** Ends the calls under way, probes apart. */
  readonly #underWay = new Set<AbortController>();
  #cancelTimer: (() => void) | undefined;
  readonly #end = new AbortController();

  constructor(options: StoreGateOptions) {
    this.#options = options;
    this.#lanes = new Lanes(options);
  }

  get state(): Circuit['state'] {
    return this.#circuit.state;
  }

  /** Asks for a turn to make one call, in the order of the lanes. */
  ask(turn: Turn): void {
    this.#lanes.ask(turn);
  }

  /**
   * The error of a store that is not asked now; it knows when it is worth coming back. Undefined: go ahead.
   *
   * @param retrial what would have been asked
   */
  refusal(retrial?: Retrial): Error | undefined {
    if (this.#circuit.state === 'closed') return undefined;
    if (retrial) this.#remember(retrial);
    const { clock, title } = this.#options;
    const error = controllerErrors.STORE_NOT_READY({ store: title, because: this.#because });
    return this.#circuit.state === 'open' ? comeBack(error, Math.max(0, this.#circuit.nextProbeAt - clock.now())) : error;
  }

  /**
   * Makes a call and learns of it whether the store works.
   *
   * @param outcomes what the call said, thing by thing
   * @param call its signal aborts with `signal`, and when the call is lost: the store is back, and has not answered it
   */
  async watch<T>(
    retrial: Retrial,
    signal: AbortSignal,
    outcomes: (answer: T) => readonly unknown[],
    call: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const lost = new AbortController();
    this.#underWay.add(lost);
    const { clock, hangAfterMs = 10_000 } = this.#options;
    const startedAt = clock.now();
    const cancel = clock.setTimeout(() => {
      if (this.#answeredAt >= startedAt || signal.aborted) return;
      this.#remember(retrial);
      this.#happened({ is: 'hung' }, `it has not answered for ${Math.round(hangAfterMs / 1000)} s`);
    }, hangAfterMs);
    try {
      const answer = await call(AbortSignal.any([signal, lost.signal]));
      const parts = outcomes(answer);
      const [first] = parts;
      if (parts.length > 0 && parts.every(isStoreTrouble)) this.#troubled(first, retrial);
      else this.#answered(retrial, startedAt);
      return answer;
    } catch (error) {
      if (lost.signal.aborted) throw lost.signal.reason;
      if (!signal.aborted) {
        if (isStoreTrouble(error)) this.#troubled(error, retrial);
        else if (hasAsked(error)) this.#answered(retrial, startedAt);
      }
      throw error;
    } finally {
      cancel();
      this.#underWay.delete(lost);
    }
  }

  /** The backend answered a part of what somebody asked: whatever else takes long, it does not hang. */
  heard(): void {
    this.#answeredAt = this.#options.clock.now();
  }

  /** Forgets calls whose owner is closed. */
  forget(owner: object): void {
    if (this.#lastGood?.owner === owner) this.#lastGood = undefined;
    for (const [identity, retrial] of this.#retrials) if (retrial.owner === owner) this.#retrials.delete(identity);
  }

  /** Starts anew: what made the trouble was changed. */
  reset(): void {
    this.#lastGood = undefined;
    this.#retrials.clear();
    this.#happened({ is: 'renewed' }, '');
  }

  /** Ends probing. Those who wait still get their turn. */
  retire(): void {
    this.#end.abort();
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Ends probing, and grants no turn any more. */
  close(): void {
    this.retire();
    this.#lanes.hold();
  }

  #answered(retrial: Retrial, startedAt: number): void {
    const now = this.#options.clock.now();
    this.#answeredAt = now;
    this.#slowestMs = now - startedAt;
    if (retrial.proves) this.#lastGood = retrial;
    this.#retrials.delete(retrial.identity);
    this.#happened({ is: 'answered' }, '');
  }

  #troubled(error: unknown, retrial: Retrial): void {
    const throttled = troubleOf(error) === 'throttled';
    if (throttled) this.#lanes.slowDown();
    this.#remember(retrial);
    this.#happened({ is: 'trouble', throttled, retryAfterMs: retryAfterOf(error) }, causeOf(error));
  }

  #remember(retrial: Retrial): void {
    if (this.#retrials.size < maxRetrials) this.#retrials.set(retrial.identity, retrial);
  }

  #happened(happening: Happening, because: string): void {
    const { clock, random, onStanding, onState } = this.#options;
    const before = this.#circuit;
    this.#circuit = afterwards(before, happening, { now: clock.now(), random: random() });
    if (because !== '') this.#because = because;
    if (this.#circuit.state !== before.state) onState?.(this.#circuit.state);
    if (this.#circuit.state === 'open' && before.state !== 'open') {
      if (before.state === 'closed') this.#lanes.hold();
      this.#schedule(this.#circuit.nextProbeAt);
      if (before.state === 'closed') onStanding('open');
      const isLong = this.#circuit.attempt > 0 || this.#circuit.nextProbeAt - clock.now() > momentMs;
      if (isLong && this.#standing === 'in order') {
        this.#standing = 'out of order';
        onStanding('out of order');
      }
    }
    if (this.#circuit.state === 'closed' && before.state !== 'closed') {
      this.#cancelTimer?.();
      this.#cancelTimer = undefined;
      this.#standing = 'in order';
      this.#lanes.release();
      onStanding('ready');
    }
  }

  #schedule(at: number): void {
    const { clock } = this.#options;
    this.#cancelTimer?.();
    if (this.#end.signal.aborted) return;
    this.#cancelTimer = clock.setTimeout(
      () => {
        this.#cancelTimer = undefined;
        void this.#probe();
      },
      Math.max(1, at - clock.now()),
    );
  }

  /** Never rejects. */
  async #probe(): Promise<void> {
    this.#happened({ is: 'probe' }, '');
    if (this.#circuit.state === 'open') return this.#schedule(this.#circuit.nextProbeAt); // a timer may be early by a moment
    if (this.#circuit.state === 'closed') return;
    const candidates = [...(this.#lastGood ? [this.#lastGood] : []), ...this.#retrials.values()];
    const retrial = candidates[this.#circuit.attempt % Math.max(1, candidates.length)];
    if (!retrial) return this.#happened({ is: 'answered' }, ''); // nothing to ask: the next demand finds out
    const { clock, probeTimeoutMs = 5000 } = this.#options;
    const startedAt = clock.now();
    const giveUp = new AbortController();
    const timeoutMs = Math.max(probeTimeoutMs, 2 * this.#slowestMs);
    const timeout = Promise.withResolvers<never>();
    const cancel = clock.setTimeout(() => {
      giveUp.abort();
      timeout.reject(new Error('no answer'));
    }, timeoutMs);
    this.#lanes.spend();
    try {
      await Promise.race([retrial.call(AbortSignal.any([giveUp.signal, this.#end.signal])), timeout.promise]);
      this.#backAgain(retrial, startedAt);
    } catch (error) {
      if (this.#end.signal.aborted) return;
      if (giveUp.signal.aborted)
        this.#happened({ is: 'probe-failed' }, `it has not answered for ${Math.round(timeoutMs / 1000)} s`);
      else if (isStoreTrouble(error)) this.#happened({ is: 'probe-failed', retryAfterMs: retryAfterOf(error) }, causeOf(error));
      else this.#backAgain(retrial, startedAt);
    } finally {
      cancel();
    }
  }

  /** A probe was answered. Calls that are still without an answer were made before the store was shut: they would hold its lanes. */
  #backAgain(retrial: Retrial, startedAt: number): void {
    for (const lost of this.#underWay)
      lost.abort(providerErrors.UNAVAILABLE({ because: 'it has not answered, and then it did answer others' }));
    this.#answered(retrial, startedAt);
  }
}

/** True when an error says that the store as a whole is in trouble. */
export function isStoreTrouble(outcome: unknown): boolean {
  if (!(outcome instanceof Error)) return false;
  const trouble = troubleOf(outcome);
  return trouble === 'unavailable' || trouble === 'throttled';
}

/** False for a call that ended before it reached the backend: credentials that are not there say nothing of it. */
function hasAsked(error: unknown): boolean {
  return troubleOf(error) !== 'invalid';
}

/** The message of a coded error, which holds no value; nothing of any other. */
function causeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? error.message : 'an unexpected fault';
}
