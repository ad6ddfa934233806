import type { SealingCertificate } from '@signet/sealing';
import type { Io } from '../console/io.ts';
import { pinErrors } from './pin-errors.ts';
import { findPins } from './pin-file.ts';
import type { PinFlags } from './pin-file.ts';
import { applies } from './pins.ts';
import type { Origin } from './pins.ts';

/**
 * Refuses a certificate that the file of pins does not allow. Without such a file every certificate passes.
 *
 * @throws SIGNET_PIN_NOT_PINNED, with both fingerprints; SIGNET_PIN_UNREADABLE
 */
export async function requirePinned(
  { fingerprint }: SealingCertificate,
  origin: Origin & { readonly source: string },
  flags: PinFlags,
  io: Pick<Io, 'env'>,
): Promise<void> {
  const file = await findPins(flags, io.env);
  if (!file) return;
  const pinned = file.pins.filter((pin) => applies(pin, origin)).map((pin) => pin.fingerprint);
  if (pinned.includes(fingerprint)) return;
  throw pinErrors.NOT_PINNED({ source: origin.source, found: fingerprint, file: file.path, pinned });
}
