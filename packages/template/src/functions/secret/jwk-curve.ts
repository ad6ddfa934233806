import { Buffer } from 'node:buffer';
import { createPublicKey } from 'node:crypto';
import { bitString, contextTag, integer, octetString, oid, sequence } from '../../der/writer.ts';
import { goError, GoError, shown } from '../../go/error.ts';
import type { Jwk } from './jwk.ts';
import type { JwkFields } from './jwk-field.ts';

interface Curve {
  readonly id: string;
  /** Bytes of a coordinate and of a private key. */
  readonly size: number;
}

const curves: Readonly<Record<string, Curve>> = {
  'P-256': { id: '1.2.840.10045.3.1.7', size: 32 },
  'P-384': { id: '1.3.132.0.34', size: 48 },
  'P-521': { id: '1.3.132.0.35', size: 66 },
};

/** A key on a NIST curve (RFC 7518 section 6.2). As in Go, the point of a private key is taken as it is given. */
export function readCurveJwk(fields: JwkFields, { isPrivate }: { readonly isPrivate: boolean }): Jwk {
  const curve = Object.hasOwn(curves, fields.curve) ? curves[fields.curve] : undefined;
  if (!curve) throw goError`failed to build public key: invalid curve algorithm ${fields.curve}`;
  const name = fields.curve.replace('-', '');
  if (!isPrivate) return { type: '*ecdsa.PublicKey', spki: () => spki(curve, pointOf(fields, curve, name)) };
  return {
    type: '*ecdsa.PrivateKey',
    pkcs8: () => pkcs8(curve, pointOf(fields, curve, name, failedToMarshal), fields.number('d')),
  };
}

const failedToMarshal = 'x509: failed to marshal EC private key while building PKCS#8: ';

function algorithm({ id }: Curve): Uint8Array {
  return sequence(oid('1.2.840.10045.2.1'), oid(id));
}

function spki(curve: Curve, point: Uint8Array): Uint8Array {
  return sequence(algorithm(curve), bitString(point));
}

function pkcs8(curve: Curve, point: Uint8Array, secret: bigint): Uint8Array {
  if (secret === 0n) throw new GoError(`${failedToMarshal}ecdsa: private key scalar is zero or negative`);
  const digits = padded(secret, curve.size);
  if (!digits) throw new GoError(`${failedToMarshal}ecdsa: private key scalar too large`);
  const inner = sequence(integer(1), octetString(digits), contextTag(1, bitString(point)));
  return sequence(integer(0), algorithm(curve), octetString(inner));
}

/** The point, uncompressed, once OpenSSL has found it on the curve. */
function pointOf(fields: JwkFields, curve: Curve, name: string, before = ''): Uint8Array {
  const [x, y] = [padded(fields.number('x'), curve.size), padded(fields.number('y'), curve.size)];
  try {
    if (x && y) {
      const point = Buffer.concat([Uint8Array.of(4), x, y]);
      createPublicKey({ key: Buffer.from(spki(curve, point)), format: 'der', type: 'spki' });
      return point;
    }
  } catch {
    // Refused below: what OpenSSL says of it is not Go's wording.
  }
  throw goError`${shown(before)}${shown(name)} point not on curve`;
}

function padded(value: bigint, size: number): Uint8Array | undefined {
  const digits = value.toString(16).padStart(2 * size, '0');
  return digits.length > 2 * size ? undefined : Buffer.from(digits, 'hex');
}
