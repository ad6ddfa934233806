import type { SealingCertificate } from './certificate.ts';
import { der, DerError, DerReader, tag } from './der.ts';
import { sealingErrors } from './errors.ts';
import { showAs } from './inspect.ts';
import { looksLikeDer, pemBlocks } from './pem.ts';
import { fingerprintOf, rsaEncryption, samePublicKey } from './rsa-public-key.ts';
import type { KeyId, RsaPublicKey } from './rsa-public-key.ts';

/** An RSA private key as read, for import into WebCrypto. Shows itself as its fingerprint only. */
export class PrivateKey {
  static {
    showAs(PrivateKey, ({ id }) => `PrivateKey(${id})`);
  }

  readonly id: KeyId;
  readonly rsa: RsaPublicKey;
  readonly #pkcs1: Uint8Array;

  constructor(pkcs1: Uint8Array) {
    this.rsa = publicPart(pkcs1);
    this.id = fingerprintOf(this.rsa);
    this.#pkcs1 = pkcs1;
  }

  /** The key as RSAPrivateKey (RFC 8017 appendix A.1.2). */
  get pkcs1(): Uint8Array {
    return this.#pkcs1;
  }

  /** The key as PrivateKeyInfo (RFC 5208): a fresh copy, which the caller wipes. */
  toPkcs8(): Uint8Array {
    const algorithm = der(tag.sequence, rsaEncryption, der(tag.null));
    const key = der(tag.octetString, this.#pkcs1);
    const info = der(tag.sequence, Uint8Array.of(tag.integer, 1, 0), algorithm, key);
    key.fill(0);
    return info;
  }

  /** Overwrites the key. It cannot be used afterwards. */
  wipe(): void {
    this.#pkcs1.fill(0);
  }

  toJSON(): { id: KeyId } {
    return { id: this.id };
  }
}

/**
 * Reads an RSA private key: the first private key block of a PEM text (PKCS#1 or PKCS#8, unencrypted), or the same as DER.
 *
 * @throws SIGNET_SEAL_KEY_MISSING, SIGNET_SEAL_KEY_UNREADABLE, SIGNET_SEAL_KEY_NOT_RSA
 */
export function readPrivateKey(pem: string | Uint8Array): PrivateKey {
  try {
    if (typeof pem !== 'string' && looksLikeDer(pem)) return fromEither(new Uint8Array(pem)); // a Buffer's slice() would share the bytes
    const text = typeof pem === 'string' ? pem : new TextDecoder().decode(pem);
    for (const block of pemBlocks(text)) {
      if (!block.label.endsWith('PRIVATE KEY')) continue;
      if (block.hasHeaders || block.label.startsWith('ENCRYPTED')) throw new DerError('it is encrypted with a passphrase');
      if (block.label === 'EC PRIVATE KEY') throw sealingErrors.KEY_NOT_RSA({});
      if (block.label === 'RSA PRIVATE KEY') return new PrivateKey(decode(block.decode));
      if (block.label === 'PRIVATE KEY') return fromPkcs8(decode(block.decode));
    }
  } catch (error) {
    // The cause is dropped on purpose: what was wrong with the bytes of a key is told in words that do not depend on them.
    if (error instanceof DerError) throw sealingErrors.KEY_UNREADABLE({ because: error.message });
    throw error;
  }
  throw sealingErrors.KEY_MISSING({});
}

function decode(content: () => Uint8Array): Uint8Array {
  try {
    return content();
  } catch {
    throw new DerError('its base64 is broken');
  }
}

/** PKCS#1 has an integer after the version, PKCS#8 a sequence. */
function fromEither(bytes: Uint8Array): PrivateKey {
  const content = new DerReader(bytes).enter(tag.sequence);
  content.next(tag.integer);
  if (content.peek() === tag.octetString) throw sealingErrors.KEY_NOT_RSA({}); // SEC 1, an EC key
  return content.peek() === tag.sequence ? fromPkcs8(bytes) : new PrivateKey(bytes);
}

function fromPkcs8(bytes: Uint8Array): PrivateKey {
  const info = new DerReader(bytes).enter(tag.sequence);
  info.next(tag.integer);
  const algorithm = info.enter(tag.sequence).next(tag.oid).raw;
  const known = rsaEncryption;
  if (algorithm.length !== known.length || !algorithm.every((byte, index) => byte === known[index]))
    throw sealingErrors.KEY_NOT_RSA({});
  const key = new Uint8Array(info.next(tag.octetString).value);
  bytes.fill(0);
  return new PrivateKey(key);
}

/** RSAPrivateKey: version 0, modulus, public exponent, then six numbers that are nobody's business here. */
function publicPart(pkcs1: Uint8Array): RsaPublicKey {
  const file = new DerReader(pkcs1);
  const numbers = file.enter(tag.sequence);
  file.end();
  if (numbers.unsigned().length > 0) throw new DerError('it has more than two primes');
  const modulus = new Uint8Array(numbers.unsigned());
  const exponent = new Uint8Array(numbers.unsigned());
  for (let count = 0; count < 6; count++) numbers.unsigned();
  numbers.end();
  return { modulus, exponent };
}

/**
 * Refuses a certificate that does not belong to a private key.
 *
 * @throws SIGNET_SEAL_KEY_MISMATCH naming both fingerprints, or what {@link readPrivateKey} throws
 */
export function verifyPair(certificate: SealingCertificate, privateKeyPem: string | Uint8Array): void {
  const key = readPrivateKey(privateKeyPem);
  key.wipe();
  if (!samePublicKey(certificate.rsa, key.rsa))
    throw sealingErrors.KEY_MISMATCH({ certificate: certificate.fingerprint, key: key.id });
}
