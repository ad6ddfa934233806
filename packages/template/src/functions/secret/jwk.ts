import { encodePem } from '../../der/pem.ts';
import { goError, shown } from '../../go/error.ts';
import { unmarshal } from '../../go/json.ts';
import { GoMap } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Budget } from '../../run.ts';
import { within } from '../crypto/key-reader.ts';
import { readCurveJwk } from './jwk-curve.ts';
import { readEdwardsJwk } from './jwk-edwards.ts';
import { fieldsOf } from './jwk-field.ts';
import type { JwkFields } from './jwk-field.ts';
import { readRsaJwk } from './jwk-rsa.ts';

/** What a JWK stands for, in the type Go gives it and in the two forms it may be written in. */
export interface Jwk {
  /** As Go's `%T` prints it. */
  readonly type: string;
  /** PKIX SubjectPublicKeyInfo, for a public key that Go can write. */
  readonly spki?: () => Uint8Array;
  /** PKCS#8, for a private key that Go can write. */
  readonly pkcs8?: () => Uint8Array;
}

type Reader = (fields: JwkFields, o: { readonly isPrivate: boolean; readonly budget: Budget }) => Jwk;

const readers: Readonly<Record<string, { readonly name: string; readonly required: readonly string[]; readonly read: Reader }>> = {
  RSA: { name: 'rsa', required: ['e', 'n'], read: readRsaJwk },
  EC: { name: 'ecdsa', required: ['crv', 'x', 'y'], read: readCurveJwk },
  OKP: { name: 'okp', required: ['crv', 'x'], read: readEdwardsJwk },
  oct: { name: 'symmetric', required: ['k'], read: () => ({ type: '[]uint8' }) },
};

/** The public key of a JWK (RFC 7517) as PEM. A private key is refused, as the reference engine does. */
export function jwkPublicPem(json: string, budget: Budget): string {
  const { type, spki } = readJwk(json, budget);
  if (!spki) throw goError`x509: unsupported public key type: ${shown(type)}`;
  return encodePem('PUBLIC KEY', spki());
}

/** The private key of a JWK as PEM. */
export function jwkPrivatePem(json: string, budget: Budget): string {
  const { type, pkcs8 } = readJwk(json, budget);
  if (!pkcs8) throw goError`x509: unknown key type while marshaling PKCS#8: ${shown(type)}`;
  return encodePem('PRIVATE KEY', pkcs8());
}

function readJwk(json: string, budget: Budget): Jwk {
  const hint = 'failed to unmarshal JSON into key hint';
  const value: Value = within(hint, () => {
    if (/^[ \t\r\n]*$/.test(json)) throw goError`EOF`;
    return unmarshal(json, budget);
  });
  if (value !== null && !(value instanceof GoMap)) {
    const type = shown(String.raw`struct { Kty string "json:\"kty\""; D json.RawMessage "json:\"d\"" }`);
    throw goError`${shown(hint)}: json: cannot unmarshal ${shown(kindOf(value))} into Go value of type ${type}`;
  }
  const entries = value?.entries ?? new Map<string, Value>();
  const kty = entries.get('kty') ?? '';
  if (typeof kty !== 'string')
    throw goError`${shown(hint)}: json: cannot unmarshal ${shown(kindOf(kty))} into Go struct field .kty of type string`;
  const reader = Object.hasOwn(readers, kty) ? readers[kty] : undefined;
  if (!reader) throw goError`invalid key type from JSON (${kty})`;
  const isPrivate = entries.has('d') && kty !== 'oct';
  const half = kty === 'oct' ? 'Key' : isPrivate ? 'PrivateKey' : 'PublicKey';
  const fields = within(`failed to unmarshal JSON into key (*jwk.${reader.name}${half})`, () => fieldsOf(entries, reader.required));
  return reader.read(fields, { isPrivate, budget });
}

function kindOf(value: Value): string {
  if (typeof value === 'boolean') return 'bool';
  if (typeof value === 'string') return 'string';
  return typeof value === 'number' ? 'number' : value instanceof GoMap ? 'object' : 'array';
}
