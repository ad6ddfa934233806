import type { ExternalSecret, GeneratorRef, StoreRef } from '@signet/api';
import { providerErrors } from '@signet/provider';
import type { Document } from '@signet/provider';
import type { Demand, OpenedStore, Sources } from '../secret-store/store-access.ts';
import { remoteRefOf, supplierOf } from './source.ts';
import type { Item } from './source.ts';

/** One item that could not be read. */
export interface Failed {
  readonly error: unknown;
  /** `SecretStore "vault-prod"` or `Password "db"`; undefined: it names none. */
  readonly from: string | undefined;
  /** The store as a whole is in trouble, not this item. */
  readonly isWide: boolean;
}

/** What became of one item. */
export type Outcome =
  | { readonly document: Document; readonly from: string }
  | { readonly values: ReadonlyMap<string, Uint8Array>; readonly from: string; readonly expiresAt?: number | undefined }
  | Failed;

/** What asking takes. */
export interface Asking {
  readonly es: ExternalSecret;
  readonly sources: Sources;
  readonly demand: Demand;
  readonly signal: AbortSignal;
}

type Outcomes = readonly (readonly [Item, Outcome])[];

/**
 * Reads all items: stores and generators side by side, all references to one store in one call. What fails is an outcome, so that every failing
 * item can be told at once.
 *
 * @throws the signal's reason
 */
export async function fetchItems(items: readonly Item[], asking: Asking): Promise<ReadonlyMap<Item, Outcome>> {
  const ofStores = new Map<string, { readonly ref: StoreRef; readonly items: Item[] }>();
  const work: Promise<Outcomes>[] = [];
  for (const item of items) {
    try {
      const { store, generator } = supplierOf(item, asking.es);
      if (generator) work.push(askGenerator(generator, item, asking));
      if (!store) continue;
      const key = `${store.kind}/${store.name}`;
      const group = ofStores.get(key) ?? { ref: store, items: [] };
      ofStores.set(key, group);
      group.items.push(item);
    } catch (error) {
      work.push(Promise.resolve([[item, { error, from: undefined, isWide: false }]]));
    }
  }
  for (const group of ofStores.values()) work.push(askStore(group.ref, group.items, asking));
  const outcomes = await Promise.all(work);
  asking.signal.throwIfAborted();
  return new Map(outcomes.flat());
}

async function askGenerator(ref: GeneratorRef, item: Item, { es, sources, signal }: Asking): Promise<Outcomes> {
  const from = `${ref.kind} ${JSON.stringify(ref.name)}`;
  try {
    return [[item, { ...(await sources.generate(ref, es.metadata.namespace, signal)), from }]];
  } catch (error) {
    return [[item, { error, from, isWide: false }]];
  }
}

async function askStore(ref: StoreRef, items: readonly Item[], asking: Asking): Promise<Outcomes> {
  let store: OpenedStore;
  try {
    store = await asking.sources.store(ref, asking.es.metadata.namespace, asking.signal);
  } catch (error) {
    return failAll(items, error, `${ref.kind} ${JSON.stringify(ref.name)}`);
  }
  const references = items.filter((item) => remoteRefOf(item) !== undefined);
  const others = items.filter((item) => remoteRefOf(item) === undefined);
  const outcomes = await Promise.all([askFor(references, store, asking), ...others.map((item) => find(item, store, asking))]);
  return outcomes.flat();
}

async function askFor(items: readonly Item[], store: OpenedStore, { demand, signal }: Asking): Promise<Outcomes> {
  if (items.length === 0) return [];
  const refs = items.flatMap((item) => remoteRefOf(item) ?? []);
  try {
    const fetched = await store.fetch(refs, demand, signal);
    return items.map((item, index) => {
      const got = fetched[index] ?? providerErrors.BAD_ANSWER({ because: 'it gave fewer answers than it was asked for' });
      return [item, got instanceof Error ? { error: got, from: store.title, isWide: false } : { document: got, from: store.title }];
    });
  } catch (error) {
    return failAll(items, error, store.title);
  }
}

async function find(item: Item, store: OpenedStore, { demand, signal }: Asking): Promise<Outcomes> {
  const { path, name, tags } = (item.kind === 'values' ? item.item.find : undefined) ?? {};
  try {
    return [[item, { values: await store.find({ path, name: name?.regexp, tags }, demand, signal), from: store.title }]];
  } catch (error) {
    return [[item, { error, from: store.title, isWide: false }]];
  }
}

function failAll(items: readonly Item[], error: unknown, from: string): Outcomes {
  return items.map((item) => [item, { error, from, isWide: true }]);
}
