import { brokenItems, readSealedSecret } from '@signet/api';
import type { SealedSecret } from '@signet/api';
import { isSignetError } from '@signet/errors';
import { checkBinding, seal } from '@signet/sealing';
import type { KeyId, Keyring } from '@signet/sealing';
import { controllerErrors } from '../errors.ts';
import { bothForms, legacyItem } from './legacy.ts';
import type { ItemFailure } from './unseal.ts';
import { bindingOf, describeFailures } from './unseal.ts';

type Fields = Readonly<Record<string, unknown>>;

/** After so many items that do not open the others are not tried. */
const mostFailures = 10;

/**
 * A SealedSecret with every item on the newest key. Items that are on it already stay as they are, and so does everything that is
 * not an item: the template above all, which is not even looked at. Name, namespace and scope are the object's own (a scope taken
 * from the template would let an attacker have a strict value sealed for everybody, CVE-2026-22728).
 *
 * @param object raw, as it was sent
 * @returns a new object of the same fields in the same order
 * @throws SIGNET_CONTROLLER_CANNOT_RESEAL naming the items; SIGNET_CONTROLLER_NO_KEY; the reason of `signal`: whoever asked has gone
 */
export async function resealed(object: Fields, keyring: Keyring, signal: AbortSignal): Promise<Fields> {
  const sealed = readSealedSecret(object);
  const { newest } = keyring;
  if (!newest) throw controllerErrors.NO_KEY({});
  const items = itemsOf(sealed);
  const failures: ItemFailure[] = brokenItems(object).map((key) => ({ key, message: 'the item is not a text' }));
  const fresh = new Map<string, string>();
  const binding = bindingOf(sealed);
  checkBinding(binding);
  let first: KeyId | undefined;
  for (const [key, item] of items) {
    if (failures.length >= mostFailures) break;
    signal.throwIfAborted();
    try {
      const { plaintext, keyId } = await keyring.open(item, binding, { tryFirst: first });
      first = keyId;
      if (keyId !== newest.key.id) fresh.set(key, await seal(plaintext, newest.certificate, binding));
      plaintext.fill(0);
    } catch (error) {
      if (!isSignetError(error)) throw error;
      failures.push({ key, message: error.message });
    }
  }
  if (failures.length > 0) throw controllerErrors.CANNOT_RESEAL({ problem: describeFailures({ failures }) });

  const spec = object['spec'] as Fields;
  if (sealed.spec.data !== undefined) return { ...object, spec: { ...spec, data: fresh.get(legacyItem) ?? sealed.spec.data } };
  const before = (spec['encryptedData'] ?? {}) as Fields;
  const encryptedData = Object.fromEntries(Object.entries(before).map(([key, item]) => [key, fresh.get(key) ?? item]));
  return { ...object, spec: { ...spec, ...('encryptedData' in spec && { encryptedData }) } };
}

function itemsOf({ spec: { data, encryptedData } }: SealedSecret): readonly (readonly [string, string])[] {
  const items = Object.entries(encryptedData);
  if (data === undefined) return items;
  if (items.length > 0) throw controllerErrors.BODY({ because: bothForms });
  return [[legacyItem, data]];
}
