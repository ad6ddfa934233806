import { brokenItems } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import { isSignetError } from '@signet/errors';
import { scopeOf } from '@signet/sealing';
import type { Binding, KeyId, Keyring } from '@signet/sealing';
import { withHints } from './diagnosis.ts';

/** One item that did not open. */
export interface ItemFailure {
  readonly key: string;
  /** What the opening said: `no key could decrypt secret`. Never a value. */
  readonly message: string;
  /** What would mend it, where that could be found out. */
  readonly hint?: string;
}

/** All items of an object: its values, or everything that failed. Plaintexts are the caller's to wipe. */
export interface Unsealed {
  readonly values: ReadonlyMap<string, Uint8Array>;
  /** Sorted by key. Not empty: nothing may be written. */
  readonly failures: readonly ItemFailure[];
  /** True: there were so many failures that not every item was tried. */
  readonly abandoned?: boolean;
  /** The keys that opened the items, the one of most items first. */
  readonly keys?: readonly KeyId[];
}

/** Items of one object that are opened at the same time, so that no object keeps the keys from all others. */
const openedAtOnce = 8;
/** After so many failures the other items are not tried: each costs key operations, and anybody can write rubbish. */
const mostFailures = 50;

/** Where the items of this object belong: its own name, namespace and annotations, never those of its template. */
export function bindingOf(sealed: SealedSecret): Binding {
  const { name, namespace, annotations } = sealed.metadata;
  return { scope: scopeOf(annotations), namespace, name };
}

/**
 * Opens every item, some at a time, and collects every failure, not just the first, up to a limit.
 *
 * @param raw the object as the API server sent it, for items that are not even text
 */
export async function unsealAll(raw: unknown, sealed: SealedSecret, keyring: Keyring): Promise<Unsealed> {
  const binding = bindingOf(sealed);
  const broken = brokenItems(raw);
  const items = Object.entries(sealed.spec.encryptedData).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const failures: ItemFailure[] = broken.slice(0, mostFailures).map((key) => ({ key, message: 'the item is not a text' }));
  const values = new Map<string, Uint8Array>();
  const openedBy = new Map<KeyId, number>();
  const waiting = items.values();
  // Tried first: what the status remembers of the last time, also after a restart; then what opened the item before.
  let first: KeyId | undefined = sealed.status?.produced?.keys?.[0];
  const openSome = async (): Promise<void> => {
    for (const [key, item] of waiting) {
      if (failures.length >= mostFailures) return;
      try {
        const { plaintext, keyId } = await keyring.open(item, binding, { tryFirst: first });
        values.set(key, plaintext);
        openedBy.set(keyId, (openedBy.get(keyId) ?? 0) + 1);
        first = keyId;
      } catch (error) {
        if (!isSignetError(error)) throw error;
        failures.push({ key, message: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: openedAtOnce }, openSome));
  // In order of keys, so that the same object fails with the same words, however the openings overlapped.
  const told = failures.toSorted((one, other) => (one.key < other.key ? -1 : 1)).slice(0, mostFailures);
  const abandoned = told.length === mostFailures && broken.length + items.length > mostFailures;
  const keys = [...openedBy].toSorted(([, one], [, other]) => other - one).map(([id]) => id);
  return { values, keys, failures: await withHints(told, itemsOf(raw), sealed, binding, keyring), ...(abandoned && { abandoned }) };
}

/** Items as they are in the raw object, text or not. */
function itemsOf(raw: unknown): (key: string) => unknown {
  const { spec } = raw as { readonly spec?: { readonly encryptedData?: Readonly<Record<string, unknown>> } };
  const items = spec?.encryptedData ?? {};
  return (key) => (Object.hasOwn(items, key) ? items[key] : undefined);
}

/** One line per cause with its keys in parentheses, as sealed-secrets words it, but sorted. */
export function describeFailures({ failures, abandoned }: Pick<Unsealed, 'failures' | 'abandoned'>): string {
  const groups = new Map<string, { readonly keys: string[]; readonly failure: ItemFailure }>();
  for (const failure of failures) {
    const id = JSON.stringify([failure.message, failure.hint]);
    const group = groups.get(id) ?? { keys: [], failure };
    group.keys.push(failure.key);
    groups.set(id, group);
  }
  const lines = [...groups.values()].map(
    ({ keys, failure }) => `${failure.message} (${keys.toSorted().join(', ')})${failure.hint ? `: ${failure.hint}` : ''}`,
  );
  if (abandoned) lines.push(`after ${mostFailures} items that do not open the others are not tried`);
  return lines.join('\n');
}
