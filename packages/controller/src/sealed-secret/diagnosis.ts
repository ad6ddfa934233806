import type { SealedSecret } from '@signet/api';
import { diagnose, inspectItem, otherScopes } from '@signet/sealing';
import type { Binding, Keyring } from '@signet/sealing';
import type { ItemFailure } from './unseal.ts';

/** An item is tried under every plausible place; two items tell enough about an object, and each try costs key operations. */
const fullDiagnoses = 2;

/**
 * Adds to each failure what would mend it, as far as it can be found out and may be told.
 *
 * Whoever may create a SealedSecret in a namespace reads its status. So an item is tried only under places of that very
 * namespace: those the same person could try by creating another SealedSecret there. Whether it opens in *another* namespace is
 * never tried: the answer would tell somebody who holds a stranger's item where it belongs. What the object itself shows
 * (its template names another namespace, its items have the length of another key, its status names a key that is gone) is said without opening anything.
 *
 * @param itemOf the item of a failure as the API server sent it, text or not
 */
export async function withHints(
  failures: readonly ItemFailure[],
  itemOf: (key: string) => unknown,
  sealed: SealedSecret,
  binding: Binding,
  keyring: Keyring,
): Promise<ItemFailure[]> {
  const place: Place = { sealed, binding, keyring };
  const found: Binding[] = [];
  const hinted: ItemFailure[] = [];
  for (const [index, failure] of failures.entries()) {
    const item = itemOf(failure.key);
    const candidates = index < fullDiagnoses ? [...found, ...plausible(sealed, binding)] : found;
    const hint = typeof item === 'string' ? await hintOf(item, failure, place, candidates, found) : `it is ${kindOf(item)}`;
    hinted.push(hint === undefined ? failure : { ...failure, hint });
  }
  return hinted;
}

/** The object that did not open, where it is, and the keys that could not open it. */
interface Place {
  readonly sealed: SealedSecret;
  readonly binding: Binding;
  readonly keyring: Keyring;
}

async function hintOf(
  item: string,
  failure: ItemFailure,
  { sealed, binding, keyring }: Place,
  candidates: readonly Binding[],
  found: Binding[],
): Promise<string | undefined> {
  const strange = strangeLength(item, keyring);
  if (strange !== undefined) return strange;
  const diagnosis = await diagnose(keyring, item, binding, candidates);
  switch (diagnosis.kind) {
    case 'sealed for another place':
      found.push(diagnosis.binding);
      return placeHint(diagnosis.binding, binding);
    case 'not a sealed item':
      return diagnosis.message === failure.message ? undefined : diagnosis.message;
    case 'unknown':
      return lostKey(sealed, keyring) ?? elsewhere(sealed, binding);
  }
}

/** The same object in the other scopes, then the name of its template: people seal a Secret and rename it afterwards. */
function plausible(sealed: SealedSecret, binding: Binding): Binding[] {
  const name = sealed.spec.template?.metadata?.['name'];
  const renamed: Binding = { ...binding, scope: 'strict', name: typeof name === 'string' && name !== '' ? name : binding.name };
  return [...otherScopes(binding), renamed];
}

function placeHint({ scope, name }: Binding, wanted: Binding): string {
  if (scope === 'strict' && name !== wanted.name)
    return `it was sealed for the name "${name}" in namespace "${wanted.namespace}"; seal it again for this one`;
  const mend = scope === 'strict' ? 'remove the scope annotation' : `set the annotation sealedsecrets.bitnami.com/${scope}: "true"`;
  return `it was sealed with scope "${scope}", but this object has scope "${wanted.scope}"; ${mend} or seal it again`;
}

/** What the status remembers of the last time: the key that is missing has a name then. */
function lostKey({ status }: SealedSecret, keyring: Keyring): string | undefined {
  const loaded = new Set(keyring.entries.map(({ key }) => key.id));
  const lost = (status?.produced?.keys ?? []).filter((id) => !loaded.has(id));
  if (lost.length === 0) return undefined;
  return `the items opened before with the key ${lost.slice(0, 3).join(', ')}, which is not loaded any more: restore it, or seal them again`;
}

/** Said of any item that does not open here, whether it would open there or not. */
function elsewhere(sealed: SealedSecret, { scope, namespace }: Binding): string | undefined {
  const named = sealed.spec.template?.metadata?.['namespace'];
  if (scope === 'cluster-wide' || typeof named !== 'string' || named === '' || named === namespace) return undefined;
  return `the template names namespace "${named}", this object is in "${namespace}": if it was sealed for the former, seal it again`;
}

/** An item shows how long the RSA key was that it was sealed for, and a certificate shows the same to everybody. */
function strangeLength(item: string, keyring: Keyring): string | undefined {
  const lengths = [...new Set(keyring.entries.map(({ certificate }) => certificate.modulusBits))].toSorted(
    (one, other) => one - other,
  );
  if (lengths.length === 0) return 'no sealing key is loaded';
  let bits: number;
  try {
    bits = inspectItem(item).modulusBits;
  } catch {
    return undefined; // not a sealed item, which is diagnosed
  }
  if (lengths.includes(bits)) return undefined;
  return `it was sealed for an RSA key of ${bits} bits, and the keys of this cluster have ${lengths.join(', ')}: its certificate is of another cluster, or its key is gone`;
}

/** What JSON calls a value that is no text. */
function kindOf(value: unknown): string {
  if (value === null || value === undefined) return 'null';
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? 'an object' : `a ${typeof value}`;
}
