import type { DataFrom, DataItem, ExternalSecret, GeneratorRef, RemoteKey, StoreRef } from '@signet/api';
import type { RemoteRef } from '@signet/provider';
import { controllerErrors } from '../errors.ts';
import { Optional } from './optional.ts';

/** Where the value of an item comes from. */
export type Supplier =
  | { readonly store: StoreRef; readonly generator?: never }
  | { readonly generator: GeneratorRef; readonly store?: never };

interface Common {
  /** Where it stands: `spec.data[2]`. */
  readonly source: string;
  /** The remote key, as written; undefined where there is none. */
  readonly key: string | undefined;
  /** May be missing, by annotation. */
  readonly isOptional: boolean;
}

/** One entry of `data`. */
export interface ValueItem extends Common {
  readonly kind: 'value';
  readonly item: DataItem;
}

/** One entry of `dataFrom`. */
export interface ValuesItem extends Common {
  readonly kind: 'values';
  readonly item: DataFrom;
}

export type Item = ValueItem | ValuesItem;

/** All items in the order in which they count: `dataFrom` first, then `data`; of equal keys the last one wins. */
export function itemsOf(es: Pick<ExternalSecret, 'metadata' | 'spec'>): readonly Item[] {
  const optional = new Optional(es);
  return [
    ...es.spec.dataFrom.map((item, index): ValuesItem => ({
      kind: 'values',
      source: `spec.dataFrom[${index}]`,
      key: item.find ? undefined : item.extract?.key,
      isOptional: optional.dataFrom(index),
      item,
    })),
    ...es.spec.data.map((item, index): ValueItem => ({
      kind: 'value',
      source: `spec.data[${index}]`,
      key: item.remoteRef.key,
      isOptional: optional.data(item.secretKey),
      item,
    })),
  ];
}

/**
 * The store or generator of an item: its own, else that of the ExternalSecret.
 *
 * @throws SOURCE_INVALID when there is none, or it is one that the item cannot have
 */
export function supplierOf(item: Item, es: Pick<ExternalSecret, 'spec'>): Supplier {
  const { sourceRef } = item.item;
  if (isGenerated(item)) {
    if (sourceRef?.generatorRef) return { generator: sourceRef.generatorRef };
    throw controllerErrors.SOURCE_INVALID({ because: 'it has neither extract nor find nor sourceRef.generatorRef' });
  }
  if (sourceRef?.generatorRef) {
    const why = item.kind === 'value' ? 'generators are for dataFrom' : 'a generator stands alone, without extract and find';
    throw controllerErrors.SOURCE_INVALID({ because: `sourceRef.generatorRef cannot be used here: ${why}` });
  }
  const store = sourceRef?.storeRef ?? es.spec.secretStoreRef;
  if (!store) throw controllerErrors.SOURCE_INVALID({ because: 'neither the item nor the ExternalSecret names a store' });
  return { store };
}

function isGenerated(item: Item): boolean {
  return item.kind === 'values' && !item.item.extract && !item.item.find;
}

/** What is asked of the store for an item; undefined for `find` and generators. */
export function remoteRefOf(item: Item): RemoteRef | undefined {
  const remote = remoteKeyOf(item);
  if (!remote) return undefined;
  const { key, property, version, metadataPolicy } = remote;
  return { key, property, version, metadata: metadataPolicy === 'Fetch' };
}

/** `remoteRef` or `extract` of an item. */
export function remoteKeyOf(item: Item): RemoteKey | undefined {
  if (item.kind === 'value') return item.item.remoteRef;
  return item.item.find ? undefined : item.item.extract;
}
