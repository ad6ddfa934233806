import { Buffer } from 'node:buffer';
import { createHash, createPublicKey, sign } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { encodePem } from '../../der/pem.ts';
import { readDer } from '../../der/reader.ts';
import { tag } from '../../der/tag.ts';
import {
  bitString,
  boolean,
  contextBytes,
  contextTag,
  integer,
  node,
  nullValue,
  octetString,
  oid,
  printableString,
  sequence,
  time,
  utf8String,
} from '../../der/writer.ts';
import { goError, shown } from '../../go/error.ts';
import { runes } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import type { CertificatePair } from './certificate-pair.ts';
import type { Authority } from './certificate-reader.ts';
import { ipBytes } from './ip.ts';
import { stepsOfCurve, writePrivateKey } from './private-key.ts';
import type { PrivateKey } from './private-key.ts';

/** Who signs: the certificate's own key, or an authority with its certificate. */
export interface Signer {
  readonly key: PrivateKey;
  readonly certificate?: Authority;
}

/** What a certificate is to say. */
export interface Wanted {
  readonly commonName: string;
  readonly ips: readonly Uint8Array[];
  readonly dnsNames: readonly string[];
  readonly days: bigint;
  readonly isAuthority: boolean;
}

const millisecond = 1_000_000n;
const day = 86_400_000n * millisecond;
const smallestRsa = 1024;

/**
 * Makes and signs an X.509 certificate as Sprig does through Go's x509.CreateCertificate (Go 1.26): a random serial below 2^128,
 * from now for a number of days, key usage, server and client authentication, basic constraints, alternative names; an authority
 * gets a subject key identifier (RFC 7093 method 1), and what it signs names it unless subject and issuer are the same.
 *
 * @throws GoError with Go's wording, after `error creating certificate: `
 */
export function makeCertificate(run: Run, wanted: Wanted, subjectKey: PrivateKey, signer: Signer): CertificatePair {
  run.budget.step(stepsOfCurve + signingSteps(signer.key));
  const serial = run.random(16);
  const now = Math.floor(run.now());
  const until = now + floorDivide(BigInt.asIntN(64, day * wanted.days), millisecond);

  const signing = signingKey(signer.key);
  const publicKey = publicKeyOf(subjectKey);
  const subject = nameOf(wanted.commonName);
  const issuer = signer.certificate?.subject ?? subject;
  const authorityKeyId = Buffer.compare(subject, issuer) === 0 ? undefined : signer.certificate?.subjectKeyId;
  if (signer.certificate && Buffer.compare(signer.certificate.publicKey, publicKeyOf(signer.key)) !== 0)
    throw goError`x509: provided PrivateKey doesn't match parent's PublicKey`;

  const validity = sequence(time(new Date(now)), time(new Date(until)));
  const extensions = contextTag(3, sequence(...extensionsOf(wanted, publicKey, subject, authorityKeyId)));
  const body = sequence(
    contextTag(0, integer(2)),
    integer(serial),
    signing.algorithm,
    issuer,
    validity,
    subject,
    publicKey,
    extensions,
  );
  const signature = signed(body, signing);
  return {
    cert: encodePem('CERTIFICATE', sequence(body, signing.algorithm, bitString(signature))),
    key: writePrivateKey(subjectKey),
  };
}

/** The names of hosts and addresses that a template lists, checked as Sprig checks them. */
export function alternativeNames(ips: readonly unknown[], dnsNames: readonly unknown[]): Pick<Wanted, 'ips' | 'dnsNames'> {
  return {
    ips: ips.map((ip) => {
      if (typeof ip !== 'string') throw goError`error parsing ip: ${ip} is not a string`;
      const bytes = ipBytes(ip);
      if (!bytes) throw goError`error parsing ip: ${ip}`;
      return bytes;
    }),
    dnsNames: dnsNames.map((name) => {
      if (typeof name !== 'string') throw goError`error processing alternate dns name: ${name} is not a string`;
      return name;
    }),
  };
}

/** A quotient rounded down, as a number. */
function floorDivide(dividend: bigint, divisor: bigint): number {
  return Number((dividend - (((dividend % divisor) + divisor) % divisor)) / divisor);
}

/** Signing with RSA takes longer with the cube of the modulus: 0.7 ms with 2048 bits, 5 ms with 4096. */
function signingSteps(key: PrivateKey): number {
  const bits = key.kind === 'rsa' ? (key.key.asymmetricKeyDetails?.modulusLength ?? 0) : 0;
  return Math.ceil(400 * (bits / 1024) ** 3);
}

interface Signing {
  readonly key: KeyObject;
  readonly hash: string | undefined;
  readonly algorithm: Uint8Array;
}

function signingKey(key: PrivateKey): Signing {
  if (key.kind === 'dsa' || key.kind === 'x25519') throw goError`x509: certificate private key does not implement crypto.Signer`;
  if (key.kind === 'ed25519') return { key: key.key, hash: undefined, algorithm: sequence(oid('1.3.101.112')) };
  const { namedCurve } = key.key.asymmetricKeyDetails ?? {};
  if (key.kind === 'rsa') return { key: key.key, hash: 'sha256', algorithm: sequence(oid('1.2.840.113549.1.1.11'), nullValue()) };
  switch (namedCurve) {
    case 'secp384r1':
      return { key: key.key, hash: 'sha384', algorithm: sequence(oid('1.2.840.10045.4.3.3')) };
    case 'secp521r1':
      return { key: key.key, hash: 'sha512', algorithm: sequence(oid('1.2.840.10045.4.3.4')) };
    default:
      return { key: key.key, hash: 'sha256', algorithm: sequence(oid('1.2.840.10045.4.3.2')) };
  }
}

function signed(body: Uint8Array, { key, hash }: Signing): Uint8Array {
  const { modulusLength = smallestRsa } = key.asymmetricKeyDetails ?? {};
  if (modulusLength < smallestRsa)
    throw goError`crypto/rsa: ${shown(modulusLength)}-bit keys are insecure (see https://go.dev/pkg/crypto/rsa#hdr-Minimum_key_size)`;
  try {
    return sign(hash, body, key);
  } catch {
    throw goError`x509: signature over certificate returned by signer is invalid: ${'what is wrong with the key'}`;
  }
}

/** A SubjectPublicKeyInfo. */
function publicKeyOf(key: PrivateKey): Uint8Array {
  if (key.kind === 'dsa') throw goError`x509: unsupported public key type: *dsa.PublicKey`;
  if (key.kind === 'x25519') throw goError`x509: unsupported public key type: *ecdh.PublicKey`;
  return createPublicKey(key.key).export({ format: 'der', type: 'spki' });
}

/** A Name with a common name, or with nothing: a PrintableString where its alphabet is enough, UTF-8 otherwise. */
function nameOf(commonName: string): Uint8Array {
  if (commonName === '') return sequence();
  const bytes = Buffer.from(commonName, 'latin1');
  const isPrintable = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(commonName);
  if (!isPrintable && [...runes(commonName)].some(({ code, size }) => code === 0xfffd && size === 1))
    throw goError`asn1: string not valid UTF-8`;
  return sequence(node(tag.set, sequence(oid('2.5.4.3'), isPrintable ? printableString(bytes) : utf8String(bytes))));
}

/** digitalSignature and keyEncipherment; of an authority also keyCertSign (RFC 5280 section 4.2.1.3). */
function keyUsage(isAuthority: boolean): Uint8Array {
  return isAuthority ? bitString(Uint8Array.of(0b1010_0100), 2) : bitString(Uint8Array.of(0b1010_0000), 5);
}

function extensionsOf(
  wanted: Wanted,
  publicKey: Uint8Array,
  subject: Uint8Array,
  authorityKeyId: Uint8Array | undefined,
): Uint8Array[] {
  const extensions = [
    extension('2.5.29.15', 'critical', keyUsage(wanted.isAuthority)),
    extension('2.5.29.37', 'optional', sequence(oid('1.3.6.1.5.5.7.3.1'), oid('1.3.6.1.5.5.7.3.2'))),
    extension('2.5.29.19', 'critical', wanted.isAuthority ? sequence(boolean(true)) : sequence()),
  ];
  if (wanted.isAuthority) extensions.push(extension('2.5.29.14', 'optional', octetString(keyId(publicKey))));
  if (authorityKeyId?.length) extensions.push(extension('2.5.29.35', 'optional', sequence(contextBytes(0, authorityKeyId))));
  if (wanted.dnsNames.length + wanted.ips.length > 0) {
    const names = [...wanted.dnsNames.map(dnsName), ...wanted.ips.map((ip) => contextBytes(7, ip))];
    extensions.push(extension('2.5.29.17', subject.length === 2 ? 'critical' : 'optional', sequence(...names)));
  }
  return extensions;
}

function extension(id: string, weight: 'critical' | 'optional', value: Uint8Array): Uint8Array {
  return weight === 'critical' ? sequence(oid(id), boolean(true), octetString(value)) : sequence(oid(id), octetString(value));
}

function dnsName(name: string): Uint8Array {
  if (/[^\0-\x7f]/.test(name)) throw goError`x509: ${name} cannot be encoded as an IA5String`;
  return contextBytes(2, Buffer.from(name, 'latin1'));
}

/** The leftmost 160 bits of the SHA-256 of the key's bits. */
function keyId(publicKey: Uint8Array): Uint8Array {
  const key = readDer(publicKey).enter();
  key.next();
  return createHash('sha256').update(key.bits()).digest().subarray(0, 20);
}
