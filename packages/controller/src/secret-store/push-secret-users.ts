import type { SecretStoreObject } from '@signet/api';
import type { Client, Clock, KubeObject, Resource } from '@signet/kube/client';
import { isApiError, isNotFound } from '@signet/kube/client';
import type { LabelSelector } from './label-selector.ts';
import { selects } from './label-selector.ts';

/** Where the API server serves PushSecrets, if it does. */
export const pushSecretKind: Resource = {
  group: 'external-secrets.io',
  version: 'v1alpha1',
  plural: 'pushsecrets',
  kind: 'PushSecret',
  namespaced: true,
};

interface Ref {
  readonly kind?: string;
  readonly name?: string;
  readonly labelSelector?: LabelSelector;
}

interface PushSecretSpec {
  readonly deletionPolicy?: string;
  readonly secretStoreRefs?: readonly Ref[];
  readonly dataTo?: readonly { readonly storeRef?: Ref }[];
}

/** What {@link PushSecretUsers} works with. */
export interface PushSecretUsersOptions {
  readonly client: Pick<Client, 'list'>;
  readonly clock: Clock;
  /** Namespaces that may be read; undefined: all. */
  readonly namespaces: readonly string[] | undefined;
}

/** One list serves all stores that are looked at in this time. */
const keepMs = 10_000;

/** True for a PushSecret that will have to delete something at this store. */
export function needs(push: KubeObject, { kind, metadata }: SecretStoreObject): boolean {
  const spec = (push['spec'] ?? {}) as PushSecretSpec;
  if (spec.deletionPolicy !== 'Delete') return false;
  if (kind === 'SecretStore' && push.metadata.namespace !== metadata.namespace) return false;
  const refs = [...(spec.secretStoreRefs ?? []), ...(spec.dataTo ?? []).flatMap(({ storeRef }) => storeRef ?? [])];
  return refs.some(
    ({ kind: wanted = 'SecretStore', name, labelSelector }) =>
      wanted === kind && (name === metadata.name || (labelSelector !== undefined && selects(labelSelector, metadata.labels ?? {}))),
  );
}

/** Knows which stores a PushSecret needs until it is gone. A cluster that does not serve that kind has none. */
export class PushSecretUsers {
  readonly #options: PushSecretUsersOptions;
  #listed: { readonly at: number; readonly found: Promise<readonly KubeObject[] | undefined> } | undefined;

  constructor(options: PushSecretUsersOptions) {
    this.#options = options;
  }

  /** @returns undefined when it cannot be told, since we may not read them */
  async need(store: SecretStoreObject): Promise<boolean | undefined> {
    const now = this.#options.clock.now();
    const known = this.#listed && now - this.#listed.at < keepMs ? this.#listed : undefined;
    const listed = known ?? { at: now, found: this.#list() };
    this.#listed = listed;
    try {
      return (await listed.found)?.some((push) => needs(push, store));
    } catch (error) {
      if (this.#listed === listed) this.#listed = undefined;
      throw error;
    }
  }

  async #list(): Promise<readonly KubeObject[] | undefined> {
    const { client, namespaces } = this.#options;
    const found: KubeObject[] = [];
    try {
      for (const namespace of namespaces ?? [undefined])
        for await (const page of client.list(pushSecretKind, { namespace })) found.push(...page.items);
      return found;
    } catch (error) {
      if (isNotFound(error)) return [];
      if (isApiError(error) && error.status === 403) return undefined;
      throw error;
    }
  }
}
