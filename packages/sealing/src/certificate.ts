import type { webcrypto } from 'node:crypto';
import { DerError, DerReader, tag } from './der.ts';
import { sealingErrors } from './errors.ts';
import { looksLikeDer, pemBlocks, toPem } from './pem.ts';
import { fingerprintOf, modulusBits, readRsaPublicKey, rsaEncryption, toSpki } from './rsa-public-key.ts';
import type { KeyId, RsaPublicKey } from './rsa-public-key.ts';

/** A certificate that values can be sealed with. Nothing in it is secret. */
export interface SealingCertificate {
  /** PEM of this certificate alone. */
  readonly pem: string;
  readonly notBefore: Date;
  /** The reader does not judge it: refusing to seal with an expired certificate is the program's decision. */
  readonly notAfter: Date;
  readonly modulusBits: number;
  /** OpenSSH fingerprint of the public key; equal to the id of the matching opening key. */
  readonly fingerprint: KeyId;
  /** For RSA-OAEP with SHA-256. Imported on first use. */
  readonly publicKey: Promise<webcrypto.CryptoKey>;
  /** The numbers of the key. */
  readonly rsa: RsaPublicKey;
}

const ecPublicKey = '1.2.840.10045.2.1';
const ed25519 = '1.3.101.112';
const rsaPss = '1.2.840.113549.1.1.10';

/**
 * Reads a sealing certificate: the first CERTIFICATE block of a PEM text, or DER. Signature, chain and dates are not
 * checked: the certificate is a container for the key, trusted because of where it came from.
 *
 * @throws SIGNET_SEAL_CERT_MISSING, SIGNET_SEAL_CERT_UNREADABLE, SIGNET_SEAL_CERT_NOT_RSA
 * @example const certificate = readCertificate(await readFile('pub.pem'));
 */
export function readCertificate(pemOrDer: string | Uint8Array): SealingCertificate {
  const bytes = certificateBytes(pemOrDer);
  try {
    return new ReadCertificate(bytes, parse(bytes));
  } catch (error) {
    if (error instanceof DerError) throw sealingErrors.CERT_UNREADABLE({ because: error.message }, { cause: error });
    throw error;
  }
}

function certificateBytes(pemOrDer: string | Uint8Array): Uint8Array {
  if (typeof pemOrDer !== 'string' && looksLikeDer(pemOrDer)) return new Uint8Array(pemOrDer);
  const text = typeof pemOrDer === 'string' ? pemOrDer : new TextDecoder().decode(pemOrDer);
  for (const block of pemBlocks(text)) {
    if (block.label !== 'CERTIFICATE' || block.hasHeaders) continue;
    try {
      return block.decode();
    } catch (error) {
      throw sealingErrors.CERT_UNREADABLE({ because: error instanceof Error ? error.message : 'bad base64' }, { cause: error });
    }
  }
  throw sealingErrors.CERT_MISSING({});
}

interface Parsed {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly rsa: RsaPublicKey;
}

/** Certificate and TBSCertificate of RFC 5280 section 4.1, as far as sealing needs them. */
function parse(bytes: Uint8Array): Parsed {
  const file = new DerReader(bytes);
  const certificate = file.enter(tag.sequence);
  file.end();
  const body = certificate.enter(tag.sequence);
  certificate.next(tag.sequence);
  certificate.next(tag.bitString);
  certificate.end();

  if (body.peek() === tag.context0) body.next();
  body.next(tag.integer);
  body.next(tag.sequence);
  body.next(tag.sequence);
  const validity = body.enter(tag.sequence);
  const notBefore = time(validity);
  const notAfter = time(validity);
  validity.end();
  body.next(tag.sequence);
  // What follows, extensions among it, says nothing about the key.
  return { notBefore, notAfter, rsa: publicKey(body.enter(tag.sequence)) };
}

/** SubjectPublicKeyInfo. What Go refuses is refused here too: WebCrypto would seal with an exponent of 1, which hides nothing. */
function publicKey(info: DerReader): RsaPublicKey {
  const algorithm = info.enter(tag.sequence).next(tag.oid);
  const key = info.next(tag.bitString).value;
  info.end();
  const oid = dotted(algorithm.value);
  if (oid !== dotted(new DerReader(rsaEncryption).next().value)) throw sealingErrors.CERT_NOT_RSA({ found: algorithmName(oid) });
  if (key[0] !== 0) throw new DerError('a key that is not whole bytes');
  const rsa = readRsaPublicKey(key.subarray(1));
  if (modulusBits(rsa) < 1024) throw new DerError('an RSA key below 1024 bits');
  if (!isOdd(rsa.modulus) || !isOdd(rsa.exponent) || (rsa.exponent.length === 1 && rsa.exponent[0] === 1)) {
    throw new DerError('numbers that are no RSA key');
  }
  return rsa;
}

const isOdd = (digits: Uint8Array): boolean => ((digits.at(-1) ?? 0) & 1) === 1;

function algorithmName(oid: string): string {
  const names: Readonly<Record<string, string>> = {
    [ecPublicKey]: 'an EC key',
    [ed25519]: 'an Ed25519 key',
    [rsaPss]: 'an RSA-PSS key',
  };
  return names[oid] ?? `a key of algorithm ${oid}`;
}

function dotted(bytes: Uint8Array): string {
  const arcs: number[] = [];
  let arc = 0;
  for (const byte of bytes) {
    arc = arc * 128 + (byte & 0x7f);
    if (byte >= 0x80) continue;
    if (arcs.length === 0) {
      const first = Math.min(2, Math.floor(arc / 40));
      arcs.push(first, arc - first * 40);
    } else arcs.push(arc);
    arc = 0;
  }
  return arcs.join('.');
}

/** UTCTime (years 1950 to 2049) or GeneralizedTime, both in the only form RFC 5280 section 4.1.2.5 allows. */
function time(reader: DerReader): Date {
  const node = reader.next();
  const text = new TextDecoder('latin1').decode(node.value);
  const short = node.tag === tag.utcTime ? /^(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null;
  const long = node.tag === tag.generalizedTime ? /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(text) : null;
  const [, year, month, day, hour, minute, second] = short ?? long ?? [];
  const full = short ? (Number(year) < 50 ? `20${year}` : `19${year}`) : year;
  const date = new Date(`${full}-${month}-${day}T${hour}:${minute}:${second}Z`);
  if (Number.isNaN(date.getTime())) throw new DerError('a date that is not one');
  return date;
}

class ReadCertificate implements SealingCertificate {
  readonly notBefore: Date;
  readonly notAfter: Date;
  readonly rsa: RsaPublicKey;
  readonly pem: string;
  readonly modulusBits: number;
  readonly fingerprint: KeyId;
  #publicKey: Promise<webcrypto.CryptoKey> | undefined;

  constructor(bytes: Uint8Array, { notBefore, notAfter, rsa }: Parsed) {
    this.notBefore = notBefore;
    this.notAfter = notAfter;
    this.rsa = rsa;
    this.pem = toPem('CERTIFICATE', bytes);
    this.modulusBits = modulusBits(rsa);
    this.fingerprint = fingerprintOf(rsa);
  }

  get publicKey(): Promise<webcrypto.CryptoKey> {
    this.#publicKey ??= crypto.subtle
      .importKey('spki', toSpki(this.rsa), { name: 'RSA-OAEP', hash: 'SHA-256' }, true, ['encrypt'])
      .catch((error: unknown) => {
        throw sealingErrors.CERT_UNREADABLE({ because: 'numbers that are no RSA key' }, { cause: error });
      });
    return this.#publicKey;
  }
}
