import { generateKeyPairSync } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { encodePem } from '../../der/pem.ts';
import { readDer } from '../../der/reader.ts';
import { integer, sequence } from '../../der/writer.ts';
import type { Budget } from '../../run.ts';
import { variable } from '../function.ts';
import type { FunctionTable } from '../function.ts';

/** A private key that Sprig reads or makes. A DSA key is the five numbers it writes: p, q, g, y, x. */
export type PrivateKey =
  | { readonly kind: 'rsa' | 'ec' | 'ed25519' | 'x25519'; readonly key: KeyObject }
  | { readonly kind: 'dsa'; readonly numbers: readonly bigint[] };

/** What making a key weighs: some 100 ms for RSA of 2048 bits, up to seconds for the large ones (RSA of 4096 bits, DSA). */
const weights = { large: 8, rsa2048: 2 } as const;
/** Steps that making a key on a curve counts for. */
export const stepsOfCurve = 2_500;

/** The PEM that Sprig prints for a key: RSA, EC and DSA keys in their old forms, others as PKCS#8. */
export function writePrivateKey(key: PrivateKey): string {
  switch (key.kind) {
    case 'rsa':
      return key.key.export({ format: 'pem', type: 'pkcs1' }).toString();
    case 'ec':
      return key.key.export({ format: 'pem', type: 'sec1' }).toString();
    case 'dsa':
      return encodePem('DSA PRIVATE KEY', sequence(integer(0), ...key.numbers.map((number) => integer(number))));
    case 'ed25519':
    case 'x25519':
      return key.key.export({ format: 'pem', type: 'pkcs8' }).toString();
  }
}

/** A new RSA key. */
export function makeRsaKey(budget: Budget, modulusLength: 2048 | 4096): PrivateKey {
  const weight = modulusLength === 2048 ? weights.rsa2048 : weights.large;
  return { kind: 'rsa', key: budget.slow(weight, () => generateKeyPairSync('rsa', { modulusLength }).privateKey) };
}

function makeDsaKey(): PrivateKey {
  const { privateKey, publicKey } = generateKeyPairSync('dsa', { modulusLength: 2048, divisorLength: 256 });
  const secret = readDer(privateKey.export({ format: 'der', type: 'pkcs8' })).enter();
  secret.integer();
  secret.next();
  const open = readDer(publicKey.export({ format: 'der', type: 'spki' })).enter();
  const algorithm = open.enter();
  algorithm.oid();
  const domain = algorithm.enter();
  const [p, q, g] = [domain.integer(), domain.integer(), domain.integer()];
  return { kind: 'dsa', numbers: [p, q, g, readDer(open.bits()).integer(), readDer(secret.octets()).integer()] };
}

/** Private keys. They come from the system's own source of randomness, which no one can seed: the one exception from `run.random`. */
export const privateKeyFunctions: FunctionTable = {
  genPrivateKey: variable('func(string) string', ({ budget }, type) => {
    switch (type) {
      case '':
      case 'rsa':
        return writePrivateKey(makeRsaKey(budget, 4096));
      case 'dsa':
        return writePrivateKey(budget.slow(weights.large, makeDsaKey));
      case 'ecdsa':
        budget.step(stepsOfCurve);
        return writePrivateKey({ kind: 'ec', key: generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey });
      case 'ed25519':
        budget.step(stepsOfCurve);
        return writePrivateKey({ kind: 'ed25519', key: generateKeyPairSync('ed25519').privateKey });
      default:
        return `Unknown type ${type}`;
    }
  }),
};
