import { templateErrors } from './errors.ts';
import { maxTokens } from './language/cursor.ts';
import type { Limits } from './limits.ts';

/** What a rendering gets from outside: time and chance, both injected, and nothing else. */
export interface Surroundings {
  /** Milliseconds since 1970. */
  readonly now: () => number;
  /** That many random bytes, fit for keys and passwords. */
  readonly random: (length: number) => Uint8Array;
  /** Shared by renderings that shall keep to the limits together. Default: each has the limits for itself. */
  readonly spent?: Spent | undefined;
}

/** What one rendering, or several together, have used up. */
export class Spent {
  steps = 0;
  workBytes = 0;
  slow = 0;
  tokens = 0;
  /** When it began, on the clock of the thread, without the time that slow calls took. */
  since: number = threadMilliseconds();
}

/** One rendering under way: what functions may reach. */
export interface Run extends Surroundings {
  readonly budget: Budget;
}

/** The clock is looked at about this often. A power of two. */
const stepsBetweenLooks = 256;

/** What this thread has worked: neither other processes nor a container's share of the processor change it. */
function threadMilliseconds(): number {
  const { user, system } = process.threadCpuUsage();
  return (user + system) / 1000;
}

/** Counts what a rendering uses and stops it at a limit. The error is not a Go error: no template can catch or cause it silently. */
export class Budget {
  readonly limits: Limits;
  readonly #where: () => string;
  readonly #spent: Spent;

  /** @param where says where the template is, for errors: `template: x:1:2: ...: ` */
  constructor(limits: Limits, where: () => string = () => 'the template ', spent: Spent = new Spent()) {
    this.limits = limits;
    this.#where = where;
    this.#spent = spent;
  }

  /** Counts rounds of work: one per action or call; a function that loops over its input counts its rounds. */
  step(rounds = 1): void {
    const before = this.#spent.steps;
    this.#spent.steps += rounds;
    if (this.#spent.steps > this.limits.steps)
      throw templateErrors.LIMIT({ where: this.#where(), limit: 'steps', allowed: this.limits.steps });
    if ((before ^ this.#spent.steps) >= stepsBetweenLooks) this.#lookAtClock();
  }

  #lookAtClock(): void {
    const allowed = this.limits.milliseconds;
    if (threadMilliseconds() - this.#spent.since > allowed)
      throw templateErrors.LIMIT({ where: this.#where(), limit: 'milliseconds of work', allowed });
  }

  /** Runs what is slow by its nature, counted by itself: it takes from nothing else. */
  slow<T>(weight: number, work: () => T): T {
    this.#spent.slow += weight;
    const allowed = this.limits.slow;
    if (this.#spent.slow > allowed)
      throw templateErrors.LIMIT({ where: this.#where(), limit: 'units of slow cryptography', allowed });
    const began = threadMilliseconds();
    const result = work();
    this.#spent.since += threadMilliseconds() - began;
    return result;
  }

  /** Counts bytes of a value about to be made. Call it **before** making it when the size follows from an argument. */
  make(bytes: number): void {
    this.#spent.workBytes += bytes;
    if (this.#spent.workBytes > this.limits.workBytes)
      throw templateErrors.LIMIT({ where: this.#where(), limit: 'bytes of intermediate values', allowed: this.limits.workBytes });
  }

  /** Counts what was compiled: templates of one object share what one may have. */
  compiled(tokens: number): void {
    this.#spent.tokens += tokens;
    if (this.#spent.tokens > maxTokens)
      throw templateErrors.LIMIT({ where: this.#where(), limit: 'tokens of all templates', allowed: maxTokens });
  }

  /** Refuses to go so many levels down into a value. */
  nest(depth: number): void {
    if (depth > this.limits.depth)
      throw templateErrors.LIMIT({ where: this.#where(), limit: 'levels of depth', allowed: this.limits.depth });
  }
}
