import type { SecretStoreObject, StoreRef } from '@signet/api';
import { readSecretStore } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import { controllerErrors } from '../errors.ts';
import { looksAtLabels, mayUse } from './conditions.ts';
import type { ChangeSource } from './credential-watch.ts';
import { storeTitle } from './store-title.ts';

/** A cache of stores. */
export interface StoreCache extends ChangeSource {
  get(key: ObjectKey): KubeObject | undefined;
  values(): Iterable<KubeObject>;
}

/** What a shelf is made of. */
export interface StoreShelfOptions {
  readonly stores: StoreCache;
  /** Undefined: cluster stores are not served here, and whoever uses one is left alone. */
  readonly clusterStores: StoreCache | undefined;
  /** Namespaces with their labels. Undefined: no conditions on labels can be met. */
  readonly namespaces: StoreCache | undefined;
  /** `--controller-class`. */
  readonly controllerClass: string;
  /** A store is new, another, or gone. */
  readonly onChange: (store: StoreRef, namespace: string | undefined) => void;
}

/** The stores there are, and who may use them. */
export class StoreShelf {
  readonly #options: StoreShelfOptions;
  readonly #read = new WeakMap<KubeObject, SecretStoreObject>();

  constructor(options: StoreShelfOptions) {
    this.#options = options;
    const { stores, clusterStores, namespaces, onChange } = options;
    for (const cache of clusterStores ? [stores, clusterStores] : [stores]) {
      const tell = (object: KubeObject): void => onChange(this.#refOf(object), object.metadata.namespace);
      cache.subscribe({
        changed: (object, previous, initial) => {
          if (!initial && object.metadata.generation !== previous?.metadata.generation) tell(object);
        },
        removed: tell,
      });
    }
    namespaces?.subscribe({
      changed: ({ metadata }, previous, initial) => {
        if (initial || labelText(metadata.labels) === labelText(previous?.metadata.labels)) return;
        this.#namespaceChanged(metadata.name ?? '');
      },
      removed: () => undefined,
    });
  }

  /** The store that a reference means. */
  find(ref: StoreRef, namespace: string): SecretStoreObject | undefined {
    const { stores, clusterStores } = this.#options;
    const isCluster = ref.kind === 'ClusterSecretStore';
    const raw = isCluster ? clusterStores?.get({ namespace: '', name: ref.name }) : stores.get({ namespace, name: ref.name });
    return raw && this.#reading(raw);
  }

  /**
   * The store that a reference means, if it may be used from a namespace.
   *
   * @throws STORE_MISSING, STORE_REFUSES
   */
  use(ref: StoreRef, namespace: string): SecretStoreObject {
    const store = this.find(ref, namespace);
    if (!store) throw controllerErrors.STORE_MISSING({ store: storeTitle(ref) });
    if (!this.isOurs(store))
      throw controllerErrors.STORE_REFUSES({
        because: `can not reference unmanaged store: ${storeTitle(ref)} belongs to controller class "${store.spec.controller}"`,
      });
    if (
      store.kind === 'ClusterSecretStore' &&
      !mayUse(store.spec.conditions, { name: namespace, labels: this.#labelsOf(namespace) })
    )
      throw controllerErrors.STORE_REFUSES({
        because: `using cluster store "${ref.name}" is not allowed from namespace "${namespace}": denied by spec.condition`,
      });
    return store;
  }

  /** False for a store of another controller class. */
  isOurs(store: SecretStoreObject): boolean {
    const { controller } = store.spec;
    return controller === '' || controller === this.#options.controllerClass;
  }

  /** True when a store belongs to somebody else, or is of a kind that is not served. A store that is not there is nobody's. */
  isForeign(ref: StoreRef, namespace: string): boolean {
    if (ref.kind === 'ClusterSecretStore' && !this.#options.clusterStores) return true;
    const store = this.find(ref, namespace);
    return store !== undefined && !this.isOurs(store);
  }

  /** A relabelled namespace may lose or win the use of cluster stores. */
  #namespaceChanged(namespace: string): void {
    for (const raw of this.#options.clusterStores?.values() ?? []) {
      const store = this.#reading(raw);
      if (looksAtLabels(store.spec.conditions)) this.#options.onChange(this.#refOf(raw), namespace);
    }
  }

  #labelsOf(namespace: string): Readonly<Record<string, string>> {
    return this.#options.namespaces?.get({ namespace: '', name: namespace })?.metadata.labels ?? {};
  }

  #reading(raw: KubeObject): SecretStoreObject {
    const known = this.#read.get(raw) ?? readSecretStore(raw);
    this.#read.set(raw, known);
    return known;
  }

  #refOf(raw: KubeObject): StoreRef {
    const { kind, metadata } = this.#reading(raw);
    return { kind, name: metadata.name };
  }
}

const labelText = (labels: Readonly<Record<string, string>> | undefined): string =>
  JSON.stringify(Object.entries(labels ?? {}).toSorted(([a], [b]) => (a < b ? -1 : 1)));
