import type { ReflectorOptions } from '@signet/kube/cache';
import { Reflector } from '@signet/kube/cache';
import type { Client, KubeObject } from '@signet/kube/client';
import { namespaces } from '@signet/kube/client';
import { pickMetadata } from './pick-metadata.ts';

/** Which namespaces are served. */
export interface ServedNamespacesOptions {
  readonly client: Client;
  /** Served in any case. */
  readonly always: readonly string[];
  /** Labels of the others. */
  readonly selector: string;
  /** Passed on to the reflector. */
  readonly reflector?: Partial<ReflectorOptions<KubeObject>> | undefined;
}

/** The namespaces whose labels match a selector, as they come and go, together with those that are served in any case. */
export class ServedNamespaces {
  readonly #always: readonly string[];
  readonly #reflector: Reflector<KubeObject>;
  readonly #listeners = new Set<(names: readonly string[]) => void>();
  #told: string | undefined;

  constructor({ client, always, selector, reflector }: ServedNamespacesOptions) {
    this.#always = always;
    this.#reflector = new Reflector<KubeObject>({
      ...reflector,
      client,
      resource: namespaces,
      labelSelector: selector,
      metadataOnly: true,
      transform: ({ metadata }) => ({ metadata: pickMetadata(metadata) }),
    });
  }

  /** All names, sorted. */
  get names(): readonly string[] {
    const matching = [...this.#reflector.store.values()].map(({ metadata: { name = '' } }) => name);
    return [...new Set([...this.#always, ...matching])].toSorted();
  }

  /** When the API server last said something, in milliseconds since the epoch. */
  get lastEventAt(): number | undefined {
    return this.#reflector.lastEventAt;
  }

  /** Calls back when they are first known, and whenever one has come or gone. */
  onChange(listener: (names: readonly string[]) => void): void {
    this.#listeners.add(listener);
  }

  async run(signal: AbortSignal): Promise<void> {
    const changed = (): void => {
      if (this.#reflector.hasSynced) this.#tell();
    };
    this.#reflector.subscribe({ changed, removed: changed });
    const first = this.synced(signal).catch(() => undefined); // it ended before
    await this.#reflector.run(signal);
    await first;
  }

  /** Resolves when they are known and everybody was told. */
  async synced(signal: AbortSignal): Promise<void> {
    await this.#reflector.synced(signal);
    this.#tell();
  }

  #tell(): void {
    const { names } = this;
    if (names.join() === this.#told) return;
    this.#told = names.join();
    for (const listener of this.#listeners) listener(names);
  }
}
