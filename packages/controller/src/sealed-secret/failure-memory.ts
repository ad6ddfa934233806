import type { SealedSecret } from '@signet/api';
import { keyText } from '@signet/kube/cache';
import type { ObjectKey } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import type { Keyring } from '@signet/sealing';
import { unsealLegacy } from './legacy.ts';
import type { UnsealedLegacy } from './legacy.ts';
import { bindingOf, unsealAll } from './unseal.ts';
import type { Unsealed } from './unseal.ts';

/**
 * Opens objects, and remembers which could not be opened: the same spec under the same scope with the same keys fails the
 * same way, and each try costs private-key operations. Values are never remembered.
 */
export class FailureMemory {
  readonly #keyring: Keyring;
  readonly #failed = new Map<string, { readonly circumstances: string; readonly unsealed: Unsealed }>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  async unseal(raw: KubeObject, sealed: SealedSecret): Promise<UnsealedLegacy> {
    const id = keyText(sealed.metadata);
    const { uid, generation } = sealed.metadata;
    const scope = bindingOf(sealed).scope;
    const circumstances = (keys: string): string => JSON.stringify([uid, generation, scope, keys]);
    const known = this.#failed.get(id);
    if (known?.circumstances === circumstances(this.#keyring.generation) && generation !== undefined) return known.unsealed;

    for (;;) {
      const keys = this.#keyring.generation;
      const legacy = sealed.spec.data !== undefined;
      const unsealed = await (legacy ? unsealLegacy(sealed, this.#keyring) : unsealAll(raw, sealed, this.#keyring));
      if (unsealed.failures.length === 0) {
        this.#failed.delete(id);
        return unsealed;
      }
      if (keys !== this.#keyring.generation) {
        for (const value of unsealed.values.values()) value.fill(0);
        continue; // a key that came meanwhile may have been the one that was missing
      }
      this.#failed.set(id, { circumstances: circumstances(keys), unsealed: { ...unsealed, values: new Map() } });
      return unsealed;
    }
  }

  /** True when the object did not open at its last try: another set of keys may mend it. */
  has(key: ObjectKey): boolean {
    return this.#failed.has(keyText(key));
  }

  forget(key: ObjectKey): void {
    this.#failed.delete(keyText(key));
  }
}
