import { Buffer } from 'node:buffer';
import { createCipheriv, createDecipheriv, createHmac } from 'node:crypto';
import { DerError, readDer } from '../../der/reader.ts';
import type { DerReader } from '../../der/reader.ts';
import { tag } from '../../der/tag.ts';
import { integer, nullValue, octetString, oid, sequence } from '../../der/writer.ts';
import { goError, shown } from '../../go/error.ts';
import type { Run } from '../../run.ts';
import { derive, pbkdf2 } from './pkcs12-password.ts';
import type { Hash, Password } from './pkcs12-password.ts';
import { decryptRc2Cbc } from './rc2.ts';

/** An AlgorithmIdentifier: an object identifier, dotted, and the node of its parameters, empty when there are none. */
export interface Algorithm {
  readonly id: string;
  readonly parameters: Uint8Array;
}

const pbes2 = '1.2.840.113549.1.5.13';
const pbkdf2Id = '1.2.840.113549.1.5.12';
const pbmac1 = '1.2.840.113549.1.5.14';
const aes256Cbc = '2.16.840.1.101.3.4.1.42';
const hmacSha256 = '1.2.840.113549.2.9';
const sha256Id = '2.16.840.1.101.3.4.2.1';

const hmacs: Readonly<Record<string, Hash>> = {
  '1.2.840.113549.2.7': 'sha1',
  [hmacSha256]: 'sha256',
  '1.2.840.113549.2.11': 'sha512',
};
const digests: Readonly<Record<string, Hash>> = {
  '1.3.14.3.2.26': 'sha1',
  [sha256Id]: 'sha256',
  '2.16.840.1.101.3.4.2.3': 'sha512',
};
const aes: Readonly<Record<string, 16 | 24 | 32>> = {
  '2.16.840.1.101.3.4.1.2': 16,
  '2.16.840.1.101.3.4.1.22': 24,
  [aes256Cbc]: 32,
};

/** The ciphers of PKCS#12 itself (RFC 7292 appendix C) that go-pkcs12 reads, and the bytes of their keys. */
const legacy: Readonly<Record<string, { readonly cipher: '3des' | 'rc2'; readonly keyBytes: number }>> = {
  '1.2.840.113549.1.12.1.3': { cipher: '3des', keyBytes: 24 },
  '1.2.840.113549.1.12.1.5': { cipher: 'rc2', keyBytes: 16 },
  '1.2.840.113549.1.12.1.6': { cipher: 'rc2', keyBytes: 5 },
};

/** The next AlgorithmIdentifier. @throws DerError */
export function readAlgorithm(reader: DerReader): Algorithm {
  const inner = reader.enter();
  return { id: inner.oid(), parameters: inner.done ? new Uint8Array() : inner.next().raw };
}

/** A number of iterations; Go's int holds it or refuses it. @throws DerError */
export function readIterations(reader: DerReader): number {
  const iterations = reader.integer();
  if (iterations >= 1n << 63n || iterations < -(1n << 63n)) throw new DerError('an integer of more than 64 bits');
  return Number(iterations);
}

/** What a password protects, without its padding. @throws GoError with the words of go-pkcs12, DerError, LIMIT for too many iterations */
export function decrypt({ budget }: Run, algorithm: Algorithm, data: Uint8Array, password: Password): Uint8Array {
  const old = legacy[algorithm.id];
  if (!old && algorithm.id !== pbes2) throw goError`pkcs12: pbe algorithm ${shown(algorithm.id)} is not supported`;
  const open = old ? legacyCipher(budget, algorithm, password) : modernCipher(budget, algorithm, password);
  if (data.length === 0) throw goError`pkcs12: empty encrypted data`;
  if (data.length % open.blockBytes !== 0) throw goError`pkcs12: input is not a multiple of the block size`;
  const plain = open.decrypt(data);
  const padding = plain.at(-1) ?? 0;
  const isPadded = padding > 0 && padding <= open.blockBytes && plain.subarray(-padding).every((byte) => byte === padding);
  if (!isPadded) throw goError`pkcs12: decryption error, incorrect padding`;
  return plain.subarray(0, -padding);
}

interface OpenCipher {
  readonly blockBytes: number;
  decrypt(data: Uint8Array): Uint8Array;
}

function blockCipher(name: string, key: Uint8Array, iv: Uint8Array): OpenCipher['decrypt'] {
  return (data) => {
    const cipher = createDecipheriv(name, key, iv).setAutoPadding(false);
    return Buffer.concat([cipher.update(data), cipher.final()]);
  };
}

function legacyCipher(budget: Run['budget'], { id, parameters }: Algorithm, password: Password): OpenCipher {
  const { cipher, keyBytes } = legacy[id] ?? { cipher: '3des', keyBytes: 24 };
  const reader = readDer(parameters).enter();
  const common = { hash: 'sha1', salt: reader.octets(), iterations: readIterations(reader) } as const;
  const key = derive(budget, password, 'key', { ...common, length: keyBytes });
  const iv = derive(budget, password, 'iv', { ...common, length: 8 });
  return {
    blockBytes: 8,
    decrypt: cipher === 'rc2' ? (data) => decryptRc2Cbc(key, iv, data) : blockCipher('des-ede3-cbc', key, iv),
  };
}

function modernCipher(budget: Run['budget'], { parameters }: Algorithm, password: Password): OpenCipher {
  const reader = readDer(parameters).enter();
  const kdf = readAlgorithm(reader);
  const scheme = readAlgorithm(reader);
  const derivation = readPbkdf2(kdf, 'pbes2');
  const keyBytes = aes[scheme.id];
  if (keyBytes === undefined) throw goError`pkcs12: pbes2 algorithm ${shown(scheme.id)} is not supported`;
  const key = pbkdf2(budget, password, { ...derivation, length: keyBytes });
  const iv = readDer(scheme.parameters).next().value;
  if (iv.length !== 16) {
    throw goError`pkcs12: invalid IV length in PBES2 encryption scheme (IV length ${shown(iv.length)} does not match block size 16)`;
  }
  return { blockBytes: 16, decrypt: blockCipher(`aes-${8 * keyBytes}-cbc`, key, iv) };
}

function readPbkdf2(
  { id, parameters }: Algorithm,
  user: 'pbes2' | 'PBMAC1',
): { salt: Uint8Array; iterations: number; keyLength?: number; hash: Hash } {
  const isPbes2 = user === 'pbes2';
  if (id !== pbkdf2Id)
    throw goError`pkcs12: ${shown(isPbes2 ? 'pbes2 kdf' : 'PBMAC1 KDF')} algorithm ${shown(id)} is not supported`;
  const reader = readDer(parameters).enter();
  const salt = reader.next();
  if (salt.tag !== tag.octetString)
    throw goError`pkcs12: only octet string salts are supported for ${shown(isPbes2 ? 'pbes2/pbkdf2' : 'PBMAC1/PBKDF2')}`;
  const iterations = readIterations(reader);
  const keyLength = reader.peek() === tag.integer ? Number(reader.integer()) : undefined;
  const prf = reader.done ? undefined : readAlgorithm(reader).id;
  const hash = prf === undefined ? 'sha1' : hmacs[prf];
  if (hash === undefined)
    throw goError`pkcs12: ${shown(isPbes2 ? 'pbes2 prf' : 'PBMAC1 PRF')} ${shown(prf ?? '')} is not supported`;
  return { salt: salt.value, iterations, hash, ...(keyLength !== undefined && { keyLength }) };
}

/** How a file is protected against changes. */
export interface MacParameters {
  readonly algorithm: Algorithm;
  readonly salt: Uint8Array;
  readonly iterations: number;
}

/** The code over a message, by PKCS#12's own derivation or by PBMAC1 (RFC 9579). @throws GoError with the words of go-pkcs12 */
export function macOf(
  { budget }: Run,
  { algorithm, salt, iterations }: MacParameters,
  message: Uint8Array,
  password: Password,
): Uint8Array {
  if (algorithm.id === pbmac1) return pbmac1Of(budget, algorithm, message, password);
  const hash = digests[algorithm.id];
  if (hash === undefined) throw goError`pkcs12: MAC digest algorithm not supported: ${shown(algorithm.id)}`;
  const length = { sha1: 20, sha256: 32, sha512: 64 }[hash];
  const key = derive(budget, password, 'mac', { hash, salt, iterations, length });
  return createHmac(hash, key).update(message).digest();
}

function pbmac1Of(budget: Run['budget'], { parameters }: Algorithm, message: Uint8Array, password: Password): Uint8Array {
  const reader = readDer(parameters).enter();
  const kdf = readAlgorithm(reader);
  const mac = readAlgorithm(reader).id;
  const { keyLength = 0, ...derivation } = readPbkdf2(kdf, 'PBMAC1');
  const hash = hmacs[mac];
  if (hash === undefined) throw goError`pkcs12: PBMAC1 MAC algorithm ${shown(mac)} is not supported`;
  if (keyLength <= 0) throw goError`pkcs12: PBMAC1 requires explicit KeyLength parameter in PBKDF2 parameters`;
  if (keyLength < 20) throw goError`pkcs12: PBMAC1 key length ${shown(keyLength)} is too short to be secure (minimum 20 octets)`;
  if (keyLength > 64) throw goError`pkcs12: PBMAC1 key length ${shown(keyLength)} is too large (maximum 64 octets)`;
  return createHmac(hash, pbkdf2(budget, password, { ...derivation, length: keyLength }))
    .update(message)
    .digest();
}

/** What new files use: go-pkcs12's encoder of 2023. */
const iterations = 2048;
const saltBytes = 16;

/** Encrypts with PBES2: AES-256-CBC under PBKDF2 with HMAC-SHA-256. Salt and IV are random. The algorithm comes as a node. */
export function encrypt(
  run: Run,
  data: Uint8Array,
  password: Password,
): { readonly algorithm: Uint8Array; readonly encrypted: Uint8Array } {
  const salt = run.random(saltBytes);
  const iv = run.random(16);
  const key = pbkdf2(run.budget, password, { hash: 'sha256', salt, iterations, length: 32 });
  const cipher = createCipheriv('aes-256-cbc', key, iv);
  const kdf = sequence(oid(pbkdf2Id), sequence(octetString(salt), integer(iterations), sequence(oid(hmacSha256), nullValue())));
  return {
    algorithm: sequence(oid(pbes2), sequence(kdf, sequence(oid(aes256Cbc), octetString(iv)))),
    encrypted: Buffer.concat([cipher.update(data), cipher.final()]),
  };
}

/** MacData over a message: HMAC-SHA-256, its key by PKCS#12's derivation. The salt is random. */
export function macData(run: Run, message: Uint8Array, password: Password): Uint8Array {
  const salt = run.random(saltBytes);
  const digest = macOf(run, { algorithm: { id: sha256Id, parameters: new Uint8Array() }, salt, iterations }, message, password);
  return sequence(sequence(sequence(oid(sha256Id)), octetString(digest)), octetString(salt), integer(iterations));
}
