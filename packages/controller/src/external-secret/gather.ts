import type { DataFrom, Decoding, ExternalSecret, NullBytePolicy } from '@signet/api';
import { isSignetError } from '@signet/errors';
import { providerErrors, troubleOf } from '@signet/provider';
import { Spent } from '@signet/template';
import { controllerErrors } from '../errors.ts';
import type { Demand, Sources } from '../secret-store/store-access.ts';
import { CannotGather, failureOf } from './cannot-gather.ts';
import type { SourceFailure } from './cannot-gather.ts';
import { convertKeys, shown, withValidKeys } from './convert-keys.ts';
import { decode } from './decode.ts';
import { FairShare } from './fair-share.ts';
import { fetchItems } from './fetch-items.ts';
import type { Failed, Outcome } from './fetch-items.ts';
import { rewrite } from './rewrite.ts';
import type { Entries, Entry, RewriteRoom } from './rewrite.ts';
import { itemsOf, remoteKeyOf } from './source.ts';
import type { Item, ValueItem, ValuesItem } from './source.ts';

/** An item that is not there, and may be so: by deletionPolicy, or by annotation. */
export interface Missing {
  /** `spec.data[2]` */
  readonly source: string;
  /** The remote key; empty for `find` and generators. */
  readonly key: string;
  /** `SecretStore "vault-prod"` */
  readonly store: string;
}

/** Where the value of a key comes from. Names only. */
export interface Origin {
  /** `spec.dataFrom[0]` */
  readonly source: string;
  /** The store, or the generator: `SecretStore "vault-prod"`, `Password "db"`. */
  readonly store: string;
  /** The remote key, as written; for `find` the name that was found. */
  readonly key?: string | undefined;
  readonly property?: string | undefined;
  readonly version?: string | undefined;
  /** The key inside the remote value before it was rewritten or converted; undefined when several became one. */
  readonly from?: string | undefined;
}

/** Everything an ExternalSecret asks for. */
export interface Gathered {
  readonly data: ReadonlyMap<string, Uint8Array>;
  readonly missing: readonly Missing[];
  readonly origins: ReadonlyMap<string, Origin>;
  /** The earliest end of what generators made, milliseconds since 1970. */
  readonly expiresAt?: number | undefined;
  /** What was done that the author may not have meant, in sentences without values. */
  readonly warnings: readonly string[];
}

interface Supplied {
  readonly value: Uint8Array;
  readonly origin: Origin;
}

/**
 * Reads everything that an ExternalSecret asks for (external-secrets v2.9 semantics): `dataFrom` in order, then `data`; of equal keys the last wins.
 * Each list of keys goes through rewrite, or else key conversion, then validation, decoding and the check for null bytes.
 *
 * A secret that is not there is left out when deletionPolicy is not Retain, or when the item is marked `signet.dev/optional`; a property that
 * is not in its secret only when it is marked. Anything else that fails, fails all: the whole is returned, or nothing.
 *
 * @throws CannotGather naming every failing item; the signal's reason
 */
export async function gather(es: ExternalSecret, sources: Sources, demand: Demand, signal: AbortSignal): Promise<Gathered> {
  const items = itemsOf(es);
  const outcomes = await fetchItems(items, { es, sources, demand, signal });
  const supplied = new Map<string, Supplied>();
  const failures: SourceFailure[] = [];
  const missing: Missing[] = [];
  const warnings: string[] = [];
  const spent = new Spent();
  const share = new FairShare(() => performance.now());
  for (const item of items) {
    await takeTurn(share, item, signal);
    const room = { tell: (warning: string): unknown => warnings.push(`${item.source}.${warning}`), spent };
    const outcome = outcomes.get(item);
    if (!outcome) continue;
    try {
      if ('error' in outcome) throw outcome.error;
      for (const [key, each] of supply(item, outcome, room)) {
        share.holds(each.value.length);
        supplied.set(key, each);
      }
    } catch (error) {
      if (mayBeMissing(item, error, es)) missing.push({ source: item.source, key: item.key ?? '', store: outcome.from ?? '' });
      else failures.push(failureOf(item, { error, from: outcome.from, isWide: 'error' in outcome && outcome.isWide }));
    }
  }
  if (failures.length > 0) throw new CannotGather(failures);
  return {
    data: new Map([...supplied].map(([key, { value }]) => [key, value])),
    origins: new Map([...supplied].map(([key, { origin }]) => [key, origin])),
    missing,
    warnings,
    expiresAt: earliestEnd(outcomes.values()),
  };
}

/** @throws CannotGather when the object has had its share; the signal's reason */
async function takeTurn(share: FairShare, item: Item, signal: AbortSignal): Promise<void> {
  try {
    await share.turn(signal);
  } catch (error) {
    signal.throwIfAborted();
    throw new CannotGather([failureOf(item, { error, from: undefined, isWide: true })]);
  }
}

function mayBeMissing(item: Item, error: unknown, { spec }: ExternalSecret): boolean {
  if (troubleOf(error) === 'missing') return item.isOptional || spec.target.deletionPolicy !== 'Retain';
  return item.isOptional && isSignetError(error) && error.code === 'SIGNET_PROVIDER_PROPERTY_MISSING';
}

type Got = Exclude<Outcome, Failed>;

function supply(item: Item, got: Got, room: RewriteRoom): Iterable<readonly [string, Supplied]> {
  return item.kind === 'value' ? [oneValue(item, got)] : manyValues(item, got, room);
}

function oneValue({ source, item }: ValueItem, got: Got): readonly [string, Supplied] {
  const { key, property, version, decodingStrategy, nullBytePolicy } = item.remoteRef;
  if (!('document' in got)) throw providerErrors.BAD_ANSWER({ because: 'it gave several values for one' });
  const value = opened(got.document.value(property), 'the value', { decodingStrategy, nullBytePolicy });
  return [item.secretKey, { value, origin: { source, store: got.from, key, property, version } }];
}

function manyValues(valuesItem: ValuesItem, got: Got, room: RewriteRoom): Iterable<readonly [string, Supplied]> {
  const { source, item } = valuesItem;
  const remote = remoteKeyOf(valuesItem);
  const values = 'document' in got ? got.document.values(remote?.property) : got.values;
  const entries = new Map([...values].map(([key, value]): [string, Entry] => [key, { value, from: key }]));
  const asked = remote ?? item.find;
  return [...withFinalKeys(entries, item, room)].map(([key, { value, from }]) => {
    const bytes = asked ? opened(value, `the value of ${shown(key)}`, asked) : value;
    const remoteKey = remote ? remote.key : item.find && from;
    const origin = { source, store: got.from, key: remoteKey, property: remote?.property, version: remote?.version, from };
    return [key, { value: bytes, origin }];
  });
}

/** Keys are converted only where nothing rewrites them, and those of generators never. */
function withFinalKeys(entries: Entries, item: DataFrom, room: RewriteRoom): Entries {
  const conversion = (item.find ?? item.extract)?.conversionStrategy;
  if (item.rewrite.length > 0) return withValidKeys(rewrite(entries, item.rewrite, room));
  return withValidKeys(conversion ? convertKeys(entries, conversion) : entries);
}

interface Opening {
  readonly decodingStrategy: Decoding;
  readonly nullBytePolicy: NullBytePolicy;
}

/** @param what names the value in errors */
function opened(value: Uint8Array, what: string, { decodingStrategy, nullBytePolicy }: Opening): Uint8Array {
  const decoded = decode(value, decodingStrategy);
  if (!decoded) throw controllerErrors.CANNOT_DECODE({ what, strategy: decodingStrategy });
  if (nullBytePolicy === 'Fail' && decoded.includes(0)) throw controllerErrors.NULL_BYTE({ what });
  return decoded;
}

function earliestEnd(outcomes: Iterable<Outcome>): number | undefined {
  const ends = [...outcomes].flatMap((outcome) => ('expiresAt' in outcome ? (outcome.expiresAt ?? []) : []));
  return ends.length === 0 ? undefined : Math.min(...ends);
}
