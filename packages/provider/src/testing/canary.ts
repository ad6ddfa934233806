import { inspect } from 'node:util';
import { retryAfterOf, troubleOf } from '../errors.ts';
import type { Trouble } from '../errors.ts';
import type { Document, RemoteRef, SecretStore } from '../secret-store.ts';
import type { TestRoom } from './test-room.ts';

/** What became of a read. */
export type Outcome =
  | { readonly document: Document }
  | { readonly error: unknown; readonly trouble: Trouble; readonly retryAfterMs: number | undefined };

/** Remembers every value that was stored, and everything a store said, to search the one for the other. */
export class Canary {
  readonly #values = new Set<string>();
  readonly #said: string[] = [];

  /** A new value that occurs nowhere else. */
  value(): string {
    const value = `canary-${crypto.randomUUID()}`;
    this.#values.add(value);
    return value;
  }

  /** An error that was seen: all that a logger or a person could get out of it. */
  hear(error: unknown): void {
    this.#said.push(inspect(error, { depth: 6, showHidden: false }), JSON.stringify(error) ?? '');
    if (error instanceof Error) this.#said.push(error.message, error.stack ?? '', String(error.cause));
  }

  /** Everything that was logged and counted in a room. */
  hearRoom(room: TestRoom): void {
    this.#said.push(...room.lines, JSON.stringify(room.calls));
  }

  /** What a store says of itself when somebody prints it. */
  hearStore(store: SecretStore): void {
    this.#said.push(inspect(store, { depth: 4 }), JSON.stringify(Object.keys(store)));
  }

  /** Values that were said, shortened. */
  get leaks(): readonly string[] {
    return [...this.#values].filter((value) => this.#said.some((said) => said.includes(value))).map((value) => value.slice(0, 12));
  }

  /** Reads one reference, whether the store rejects or answers with an error. */
  async outcome(store: SecretStore, ref: RemoteRef, signal: AbortSignal = new AbortController().signal): Promise<Outcome> {
    const [first] = await this.outcomes(store, [ref], signal);
    if (!first) throw new Error('the store gave no outcome at all');
    return first;
  }

  /** One `fetch` of at most `batchSize` references. */
  async outcomes(
    store: SecretStore,
    refs: readonly RemoteRef[],
    signal: AbortSignal = new AbortController().signal,
  ): Promise<readonly Outcome[]> {
    try {
      const fetched = await store.fetch(refs, signal);
      return fetched.map((each) => (each instanceof Error ? this.failure(each) : { document: each }));
    } catch (error) {
      return refs.map(() => this.failure(error));
    }
  }

  /** Something thrown, as an outcome. */
  failure(error: unknown): Extract<Outcome, { error: unknown }> {
    this.hear(error);
    return { error, trouble: troubleOf(error), retryAfterMs: retryAfterOf(error) };
  }
}

/** The document of an outcome; fails with the error if there is none. */
export function documentOf(outcome: Outcome): Document {
  if ('document' in outcome) return outcome.document;
  throw new Error(`a document was promised, seen: ${String(outcome.error)}`, { cause: outcome.error });
}

/** The trouble of an outcome; `none` if there is a document. */
export function troubleIn(outcome: Outcome): Trouble | 'none' {
  return 'document' in outcome ? 'none' : outcome.trouble;
}

/** Text of a property. */
export function textOf(document: Document, property?: string): string {
  return new TextDecoder().decode(document.value(property));
}
