import { isSignetError } from '@signet/errors';
import { troubleOf } from '@signet/provider';
import type { Clock, Fetched } from '@signet/provider';
import { BatchPermit } from './batch-permit.ts';
import { isOfLogin } from './credentials/login.ts';
import type { Shelf, Wanted } from './wanted.ts';

/** Single reads of one fetch that run at once. */
const singlesAtOnce = 4;

/** Reads any number of things of a shelf, in as few calls as it allows. */
export class Reading {
  readonly #shelf: Shelf;
  readonly #permit: BatchPermit;

  constructor(shelf: Shelf, clock: Clock) {
    this.#shelf = shelf;
    this.#permit = new BatchPermit(clock);
  }

  /**
   * One outcome each, in order.
   *
   * @throws when all are lost: no login, throttled, no connection
   */
  async all(wanted: readonly Wanted[], signal: AbortSignal): Promise<readonly Fetched[]> {
    const outcomes = new Map<Wanted, Fetched>();
    for (let from = 0; from < wanted.length; from += this.#shelf.batchSize) {
      await this.#some(wanted.slice(from, from + this.#shelf.batchSize), outcomes, signal);
    }
    const list = wanted.flatMap((each) => outcomes.get(each) ?? []);
    const trouble = list.find((outcome) => outcome instanceof Error && isOfLogin(outcome));
    if (trouble) throw trouble;
    const [first] = list;
    if (first instanceof Error && list.every(isOfStore)) throw first;
    return list;
  }

  async #some(wanted: readonly Wanted[], outcomes: Map<Wanted, Fetched>, signal: AbortSignal): Promise<void> {
    const together = wanted.filter((each) => this.#shelf.fitsBatch(each) && this.#permit.covers(this.#shelf.identify(each)));
    const spoiled = together.length > 1 ? await this.#batch(together, outcomes, signal) : undefined;
    await this.#singly(
      wanted.filter((each) => !outcomes.has(each)),
      outcomes,
      signal,
    );
    if (spoiled === undefined) return;
    const spoilers = together.filter((each) => codeOf(outcomes.get(each)) === spoiled);
    this.#permit.refused(spoilers.map((each) => this.#shelf.identify(each)));
  }

  /** @returns the code of the error when the batch was refused, and may be refused for the sake of one of them */
  async #batch(together: readonly Wanted[], outcomes: Map<Wanted, Fetched>, signal: AbortSignal): Promise<string | undefined> {
    try {
      for (const [each, outcome] of await this.#shelf.readBatch(together, signal)) outcomes.set(each, outcome);
      return undefined;
    } catch (error) {
      const trouble = troubleOf(error);
      if (isOfLogin(error) || !isSignetError(error) || trouble === 'throttled' || trouble === 'unavailable') throw error;
      return error.code;
    }
  }

  async #singly(wanted: readonly Wanted[], outcomes: Map<Wanted, Fetched>, signal: AbortSignal): Promise<void> {
    const queue = wanted.values();
    const work = async (): Promise<void> => {
      for (const each of queue) {
        const outcome = await this.#one(each, signal);
        outcomes.set(each, outcome);
        // Nobody else fares better: the rest is spared.
        if (outcome instanceof Error && (isOfLogin(outcome) || troubleOf(outcome) === 'throttled')) {
          for (const other of queue) outcomes.set(other, outcome);
        }
      }
    };
    await Promise.all(Array.from({ length: singlesAtOnce }, work));
  }

  async #one(wanted: Wanted, signal: AbortSignal): Promise<Fetched> {
    try {
      const document = await this.#shelf.readOne(wanted, signal);
      this.#permit.works(this.#shelf.identify(wanted));
      return document;
    } catch (error) {
      signal.throwIfAborted();
      return error as Error;
    }
  }
}

function isOfStore(outcome: Fetched): boolean {
  return outcome instanceof Error && ['throttled', 'unavailable'].includes(troubleOf(outcome));
}

function codeOf(outcome: Fetched | undefined): string | undefined {
  return isSignetError(outcome) ? outcome.code : undefined;
}
