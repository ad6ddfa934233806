import type { Clock } from '@signet/provider';
import type { CallRateOptions } from './call-rate.ts';
import { CallRate } from './call-rate.ts';

/** Somebody who wants to make a call when it is their turn. */
export interface Turn {
  readonly urgent: boolean;
  /** Makes the call, or answers undefined if there is none to make any more: then the turn costs nothing. Never throws. */
  start(): Promise<unknown> | undefined;
}

/** How much of a store is used at a time. */
export interface LanesOptions extends CallRateOptions {
  /** Calls at the same time. */
  readonly calls: number;
  readonly clock: Clock;
}

/** Calls to one store: so many at a time, so many a second, the urgent ones first and otherwise in order. */
export class Lanes {
  readonly #options: LanesOptions;
  readonly #rate: CallRate;
  readonly #waiting = { urgent: new Set<Turn>(), normal: new Set<Turn>() };
  #busy = 0;
  #state: 'moving' | 'held' = 'moving';
  #cancelTimer: (() => void) | undefined;

  constructor(options: LanesOptions) {
    this.#options = options;
    this.#rate = new CallRate(options, options.clock.now());
  }

  /** Calls under way. */
  get busy(): number {
    return this.#busy;
  }

  /** Asks for a turn. It may be granted before this returns. */
  ask(turn: Turn): void {
    this.#waiting[turn.urgent ? 'urgent' : 'normal'].add(turn);
    this.#move();
  }

  /** Grants no turn until `release`. */
  hold(): void {
    this.#state = 'held';
    this.#cancelTimer?.();
    this.#cancelTimer = undefined;
  }

  /** Goes on after `hold`, at the plain rate: whatever was saved up meanwhile is forgotten. */
  release(): void {
    this.#state = 'moving';
    this.#rate.drain(this.#options.clock.now());
    this.#move();
  }

  /** The backend asked for fewer calls. */
  slowDown(): void {
    this.#rate.slowDown(this.#options.clock.now());
  }

  /** Counts a call that was made beside the lanes. */
  spend(): void {
    this.#rate.take(this.#options.clock.now());
  }

  #move(): void {
    const { clock, calls } = this.#options;
    while (this.#state === 'moving' && this.#busy < calls && this.#cancelTimer === undefined) {
      const turn = this.#head();
      if (!turn) return;
      const waitMs = this.#rate.waitMs(clock.now());
      if (waitMs > 0) {
        this.#cancelTimer = clock.setTimeout(() => {
          this.#cancelTimer = undefined;
          this.#move();
        }, waitMs);
        return;
      }
      this.#waiting[turn.urgent ? 'urgent' : 'normal'].delete(turn);
      const call = turn.start();
      if (!call) continue;
      this.#busy += 1;
      this.#rate.take(clock.now());
      const end = (): void => {
        this.#busy -= 1;
        this.#move();
      };
      call.then(end, end);
    }
  }

  #head(): Turn | undefined {
    return this.#waiting.urgent.values().next().value ?? this.#waiting.normal.values().next().value;
  }
}
