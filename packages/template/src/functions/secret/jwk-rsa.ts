import { bitString, integer, nullValue, oid, sequence } from '../../der/writer.ts';
import { goError } from '../../go/error.ts';
import type { Budget } from '../../run.ts';
import type { Jwk } from './jwk.ts';
import type { JwkFields } from './jwk-field.ts';
import { parsePkcs1, pkcs8Of } from './key.ts';

/** An RSA key (RFC 7518 section 6.3). What follows from the primes may be left out; the primes may not. */
export function readRsaJwk(
  fields: JwkFields,
  { isPrivate, budget }: { readonly isPrivate: boolean; readonly budget: Budget },
): Jwk {
  if (isPrivate) {
    const longest = Math.max(...['n', 'e', 'd', 'p', 'q'].map((name) => fields.bytes(name).length));
    budget.step(Math.ceil(longest ** 2 / 64));
    return { type: '*rsa.PrivateKey', pkcs8: () => pkcs8Of(parsePkcs1(privateKey(fields), budget)) };
  }
  const numbers = sequence(integer(fields.number('n')), integer(fields.number('e')));
  return { type: '*rsa.PublicKey', spki: () => sequence(sequence(oid('1.2.840.113549.1.1.1'), nullValue()), bitString(numbers)) };
}

function privateKey(fields: JwkFields): Uint8Array {
  const [n, e, d, p, q] = ['n', 'e', 'd', 'p', 'q'].map((name) => fields.number(name)) as [bigint, bigint, bigint, bigint, bigint];
  if (p < 2n || q < 2n) throw goError`modulus must be > 1`;
  if (e < 2n) throw goError`crypto/rsa: public exponent too small or negative`;
  if (d === 0n) throw goError`crypto/rsa: d does not match dP`;
  const dp = fields.has('dp') ? fields.number('dp') : d % (p - 1n);
  const dq = fields.has('dq') ? fields.number('dq') : d % (q - 1n);
  const inverse = fields.has('qi') ? fields.number('qi') : inverted(q, p);
  return sequence(integer(0), ...[n, e, d, p, q, dp, dq, inverse].map((number) => integer(number)));
}

/** The inverse of a number modulo another, by Euclid; 0 when there is none. */
function inverted(value: bigint, modulus: bigint): bigint {
  let [a, b, u, v] = [value % modulus, modulus, 1n, 0n];
  while (a !== 0n) {
    const times = b / a;
    [a, b, u, v] = [b - times * a, a, v - times * u, u];
  }
  return b === 1n ? ((v % modulus) + modulus) % modulus : 0n;
}
