import type { SealedSecret } from '@signet/api';
import { keyText } from '@signet/kube/cache';
import type { ObjectKey } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import type { Keyring } from '@signet/sealing';
import { bindingOf, unsealAll } from './unseal.ts';
import type { ItemFailure, Unsealed } from './unseal.ts';

/**
 * Opens objects, and remembers which could not be opened: the same spec under the same scope with the same keys fails the
 * same way, and each try costs private-key operations. Values are never remembered.
 */
export class FailureMemory {
  readonly #keyring: Keyring;
  readonly #failed = new Map<string, { readonly circumstances: string; readonly failures: readonly ItemFailure[] }>();

  constructor(keyring: Keyring) {
    this.#keyring = keyring;
  }

  async unseal(raw: KubeObject, sealed: SealedSecret): Promise<Unsealed> {
    const id = keyText(sealed.metadata);
    const { uid, generation } = sealed.metadata;
    const circumstances = JSON.stringify([uid, generation, bindingOf(sealed).scope, this.#keyring.generation]);
    const known = this.#failed.get(id);
    if (known?.circumstances === circumstances && generation !== undefined) return { values: new Map(), failures: known.failures };

    const unsealed = await unsealAll(raw, sealed, this.#keyring);
    if (unsealed.failures.length > 0) this.#failed.set(id, { circumstances, failures: unsealed.failures });
    else this.#failed.delete(id);
    return unsealed;
  }

  forget(key: ObjectKey): void {
    this.#failed.delete(keyText(key));
  }
}
