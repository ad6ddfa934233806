import { brokenItems } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import { isSignetError } from '@signet/errors';
import { diagnose, otherScopes, scopeOf } from '@signet/sealing';
import type { Binding, Keyring } from '@signet/sealing';

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
}

/** Items of one object that are opened at the same time, so that no object keeps the keys from all others. */
const openedAtOnce = 8;
/** After so many failures the other items are not tried: each costs key operations, and anybody can write rubbish. */
const mostFailures = 50;

/** An item is tried under every plausible place; two items tell enough about an object, and each try costs key operations. */
const fullDiagnoses = 2;

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
  const waiting = items.values();
  const openSome = async (): Promise<void> => {
    for (const [key, item] of waiting) {
      if (failures.length >= mostFailures) return;
      try {
        const { plaintext } = await keyring.open(item, binding, `${binding.namespace}/${binding.name}`);
        values.set(key, plaintext);
      } catch (error) {
        if (!isSignetError(error)) throw error;
        failures.push({ key, message: error.message });
      }
    }
  };
  await Promise.all(Array.from({ length: openedAtOnce }, openSome));
  // In order of keys, so that the same object fails with the same words, however the openings overlapped.
  const first = failures.toSorted((one, other) => (one.key < other.key ? -1 : 1)).slice(0, mostFailures);
  const abandoned = first.length === mostFailures && broken.length + items.length > mostFailures;
  return { values, failures: await withHints(first, sealed, binding, keyring), ...(abandoned && { abandoned }) };
}

async function withHints(
  failures: readonly ItemFailure[],
  sealed: SealedSecret,
  binding: Binding,
  keyring: Keyring,
): Promise<ItemFailure[]> {
  const found: Binding[] = [];
  const hinted: ItemFailure[] = [];
  for (const [index, failure] of failures.entries()) {
    const item = Object.hasOwn(sealed.spec.encryptedData, failure.key) ? sealed.spec.encryptedData[failure.key] : undefined;
    const candidates = index < fullDiagnoses ? [...found, ...plausible(sealed, binding)] : found;
    const diagnosis = item === undefined ? undefined : await diagnose(keyring, item, binding, candidates);
    if (diagnosis?.kind === 'sealed for another place') {
      found.push(diagnosis.binding);
      hinted.push({ ...failure, hint: placeHint(diagnosis.binding, binding) });
    } else if (diagnosis?.kind === 'not a sealed item' && diagnosis.message !== failure.message) {
      hinted.push({ ...failure, hint: diagnosis.message });
    } else {
      hinted.push(failure);
    }
  }
  return hinted;
}

/** The same object in the other scopes, then the places its template names: people seal a Secret and rename it afterwards. */
function plausible(sealed: SealedSecret, binding: Binding): Binding[] {
  const { name, namespace } = sealed.spec.template?.metadata ?? {};
  const elsewhere: Binding = {
    scope: 'strict',
    namespace: typeof namespace === 'string' && namespace !== '' ? namespace : binding.namespace,
    name: typeof name === 'string' && name !== '' ? name : binding.name,
  };
  return [...otherScopes(binding), elsewhere, { ...elsewhere, scope: 'namespace-wide' }];
}

function placeHint(sealedFor: Binding, wanted: Binding): string {
  const { scope, namespace, name } = sealedFor;
  if (scope === 'strict' && (namespace !== wanted.namespace || name !== wanted.name))
    return `it was sealed for the name "${name}" in namespace "${namespace}"; seal it again for this one`;
  if (scope === 'namespace-wide' && namespace !== wanted.namespace)
    return `it was sealed for namespace "${namespace}"; seal it again for this one`;
  const mend = scope === 'strict' ? 'remove the scope annotation' : `set the annotation sealedsecrets.bitnami.com/${scope}: "true"`;
  return `it was sealed with scope "${scope}", but this object has scope "${wanted.scope}"; ${mend} or seal it again`;
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
