import { sha256 } from '@noble/hashes/sha2.js';
import { der, derBits, derOid, derUnsigned, tag } from './der.ts';
import { sealingErrors } from './errors.ts';
import { toSpki } from './rsa-public-key.ts';
import type { RsaPublicKey } from './rsa-public-key.ts';

/** What a self-signed sealing certificate says. */
export interface CertificateContent {
  readonly rsa: RsaPublicKey;
  /** The only part of subject and issuer; both are empty without it. */
  readonly commonName: string;
  readonly notBefore: Date;
  readonly notAfter: Date;
  /** Unsigned big-endian, below 2^128. */
  readonly serial: Uint8Array;
}

/** Signs bytes with RSASSA-PKCS1-v1_5 and SHA-256. */
export type Sign = (bytes: Uint8Array) => Promise<Uint8Array>;

const sha256WithRsa = der(tag.sequence, derOid('1.2.840.113549.1.1.11'), der(tag.null));
const critical = der(tag.boolean, Uint8Array.of(0xff));

/**
 * Builds a self-signed X.509 v3 certificate (RFC 5280) with the extensions that sealing certificates have: key usage
 * encipherOnly and basic constraints CA:TRUE, both critical, and a subject key identifier (RFC 7093 method 1).
 *
 * @returns DER
 * @throws SIGNET_SEAL_VALIDITY
 */
export async function buildCertificate(content: CertificateContent, sign: Sign): Promise<Uint8Array> {
  const { rsa, serial } = content;
  const name = distinguishedName(content.commonName);
  const body = der(
    tag.sequence,
    der(tag.context0, derUnsigned(Uint8Array.of(2))), // v3
    derUnsigned(serial),
    sha256WithRsa,
    name,
    der(tag.sequence, time(content.notBefore, 'the start of validity'), time(content.notAfter, 'the end of validity')),
    name,
    toSpki(rsa),
    der(tag.context3, extensions(rsa)),
  );
  return der(tag.sequence, body, sha256WithRsa, derBits(await sign(body)));
}

function distinguishedName(commonName: string): Uint8Array {
  if (commonName === '') return der(tag.sequence);
  const attribute = der(tag.sequence, derOid('2.5.4.3'), der(tag.utf8String, new TextEncoder().encode(commonName)));
  return der(tag.sequence, der(tag.set, attribute));
}

/** UTCTime until 2049, GeneralizedTime from 2050 (RFC 5280 section 4.1.2.5). */
function time(date: Date, field: string): Uint8Array {
  const year = date.getUTCFullYear();
  if (!(year >= 1950 && year <= 9999)) throw sealingErrors.VALIDITY({ field });
  const digits = `${date.toISOString().slice(0, 19).replaceAll(/\D/g, '')}Z`;
  const [kind, text] = year < 2050 ? [tag.utcTime, digits.slice(2)] : [tag.generalizedTime, digits];
  return der(kind, new TextEncoder().encode(text));
}

function extensions(rsa: RsaPublicKey): Uint8Array {
  // The bits of the key without the head that says how many: what a key identifier is the digest of.
  const keyIdentifier = sha256(der(tag.sequence, derUnsigned(rsa.modulus), derUnsigned(rsa.exponent))).subarray(0, 20);
  const keyUsage = Uint8Array.of(tag.bitString, 2, 0, 0x01);
  const basicConstraints = der(tag.sequence, der(tag.boolean, Uint8Array.of(0xff)));
  return der(
    tag.sequence,
    der(tag.sequence, derOid('2.5.29.15'), critical, der(tag.octetString, keyUsage)),
    der(tag.sequence, derOid('2.5.29.19'), critical, der(tag.octetString, basicConstraints)),
    der(tag.sequence, derOid('2.5.29.14'), der(tag.octetString, der(tag.octetString, keyIdentifier))),
  );
}
