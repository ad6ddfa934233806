import { providerErrors } from './errors.ts';
import type { Configured, Problem, Provider } from './provider.ts';
import type { StoreIdentity } from './surroundings.ts';

/** Providers by the key below `spec.provider`. A provider's code is loaded when the first store needs it. */
export class Registry {
  readonly #loaders: ReadonlyMap<string, () => Promise<Provider>>;

  /** @example new Registry({ fake: async () => (await loadFake()).fake }) */
  constructor(loaders: Readonly<Record<string, () => Promise<Provider>>>) {
    this.#loaders = new Map(Object.entries(loaders));
  }

  /** Keys of all providers, sorted. */
  get names(): readonly string[] {
    return [...this.#loaders.keys()].toSorted();
  }

  /**
   * Reads `spec.provider` of a store: exactly one key, of a provider that is known.
   *
   * @throws INVALID_CONFIG
   */
  async configure(
    provider: unknown,
    store: StoreIdentity,
  ): Promise<{ readonly provider: Provider; readonly configured: Configured }> {
    const { loaded, config } = await this.#find(provider);
    return { provider: loaded, configured: loaded.configure(config, store) };
  }

  /** All that is wrong with `spec.provider`. */
  async problems(provider: unknown, store: StoreIdentity): Promise<readonly Problem[]> {
    try {
      const { loaded, config } = await this.#find(provider);
      return loaded.problems(config, store);
    } catch (error) {
      return [{ field: 'spec.provider', message: error instanceof Error ? error.message : String(error) }];
    }
  }

  async #find(provider: unknown): Promise<{ readonly loaded: Provider; readonly config: unknown }> {
    const given = typeof provider === 'object' && provider !== null ? Object.entries(provider) : [];
    const set = given.filter(([, config]) => config !== undefined && config !== null);
    const [first] = set;
    if (!first || set.length > 1) {
      const because = first
        ? `it names ${set.length} providers (${set.map(([name]) => name).join(', ')}), and takes one`
        : 'it names no provider';
      throw providerErrors.INVALID_CONFIG({ field: 'spec.provider', because });
    }
    const [name, config] = first;
    const load = this.#loaders.get(name);
    if (!load) {
      const because = `this provider is not supported; supported are ${this.names.join(', ')}`;
      throw providerErrors.INVALID_CONFIG({ field: `spec.provider.${name}`, because });
    }
    return { loaded: await load(), config };
  }
}
