import type { ExternalSecret } from '@signet/api';
import { itemsOf, supplierOf } from '@signet/controller/external-secret';
import type { Item } from '@signet/controller/external-secret';
import { isSignetError } from '@signet/errors';

/** Where an item of an ExternalSecret comes from, in names. */
export interface Source {
  /** `spec.data[0]` */
  readonly item: string;
  /** `SecretStore/vault`, or `Password/pw` of a generator; undefined: none is named. */
  readonly from: string | undefined;
  /** Which keys of the store it takes: `value` one, `extract` all properties of one, `find` those that match, `generate` none. */
  readonly takes: 'value' | 'extract' | 'find' | 'generate';
  /** The key in the store; of `find` what is looked for. */
  readonly key: string | undefined;
  readonly property: string | undefined;
  readonly version: string | undefined;
  /** The metadata of the secret instead of its value. */
  readonly isMetadata: boolean;
  /** It changes keys before they are used. */
  readonly isRewritten: boolean;
  /** May be missing, by annotation. */
  readonly isOptional: boolean;
}

/** A source with the one key that it gives; undefined: which keys it gives only the store knows. */
export interface PlannedSource extends Source {
  readonly secretKey: string | undefined;
}

/** All items of an ExternalSecret in the order in which they count: of equal keys the last one wins. */
export function sourcesOf(es: ExternalSecret): readonly PlannedSource[] {
  return itemsOf(es).map((item) => ({
    item: item.source,
    from: supplierText(item, es),
    ...whatOf(item),
    isOptional: item.isOptional,
    secretKey: item.kind === 'value' ? item.item.secretKey : undefined,
  }));
}

function supplierText(item: Item, es: ExternalSecret): string | undefined {
  try {
    const { store, generator } = supplierOf(item, es);
    return store ? `${store.kind}/${store.name}` : `${generator.kind}/${generator.name}`;
  } catch (error) {
    if (isSignetError(error)) return undefined;
    throw error;
  }
}

type What = Pick<Source, 'takes' | 'key' | 'property' | 'version' | 'isMetadata' | 'isRewritten'>;

function whatOf(item: Item): What {
  const remote = item.kind === 'value' ? item.item.remoteRef : item.item.extract;
  const isRewritten = item.kind === 'values' && item.item.rewrite.length > 0;
  if (remote) {
    const { key, property, version, metadataPolicy } = remote;
    const takes = item.kind === 'value' ? 'value' : 'extract';
    return { takes, key, property, version, isMetadata: metadataPolicy === 'Fetch', isRewritten };
  }
  const find = item.kind === 'values' ? item.item.find : undefined;
  const none = { property: undefined, version: undefined, isMetadata: false, isRewritten };
  return find ? { ...none, takes: 'find', key: findText(find) } : { ...none, takes: 'generate', key: undefined };
}

function findText({ path, name, tags }: NonNullable<Extract<Item, { kind: 'values' }>['item']['find']>): string {
  return [
    ...(path === undefined ? [] : [`path ${path}`]),
    ...(name ? [`name ${name.regexp}`] : []),
    ...(tags
      ? [
          `tags ${Object.entries(tags)
            .map(([key, value]) => `${key}=${value}`)
            .join(', ')}`,
        ]
      : []),
  ].join(', ');
}
