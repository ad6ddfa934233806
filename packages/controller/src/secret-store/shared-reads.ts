import { providerErrors } from '@signet/provider';
import type { Clock } from '@signet/provider';
import type { Turn } from './lanes.ts';
import type { ReadMemory } from './read-memory.ts';
import type { Demand } from './store-access.ts';

/** What questions are, and who answers them. */
export interface SharedReadsOptions<Q, A> {
  /** Equal: one answer serves both. */
  readonly identify: (question: Q) => string;
  /** Questions that one call answers at most. */
  readonly batchSize: number;
  /** One call: one outcome for each question, in order. */
  readonly read: (questions: readonly Q[], signal: AbortSignal) => Promise<readonly (A | Error)[]>;
  /** Bytes that an answer holds, about. */
  readonly weigh: (answer: A) => number;
  /** Asks for a turn to make one call. */
  readonly ask: (turn: Turn) => void;
  readonly memory: ReadMemory;
  readonly clock: Clock;
  /** Hears how many questions were answered by the call of somebody else. */
  readonly saved?: ((questions: number) => void) | undefined;
}

/** One question on its way. */
interface Read<Q, A> {
  readonly identity: string;
  readonly question: Q;
  readonly outcome: Promise<A | Error>;
  readonly settle: { resolve(answer: A | Error): void; reject(error: unknown): void };
  state: 'queued' | 'asked' | 'answered' | 'void';
  waiting: number;
  /** When its call began, milliseconds since the epoch. */
  startedAt: number;
  call: Call<Q, A> | undefined;
  forget: (() => void) | undefined;
}

interface Call<Q, A> {
  readonly end: AbortController;
  readonly batch: readonly Read<Q, A>[];
  /** Reads somebody still waits for. */
  wanted: number;
}

/** A question waits so long at most for others to share its call. */
const fillMs = 50;

/**
 * Reads of one open store, each made once for everybody who asks in the same wave. A read serves a demand if its call began at
 * or after `demand.notBefore`. While no turn is free questions pile up, and the next turn takes as many as one call answers; and where
 * a call answers several, one that is not full waits for a moment while another is under way: the first question goes at once, a flood
 * of them fills its calls.
 *
 * Whoever is cancelled leaves; the call goes on as long as somebody waits for it. A call that fails as a whole is told to those
 * who wait and then forgotten; the outcome of a single question, an error too, is kept for a moment by the memory.
 */
export class SharedReads<Q, A> {
  readonly #options: SharedReadsOptions<Q, A>;
  /** The newest read of each identity. */
  readonly #reads = new Map<string, Read<Q, A>>();
  readonly #queues = { urgent: new Set<Read<Q, A>>(), normal: new Set<Read<Q, A>>() };
  readonly #turns = { urgent: 0, normal: 0 };
  readonly #calls = new Set<Call<Q, A>>();
  #filling: 'no' | 'yes' = 'no';

  constructor(options: SharedReadsOptions<Q, A>) {
    this.#options = options;
  }

  /** Calls under way. */
  get busy(): number {
    return this.#calls.size;
  }

  /** One outcome for each question, in order; equal ones are welcome. Rejects when a call failed as a whole, or `signal` aborts. */
  async ask(questions: readonly Q[], demand: Demand, signal: AbortSignal): Promise<readonly (A | Error)[]> {
    signal.throwIfAborted();
    let saved = 0;
    const reads = questions.map((question) => {
      const { read, isNew } = this.#join(question, demand);
      if (!isNew) saved += 1;
      read.waiting += 1;
      if (read.waiting === 1 && read.call) read.call.wanted += 1;
      return read;
    });
    if (saved > 0) this.#options.saved?.(saved);
    this.#askForTurns();
    const aborted = Promise.withResolvers<never>();
    const onAbort = (): void => aborted.reject(signal.reason);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return await Promise.race([Promise.all(reads.map(async ({ outcome }) => outcome)), aborted.promise]);
    } finally {
      signal.removeEventListener('abort', onAbort);
      for (const read of reads) this.#leave(read);
    }
  }

  /** Answers everybody whose call has not begun with an error. */
  refuse(error: Error): void {
    for (const queue of Object.values(this.#queues)) for (const read of queue) this.#void(read, error);
  }

  /** Refuses everybody, gives up the calls under way, and forgets every answer. */
  close(error: Error): void {
    for (const call of this.#calls) call.end.abort(error);
    for (const read of this.#reads.values()) this.#void(read, error);
  }

  #join(question: Q, { notBefore, urgent }: Demand): { readonly read: Read<Q, A>; readonly isNew: boolean } {
    const identity = this.#options.identify(question);
    const known = this.#reads.get(identity);
    if (known && (known.state === 'queued' || known.startedAt >= notBefore)) {
      if (urgent && this.#queues.normal.delete(known)) this.#queues.urgent.add(known);
      return { read: known, isNew: false };
    }
    known?.forget?.();
    const { promise, resolve, reject } = Promise.withResolvers<A | Error>();
    promise.catch(() => undefined); // those who wait hear of it; there may be none left
    const read: Read<Q, A> = {
      identity,
      question,
      outcome: promise,
      settle: { resolve, reject },
      state: 'queued',
      waiting: 0,
      startedAt: 0,
      call: undefined,
      forget: undefined,
    };
    this.#reads.set(identity, read);
    this.#queues[urgent ? 'urgent' : 'normal'].add(read);
    return { read, isNew: true };
  }

  #leave(read: Read<Q, A>): void {
    read.waiting -= 1;
    if (read.waiting > 0) return;
    if (read.state === 'queued') this.#void(read, undefined);
    if (read.state !== 'asked' || !read.call) return;
    read.call.wanted -= 1;
    if (read.call.wanted > 0) return;
    for (const other of read.call.batch) this.#void(other, undefined); // first: whoever asks now starts anew
    read.call.end.abort(new DOMException('nobody waits for it', 'AbortError'));
  }

  #void(read: Read<Q, A>, error: Error | undefined): void {
    read.state = 'void';
    read.forget?.();
    this.#queues.urgent.delete(read);
    this.#queues.normal.delete(read);
    if (this.#reads.get(read.identity) === read) this.#reads.delete(read.identity);
    if (error) read.settle.reject(error);
  }

  /** @param all calls that are not full, too, though another is under way */
  #askForTurns(all: 'all' | 'full' = 'full'): void {
    const { batchSize, ask, clock } = this.#options;
    const { urgent, normal } = this.#queues;
    const fills = all === 'full' && this.#calls.size > 0;
    const calls = (questions: number): number => (fills ? Math.floor(questions / batchSize) : Math.ceil(questions / batchSize));
    if (fills && this.#filling === 'no' && (urgent.size + normal.size) % batchSize > 0) {
      this.#filling = 'yes';
      clock.setTimeout(() => {
        this.#filling = 'no';
        this.#askForTurns('all');
      }, fillMs);
    }
    const missing = (kind: 'urgent' | 'normal'): boolean =>
      kind === 'urgent'
        ? this.#turns.urgent < calls(urgent.size)
        : this.#turns.urgent + this.#turns.normal < calls(urgent.size + normal.size);
    for (const kind of ['urgent', 'normal'] as const) {
      while (missing(kind)) {
        this.#turns[kind] += 1;
        ask({
          urgent: kind === 'urgent',
          start: () => {
            this.#turns[kind] -= 1;
            return this.#start();
          },
        });
      }
    }
  }

  #start(): Promise<void> | undefined {
    const { batchSize, clock } = this.#options;
    const batch: Read<Q, A>[] = [];
    for (const queue of Object.values(this.#queues)) {
      for (const read of queue) {
        if (batch.length === batchSize) break;
        queue.delete(read);
        batch.push(read);
      }
    }
    if (batch.length === 0) return undefined;
    const call: Call<Q, A> = { end: new AbortController(), batch, wanted: batch.length };
    for (const read of batch) {
      read.state = 'asked';
      read.startedAt = clock.now();
      read.call = call;
    }
    this.#calls.add(call);
    return this.#run(call);
  }

  async #run(call: Call<Q, A>): Promise<void> {
    const { batch } = call;
    try {
      const questions = batch.map(({ question }) => question);
      const outcomes = await this.#options.read(questions, call.end.signal);
      for (const [index, read] of batch.entries()) this.#answered(read, outcomes[index]);
    } catch (error) {
      for (const read of batch) this.#void(read, error instanceof Error ? error : new Error('the call failed', { cause: error }));
    } finally {
      this.#calls.delete(call);
      this.#askForTurns();
    }
  }

  #answered(read: Read<Q, A>, outcome: A | Error | undefined): void {
    if (read.state === 'void') return;
    if (outcome === undefined)
      return this.#void(read, providerErrors.BAD_ANSWER({ because: 'it has fewer parts than were asked for' }));
    read.state = 'answered';
    read.call = undefined;
    read.settle.resolve(outcome);
    if (this.#reads.get(read.identity) !== read) return; // a newer one was asked for meanwhile
    const bytes = outcome instanceof Error ? 0 : this.#options.weigh(outcome);
    read.forget = this.#options.memory.keep(bytes, () => this.#void(read, undefined));
  }
}
