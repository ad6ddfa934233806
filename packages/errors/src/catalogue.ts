/** Where the trouble is, as far as it is known. Every part is shown to the person; none may hold a secret's value. */
export interface Place {
  readonly file?: string;
  /** 1-based. */
  readonly line?: number;
  /** 1-based, in UTF-16 code units; only where it is worth telling. */
  readonly column?: number;
  /** 1-based, in a stream of several documents. */
  readonly document?: number;
  /** Kind and name as a person would say it: `Secret "db"`. */
  readonly object?: string;
  /** A data key or a field path. */
  readonly key?: string;
}

/**
 * One kind of error. `says` builds the message from a context that names things (files, keys, dates) and never carries a
 * secret's value; `why` and `next` are fixed prose for the documentation page and for the person who sees it.
 */
export interface Entry<Context> {
  readonly says: (context: Context) => string;
  readonly why: string;
  readonly next: string;
  /** Process exit code when a program ends with this error. Default 1. */
  readonly exit?: number;
}

/** What the documentation page shows of one entry. */
export interface Page {
  readonly code: string;
  readonly why: string;
  readonly next: string;
  readonly exit: number;
}

// Function parameters are compared bivariantly only for methods; `never` lets every context type in.
type Entries = Readonly<Record<string, Entry<never>>>;

type ContextOf<E> = E extends { says: (context: infer C) => string } ? C : never;

/** Options common to all errors: what caused it, and where. */
export interface ErrorOptions {
  readonly cause?: unknown;
  readonly at?: Place;
}

/** Functions that make the errors of a catalogue, one per entry. */
export type Throwables<E extends Entries> = {
  readonly [K in keyof E]: (context: ContextOf<E[K]>, options?: ErrorOptions) => SignetError;
};

/** A catalogue: its makers by name, and its pages for the documentation. */
export type Catalogue<E extends Entries> = Throwables<E> & { readonly [pages]: readonly Page[] };

const pages: unique symbol = Symbol.for('signet.errors.pages');

/** An error with a stable code that says what is wrong, where, why, and what to do next. */
export class SignetError extends Error {
  override readonly name = 'SignetError';
  /** Stable, for scripts and runbooks: `SIGNET_SEAL_CERT_EXPIRED`. */
  readonly code: string;
  readonly why: string;
  readonly next: string;
  readonly exit: number;
  readonly at: Place | undefined;

  constructor(page: Page, message: string, options: ErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = page.code;
    this.why = page.why;
    this.next = page.next;
    this.exit = page.exit;
    this.at = options.at;
  }

  /** The same error with more known about the place; parts already known win. */
  within(outer: Place): SignetError {
    return new SignetError(this, this.message, { cause: this.cause, at: { ...outer, ...this.at } });
  }
}

/** True for errors of any catalogue, also across two copies of this package. */
export function isSignetError(error: unknown): error is SignetError {
  return error instanceof Error && error.name === 'SignetError' && 'code' in error && 'next' in error;
}

/**
 * Builds a package's catalogue. Codes are `PREFIX_NAME` and never change once released.
 *
 * @example
 * const errors = catalogue('SIGNET_SEAL', {
 *   CERT_EXPIRED: {
 *     says: (c: { file: string; notAfter: string }) => `${c.file} expired on ${c.notAfter}`,
 *     why: 'A value sealed with an expired certificate may not open.',
 *     next: 'signet cert fetch > pub.pem',
 *   },
 * });
 * throw errors.CERT_EXPIRED({ file: 'pub.pem', notAfter: '2026-03-01' });
 */
export function catalogue<const E extends Entries>(prefix: string, entries: E): Catalogue<E> {
  const makers: Record<string, unknown> = {};
  const all: Page[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    const page: Page = { code: `${prefix}_${name}`, why: entry.why, next: entry.next, exit: entry.exit ?? 1 };
    all.push(page);
    const says = entry.says as (context: unknown) => string;
    makers[name] = (context: unknown, options?: ErrorOptions) => new SignetError(page, says(context), options);
  }
  return Object.assign(makers, { [pages]: all }) as unknown as Catalogue<E>;
}

/** The pages of a catalogue, in the order they were written. */
export function pagesOf(of: Catalogue<Entries>): readonly Page[] {
  return of[pages];
}
