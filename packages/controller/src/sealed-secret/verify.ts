import type { SealedSecret } from '@signet/api';
import { isSignetError } from '@signet/errors';
import type { Keyring, KeyId } from '@signet/sealing';
import { bindingOf } from './unseal.ts';

/**
 * True when every item opens under the object's own name, namespace and scope. Stops at the first that does not, so that rubbish
 * costs one item's key operations. Values are wiped at once.
 *
 * @throws the reason of `signal`: whoever asked has gone
 */
export async function opensWhole(sealed: SealedSecret, keyring: Keyring, signal: AbortSignal): Promise<boolean> {
  const binding = bindingOf(sealed);
  const { data, encryptedData } = sealed.spec;
  const items = Object.values(encryptedData);
  if (data !== undefined && items.length > 0) return false;
  let first: KeyId | undefined;
  for (const item of data === undefined ? items : [data]) {
    signal.throwIfAborted();
    try {
      const { plaintext, keyId } = await keyring.open(item, binding, { tryFirst: first });
      plaintext.fill(0);
      first = keyId;
    } catch (error) {
      if (!isSignetError(error)) throw error;
      return false;
    }
  }
  return true;
}
