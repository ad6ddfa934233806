import type { KeyObject } from 'node:crypto';
import { encodePem } from '../../der/pem.ts';
import { GoError, goError } from '../../go/error.ts';
import type { Budget } from '../../run.ts';
import { readPrivateKey } from '../crypto/key-reader.ts';

/** A private key of a kind that PKCS#12 files and JWKs hold. */
export interface SecretKey {
  readonly kind: 'rsa' | 'ec' | 'ed25519' | 'x25519';
  readonly key: KeyObject;
}

/** A key in PKCS#8. @throws GoError with the words of Go's x509.ParsePKCS8PrivateKey, what is wrong with the ASN.1 hidden */
export function parsePkcs8(der: Uint8Array, budget: Budget): SecretKey {
  charge(der, budget);
  return parse('PRIVATE KEY', 'decoding PEM as PKCS#8: ', der);
}

/** An RSA key in PKCS#1. @throws GoError with the words of Go's crypto/rsa for numbers that do not fit each other */
export function parsePkcs1(der: Uint8Array, budget: Budget): SecretKey {
  charge(der, budget);
  return parse('RSA PRIVATE KEY', 'parsing RSA private key from PEM: ', der);
}

/** A key in PKCS#1, PKCS#8 or SEC 1, whichever it is. */
export function parseAnyKey(der: Uint8Array, budget: Budget): SecretKey {
  charge(der, budget);
  for (const type of ['RSA PRIVATE KEY', 'PRIVATE KEY', 'EC PRIVATE KEY']) {
    try {
      return parse(type, '', der);
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
    }
  }
  throw goError`unable to parse private key type`;
}

/** Checking the numbers of a key takes time with the square of their length: a key of 4,096 bits counts for some 20,000 steps. */
function charge(der: Uint8Array, budget: Budget): void {
  budget.step(Math.ceil(der.length ** 2 / 256));
}

function parse(type: string, before: string, der: Uint8Array): SecretKey {
  try {
    const key = readPrivateKey(encodePem(type, der));
    if (key.kind !== 'dsa') return key;
  } catch (error) {
    throw error instanceof GoError && before !== '' ? new GoError(error.message.replace(before, '')) : error;
  }
  throw goError`unable to parse private key type`;
}

/** A key as Go writes PKCS#8, in DER. */
export function pkcs8Of({ key }: SecretKey): Uint8Array {
  return key.export({ format: 'der', type: 'pkcs8' });
}
