import { buildCertificate } from './certificate-builder.ts';
import { readCertificate } from './certificate.ts';
import type { SealingCertificate } from './certificate.ts';
import { DerReader, tag } from './der.ts';
import { sealingErrors } from './errors.ts';
import { showAs } from './inspect.ts';
import { toPem } from './pem.ts';
import { PrivateKey } from './private-key.ts';
import type { KeyId } from './rsa-public-key.ts';

/** How a new sealing key shall be. */
export interface SealingKeyOptions {
  /** Length of the RSA modulus. Default 4096. */
  readonly bits?: number;
  /** Common name of the certificate. Default none. */
  readonly commonName?: string;
  /** How long the certificate is valid. Default 87600 hours, ten years. */
  readonly validForMs?: number;
  /** Start of validity, cut to the second. Default the present. */
  readonly now?: Date;
}

const defaultValidForMs = 87_600 * 3_600_000;

/** A new key pair. Shows itself without the private key in JSON, in spreads and in logs. */
export class GeneratedKey {
  static {
    showAs(GeneratedKey, ({ id }) => `GeneratedKey(${id})`);
  }

  /** Fingerprint; the id of the opening key it becomes. */
  readonly id: KeyId;
  readonly certificate: SealingCertificate;
  readonly certificatePem: string;
  readonly #privateKeyPem: string;

  constructor(certificate: SealingCertificate, privateKeyPem: string) {
    this.id = certificate.fingerprint;
    this.certificate = certificate;
    this.certificatePem = certificate.pem;
    this.#privateKeyPem = privateKeyPem;
  }

  /** PKCS#1 PEM, to be stored before the certificate is given to anyone. */
  get privateKeyPem(): string {
    return this.#privateKeyPem;
  }

  toJSON(): { id: KeyId; certificatePem: string } {
    return { id: this.id, certificatePem: this.certificatePem };
  }
}

/**
 * Makes an RSA key pair and its self-signed certificate.
 *
 * @throws SIGNET_SEAL_KEY_SIZE, SIGNET_SEAL_VALIDITY
 * @example const { privateKeyPem, certificatePem } = await generateSealingKey({ commonName: 'sealed-secrets' });
 */
export async function generateSealingKey(options: SealingKeyOptions = {}): Promise<GeneratedKey> {
  const { bits = 4096, commonName = '', validForMs = defaultValidForMs, now = new Date() } = options;
  if (!Number.isInteger(bits) || bits % 8 !== 0 || bits < 2048 || bits > 16_376) throw sealingErrors.KEY_SIZE({ bits });
  if (!(validForMs > 0)) throw sealingErrors.VALIDITY({ field: 'the time of validity' });
  const notBefore = new Date(Math.floor(now.getTime() / 1000) * 1000);
  const notAfter = new Date(notBefore.getTime() + validForMs);

  const algorithm = { name: 'RSASSA-PKCS1-v1_5', hash: 'SHA-256' } as const;
  const pair = await crypto.subtle.generateKey(
    { ...algorithm, modulusLength: bits, publicExponent: Uint8Array.of(1, 0, 1) },
    true,
    ['sign', 'verify'],
  );
  const key = new PrivateKey(pkcs1Of(new Uint8Array(await crypto.subtle.exportKey('pkcs8', pair.privateKey))));
  try {
    const content = { rsa: key.rsa, commonName, notBefore, notAfter, serial: randomSerial() };
    const sign = async (bytes: Uint8Array): Promise<Uint8Array> =>
      new Uint8Array(await crypto.subtle.sign(algorithm, pair.privateKey, bytes));
    const certificate = readCertificate(await buildCertificate(content, sign));
    return new GeneratedKey(certificate, toPem('RSA PRIVATE KEY', key.pkcs1));
  } finally {
    key.wipe();
  }
}

/** The PKCS#1 key inside PKCS#8; wipes what it came from. */
function pkcs1Of(pkcs8: Uint8Array): Uint8Array {
  const info = new DerReader(pkcs8).enter(tag.sequence);
  info.next(tag.integer);
  info.next(tag.sequence);
  const key = new Uint8Array(info.next(tag.octetString).value);
  pkcs8.fill(0);
  return key;
}

/** Random, positive, below 2^128. */
function randomSerial(): Uint8Array {
  const serial = crypto.getRandomValues(new Uint8Array(16));
  return serial.some((byte) => byte > 0) ? serial : Uint8Array.of(1);
}
