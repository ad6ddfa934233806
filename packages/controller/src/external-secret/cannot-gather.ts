import { isSignetError } from '@signet/errors';
import { isApiError } from '@signet/kube/client';
import { retryAfterOf, troubleOf } from '@signet/provider';
import type { Trouble } from '@signet/provider';
import type { Failed } from './fetch-items.ts';
import type { Item } from './source.ts';

/** One item that gave no value, in words only: nothing here leads back to what a backend answered. */
export interface SourceFailure {
  /** Where it stands: `spec.data[2]`. */
  readonly source: string;
  /** What was asked for; undefined for `find`, for generators, and where the store as a whole failed. */
  readonly key: string | undefined;
  /** `SecretStore "vault-prod"`, or the generator. */
  readonly store: string | undefined;
  /** The cause, without a value. */
  readonly message: string;
  /** Code of the error; undefined for a fault of the store's code. */
  readonly code: string | undefined;
  readonly trouble: Trouble;
  /** The backend wants to be left alone for so long. */
  readonly retryAfterMs: number | undefined;
}

/** The worst first: what time may mend has to be tried again whatever else there is. */
const ranks: readonly Trouble[] = ['unavailable', 'throttled', 'denied', 'invalid', 'missing'];

const maxTold = 10;
const maxKeyLength = 100;
const maxCauseLength = 300;

/** Some items of an ExternalSecret gave no value: nothing may be written. The message names the first ten of them and their causes. */
export class CannotGather extends Error {
  override readonly name = 'CannotGather';
  readonly failures: readonly SourceFailure[];

  constructor(failures: readonly SourceFailure[]) {
    super(messageOf(failures));
    this.failures = failures;
  }

  /** The worst of all: `unavailable` and `throttled` pass by themselves, the others wait for a change. */
  get trouble(): Trouble {
    return ranks.find((rank) => this.failures.some(({ trouble }) => trouble === rank)) ?? 'unavailable';
  }

  /** The longest time that a backend wants to be left alone, milliseconds; undefined: none has said so. */
  get retryAfterMs(): number | undefined {
    const waits = this.failures.flatMap(({ retryAfterMs }) => (retryAfterMs === undefined ? [] : [retryAfterMs]));
    return waits.length === 0 ? undefined : Math.max(...waits);
  }
}

/** What became of an item that threw. An error that no catalogue of ours made is not quoted: it may hold a value. */
export function failureOf(item: Item, { error, from, isWide }: Failed): SourceFailure {
  const isOurs = isSignetError(error);
  const name = error instanceof Error ? error.name : typeof error;
  return {
    source: item.source,
    key: isWide ? undefined : item.key,
    store: from,
    message: isOurs ? error.message : `unexpected ${name}${placeOf(error)}`,
    code: isOurs ? error.code : undefined,
    trouble: troubleIn(error),
    retryAfterMs: isApiError(error) ? error.retryAfterMs : retryAfterOf(error),
  };
}

/** Where a fault of our own code happened: a frame of its stack holds no value, other than its message. */
function placeOf(error: unknown): string {
  const [, place] = /^\s+at .*?([\w.-]+:\d+):\d+\)?$/m.exec((error instanceof Error && error.stack) || '') ?? [];
  return place === undefined ? '' : ` at ${place}`;
}

/** Of our own errors, those that pass by themselves. All others are about the spec or about objects of the cluster, which are watched. */
const passing: ReadonlySet<string> = new Set(['SIGNET_CONTROLLER_STORE_NOT_READY', 'SIGNET_CONTROLLER_STORE_CLOSED']);

function troubleIn(error: unknown): Trouble {
  const code = isSignetError(error) ? error.code : '';
  const isOurs = code.startsWith('SIGNET_CONTROLLER_') || code.startsWith('SIGNET_TEMPLATE_');
  return isOurs && !passing.has(code) ? 'invalid' : troubleOf(error);
}

function messageOf(failures: readonly SourceFailure[]): string {
  const groups = Map.groupBy(failures, (failure) =>
    failure.key === undefined ? reason(failure) : `${reason(failure)}\n${failure.key}`,
  );
  const told = [...groups.values()].slice(0, maxTold).map(tell);
  const toldItems = [...groups.values()].slice(0, maxTold).reduce((sum, group) => sum + group.length, 0);
  const more = failures.length - toldItems;
  return more > 0 ? `${told.join('; ')}; and ${more} more` : told.join('; ');
}

function tell(group: readonly SourceFailure[]): string {
  const [first] = group;
  if (!first) return '';
  const key = first.key === undefined ? '' : ` (key ${JSON.stringify(cut(first.key, maxKeyLength))})`;
  return `${sourcesOf(group)}${key}: ${withoutKey(reason(first), first.key)}`;
}

/** The key stands before the colon: `db does not exist` goes on without it. */
function withoutKey(text: string, key: string | undefined): string {
  if (key === undefined) return text;
  const ofValue = `the value of ${key} is`;
  if (text.startsWith(ofValue)) return `the value is${text.slice(ofValue.length)}`;
  return text.startsWith(`${key} `) ? text.slice(key.length + 1) : text;
}

function sourcesOf(group: readonly SourceFailure[]): string {
  const sources = group.slice(0, 3).map(({ source }) => source);
  const more = group.length - sources.length;
  return more > 0 ? `${sources.join(', ')} and ${more} more` : sources.join(', ');
}

function reason({ code, message, store }: SourceFailure): string {
  const text = cut(message, maxCauseLength);
  if (store === undefined || text.includes(store) || code === 'SIGNET_CONTROLLER_STORE_REFUSES') return text;
  return code === 'SIGNET_PROVIDER_ACCESS_DENIED'
    ? text.replace('access denied', `access denied by ${store}`)
    : `${text} (${store})`;
}

function cut(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length)}...` : text;
}
