import { isSignetError } from '@signet/errors';
import { inspectItem } from '@signet/sealing';
import type { ManifestObject } from '../template/manifest-object.ts';
import { checkErrors } from './errors.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

/** A sealed item and where it stands. */
export interface PlacedItem {
  readonly key: string;
  readonly item: string;
  readonly at: number;
  readonly field: string;
}

/** RSA keys that can seal have whole bytes of at least 2048 bits. */
const leastBits = 2048;

/** Checks the form of one item: base64, the lengths of its parts, the size of the key it was sealed for. */
export function checkItem(
  object: ManifestObject,
  { key, item, at, field }: PlacedItem,
  { modulusBits: wanted }: { readonly modulusBits?: number | undefined },
): Finding[] {
  const place = (): Finding['at'] => object.place(at, field);
  try {
    const { modulusBits: bits } = inspectItem(item);
    if (bits < leastBits) return [finding('error', checkErrors.ITEM_ODD_KEY_SIZE({ key, bits }), place())];
    if (wanted === undefined || bits === wanted) return [];
    return [finding('warning', checkErrors.ITEM_KEY_SIZE({ key, bits, wanted }), place())];
  } catch (error) {
    if (!isSignetError(error)) throw error;
    const problem = error.message;
    if (error.code === 'SIGNET_SEAL_BASE64') return [finding('error', checkErrors.ITEM_BASE64({ key, problem }), place())];
    const severity = error.code === 'SIGNET_SEAL_NEWER_FORMAT' ? 'warning' : 'error';
    return [finding(severity, checkErrors.ITEM_LENGTH({ key, problem }), place())];
  }
}
