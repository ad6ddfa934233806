import type { Place } from '@signet/errors';
import { templateCommandErrors } from './errors.ts';

/** Sample values by name, for templates to be rendered over. */
export class Samples {
  readonly allowMissing: boolean;
  readonly #values: ReadonlyMap<string, Uint8Array>;
  readonly #used = new Set<string>();

  constructor(values: ReadonlyMap<string, Uint8Array>, options: { readonly allowMissing: boolean }) {
    this.#values = values;
    this.allowMissing = options.allowMissing;
  }

  /**
   * The values of these names; `<name>` for those that are missing, if that is allowed.
   *
   * @throws SIGNET_CLI_TEMPLATE_VALUES_MISSING with all names that have none
   */
  take(names: readonly string[], at: Place): Map<string, Uint8Array> {
    const missing = names.filter((name) => !this.#values.has(name));
    if (missing.length > 0 && !this.allowMissing) throw templateCommandErrors.VALUES_MISSING({ keys: missing }, { at });
    for (const name of names) this.#used.add(name);
    return new Map(names.map((name) => [name, this.#values.get(name) ?? Buffer.from(`<${name}>`)]));
  }

  /** All values there are, and those of `names`. */
  takeAll(names: readonly string[], at: Place): Map<string, Uint8Array> {
    for (const name of this.#values.keys()) this.#used.add(name);
    return new Map([...this.#values, ...this.take(names, at)]);
  }

  /** Names that nothing has asked for. */
  get unused(): string[] {
    return [...this.#values.keys()].filter((name) => !this.#used.has(name));
  }
}
