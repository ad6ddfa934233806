import { constants, privateDecrypt } from 'node:crypto';
import { decodePem } from '../../der/pem.ts';
import { goError } from '../../go/error.ts';
import { fromBytes, toBytes } from '../../go/utf8.ts';
import type { Budget } from '../../run.ts';
import { within } from '../crypto/key-reader.ts';
import { parseAnyKey } from './key.ts';

/** Steps one private operation with 2,048 bits counts for, about a millisecond; time grows with the third power. */
const stepsPerDecryption = 2_000;

const hashes: Readonly<Record<string, string>> = { SHA1: 'sha1', SHA512: 'sha512' };

/** Opens what was encrypted with RSA-OAEP; the scheme `None` gives the input back. Hashes other than SHA1 and SHA512 mean SHA-256. */
export function decryptRsa(
  budget: Budget,
  { scheme, hash, input, pem }: { scheme: string; hash: string; input: string; pem: string },
): string {
  if (scheme === 'None') return input;
  if (scheme !== 'RSA-OAEP') throw goError`decryption scheme ${scheme} is not supported`;
  const block = decodePem(pem)?.block;
  if (!block) throw goError`failed to decode PEM block`;
  const { kind, key } = within('could not parse private key', () => parseAnyKey(block.bytes, budget));
  if (kind !== 'rsa') throw goError`could not parse RSA private key`;
  const bits = key.asymmetricKeyDetails?.modulusLength ?? 0;
  budget.step(Math.ceil(stepsPerDecryption * (bits / 2048) ** 3));
  const oaepHash = (Object.hasOwn(hashes, hash) ? hashes[hash] : undefined) ?? 'sha256';
  try {
    return fromBytes(privateDecrypt({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash }, toBytes(input)));
  } catch {
    throw goError`error decrypting data with RSA: crypto/rsa: decryption error`;
  }
}
