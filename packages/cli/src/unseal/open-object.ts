import { isSignetError } from '@signet/errors';
import type { SignetError } from '@signet/errors';
import type { Binding, KeyId, Keyring } from '@signet/sealing';

/** What a SealedSecret seals, and where it belongs. */
export interface SealedParts {
  readonly binding: Binding;
  /** Sealed items by key. */
  readonly items: ReadonlyMap<string, string>;
  /** `spec.template.data` by key. */
  readonly templates: ReadonlyMap<string, string>;
}

/** The values of an object, and every key that has none. */
export interface OpenedParts {
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** Items first, then templates. */
  readonly failures: readonly { readonly key: string; readonly error: SignetError }[];
}

/**
 * Opens every item of an object and renders every template over them, as the controller does.
 *
 * @param now what templates take for the time
 */
export async function openObject({ binding, items, templates }: SealedParts, keyring: Keyring, now: Date): Promise<OpenedParts> {
  const values = new Map<string, Uint8Array>();
  const failures: { key: string; error: SignetError }[] = [];
  let tryFirst: KeyId | undefined;
  for (const [key, item] of items) {
    try {
      const opened = await keyring.open(item, binding, { tryFirst });
      tryFirst = opened.keyId;
      values.set(key, opened.plaintext);
    } catch (error) {
      if (!isSignetError(error)) throw error;
      failures.push({ key, error });
    }
  }
  if (templates.size > 0) {
    const { renderSealedSecretData } = await import('@signet/template'); // most objects have no template
    const surroundings = { now: (): number => now.getTime() };
    // An item that did not open is not there; its own failure is told already, and templates may fail for reasons of their own.
    const rendering = renderSealedSecretData({ templates: Object.fromEntries(templates), values, surroundings });
    failures.push(...rendering.failures);
    for (const [key, value] of rendering.rendered) values.set(key, value);
  }
  return { values, failures };
}
