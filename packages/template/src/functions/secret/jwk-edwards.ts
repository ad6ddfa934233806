import { Buffer } from 'node:buffer';
import { createPrivateKey, createPublicKey } from 'node:crypto';
import { bitString, integer, octetString, oid, sequence } from '../../der/writer.ts';
import { goError } from '../../go/error.ts';
import type { Jwk } from './jwk.ts';
import type { JwkFields } from './jwk-field.ts';

const ids: Readonly<Record<string, string>> = { Ed25519: '1.3.101.112', X25519: '1.3.101.110' };

/** An octet key pair (RFC 8037). Go writes Ed25519 keys; X25519 keys are read and refused later. */
export function readEdwardsJwk(fields: JwkFields, { isPrivate }: { readonly isPrivate: boolean }): Jwk {
  const { curve } = fields;
  const id = Object.hasOwn(ids, curve) ? ids[curve] : undefined;
  if (id === undefined) throw goError`failed to build public key: invalid curve algorithm ${curve}`;
  const isEdwards = curve === 'Ed25519';
  if (!isPrivate) {
    const spki = (): Uint8Array => sequence(sequence(oid(id)), bitString(fields.bytes('x')));
    return isEdwards ? { type: 'ed25519.PublicKey', spki } : { type: 'x25519.PublicKey' };
  }
  const der = secretOf(fields, id);
  return isEdwards ? { type: 'ed25519.PrivateKey', pkcs8: () => der } : { type: 'x25519.PrivateKey' };
}

/** PKCS#8 of the seed, once the point is seen to belong to it. */
function secretOf(fields: JwkFields, id: string): Uint8Array {
  const seed = fields.bytes('d');
  if (seed.length === 0) throw goError`failed to build public key: cannot use empty seed`;
  if (seed.length !== 32) throw goError`failed to build public key: wrong private key size`;
  const der = sequence(integer(0), sequence(oid(id)), octetString(octetString(seed)));
  const point = createPublicKey(createPrivateKey({ key: Buffer.from(der), format: 'der', type: 'pkcs8' })).export({
    format: 'der',
    type: 'spki',
  });
  if (Buffer.compare(point.subarray(-32), fields.bytes('x')) !== 0)
    throw goError`failed to build public key: invalid x value given d value`;
  return der;
}
