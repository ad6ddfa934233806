import { timingSafeEqual } from 'node:crypto';
import { DerError, readDer } from '../../der/reader.ts';
import type { DerReader } from '../../der/reader.ts';
import { constructed, primitive, tag } from '../../der/tag.ts';
import { goError, shown } from '../../go/error.ts';
import type { Run } from '../../run.ts';
import { within } from '../crypto/key-reader.ts';
import { parseCertificates } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { parsePkcs8 } from './key.ts';
import type { SecretKey } from './key.ts';
import { decrypt, macOf, readAlgorithm, readIterations } from './pkcs12-algorithm.ts';
import type { MacParameters } from './pkcs12-algorithm.ts';
import { ids } from './pkcs12-file.ts';
import { noPassword, passwordOf } from './pkcs12-password.ts';
import type { Password } from './pkcs12-password.ts';

/** What a PKCS#12 file holds: one key, the first certificate and the others, in their order. */
export interface Pkcs12 {
  readonly key: SecretKey;
  readonly certificate: Certificate;
  readonly others: readonly Certificate[];
}

/** Opens a PKCS#12 file. @throws GoError with the words of go-pkcs12; a limit's error for a file that asks for too many iterations */
export function readPkcs12(run: Run, file: Uint8Array, password: string): Pkcs12 {
  const given = passwordOf(password);
  const { content, mac } = asn1('pkcs12: error reading P12 data: asn1', () => readPfx(file));
  const known = mac ? checkedPassword(run, mac, content, given) : given;
  if (!mac && given.text !== '') throw goError`pkcs12: no MAC in data`;
  let key: SecretKey | undefined;
  const certificates: Certificate[] = [];
  for (const { id, value } of bagsOf(run, content, known)) {
    if (id === ids.certBag) {
      certificates.push(certificateIn(value));
    } else if (id === ids.keyBag || id === ids.shroudedKeyBag) {
      if (key) throw goError`pkcs12: expected exactly one key bag`;
      key = id === ids.keyBag ? parsePkcs8(value, run.budget) : shroudedKey(run, value, known);
    }
  }
  const [certificate, ...others] = certificates;
  if (!certificate) throw goError`pkcs12: certificate missing`;
  if (!key) throw goError`pkcs12: private key missing`;
  return { key, certificate, others };
}

/** Reads ASN.1; what Go says of wrong bytes quotes them, so that it is hidden after these words. */
function asn1<T>(words: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DerError ? goError`${shown(words)}: ${'what is wrong'}` : error;
  }
}

interface Mac extends MacParameters {
  readonly digest: Uint8Array;
}

function readPfx(file: Uint8Array): { content: Uint8Array; mac?: Mac } {
  const outer = readDer(file);
  const pfx = outer.enter();
  const version = pfx.integer();
  const safe = pfx.enter();
  const type = safe.oid();
  const content = safe.enterContext(0);
  const mac = pfx.done ? undefined : readMac(pfx.enter());
  outer.end();
  if (version !== 3n) throw goError`pkcs12: can only decode v3 PFX PDU's`;
  if (type !== ids.data) throw goError`pkcs12: only password-protected PFX is implemented`;
  if (!content) throw new DerError('no content');
  return { content: content.octets(), ...(mac && { mac }) };
}

function readMac(reader: DerReader): Mac {
  const info = reader.enter();
  const algorithm = readAlgorithm(info);
  const digest = info.octets();
  const salt = reader.octets();
  return { algorithm, digest, salt, iterations: reader.done ? 1 : readIterations(reader) };
}

/** The password when it fits; for the empty one, also the way of writers who take nothing at all. */
function checkedPassword(run: Run, mac: Mac, content: Uint8Array, given: Password): Password {
  for (const password of given.text === '' ? [given, noPassword] : [given]) {
    const digest = asn1('asn1', () => macOf(run, mac, content, password));
    if (digest.length === mac.digest.length && timingSafeEqual(digest, mac.digest)) return password;
  }
  throw goError`pkcs12: decryption password incorrect`;
}

interface Bag {
  readonly id: string;
  readonly value: Uint8Array;
}

function bagsOf(run: Run, content: Uint8Array, password: Password): Bag[] {
  const safes = asn1('asn1', () => {
    const outer = readDer(content);
    const reader = outer.enter();
    outer.end();
    const list = [];
    while (!reader.done) {
      const each = reader.enter();
      list.push({ type: each.oid(), value: each.enterContext(0) });
    }
    return list;
  });
  if (safes.length < 1 || safes.length > 2) {
    throw goError`pkcs12: expected between 1 and 2 items in the authenticated safe, but this file has ${shown(safes.length)}`;
  }
  return safes.flatMap(({ type, value }) => asn1('asn1', () => readBags(safeData(run, type, value, password))));
}

function safeData(run: Run, type: string, value: DerReader | undefined, password: Password): Uint8Array {
  if (type !== ids.data && type !== ids.encryptedData) {
    throw goError`pkcs12: only data and encryptedData content types are supported in authenticated safe`;
  }
  if (!value) throw new DerError('no content');
  if (type === ids.data) return value.octets();
  const encrypted = value.enter();
  if (encrypted.integer() !== 0n) throw goError`pkcs12: only version 0 of EncryptedData is supported`;
  const info = encrypted.enter();
  info.oid();
  const algorithm = readAlgorithm(info);
  return decrypt(run, algorithm, info.optional(primitive(0))?.value ?? new Uint8Array(), password);
}

function readBags(data: Uint8Array): Bag[] {
  const outer = readDer(data);
  const reader = outer.enter();
  outer.end();
  const bags: Bag[] = [];
  while (!reader.done) {
    const bag = reader.enter();
    bags.push({ id: bag.oid(), value: bag.next(constructed(0)).value });
  }
  return bags;
}

function certificateIn(value: Uint8Array): Certificate {
  const { type, der } = asn1('pkcs12: error decoding cert bag: asn1', () => {
    const bag = readDer(value).enter();
    return { type: bag.oid(), der: bag.enter(constructed(0)).next(tag.octetString).value };
  });
  if (type !== ids.x509Certificate) throw goError`pkcs12: only X509 certificates are supported in cert bags`;
  const [certificate, ...more] = parseCertificates(der);
  if (!certificate || more.length > 0) throw goError`pkcs12: expected exactly one certificate in the certBag`;
  return certificate;
}

function shroudedKey(run: Run, value: Uint8Array, password: Password): SecretKey {
  const { algorithm, data } = asn1('pkcs12: error decoding PKCS#8 shrouded key bag: asn1', () => {
    const info = readDer(value).enter();
    return { algorithm: readAlgorithm(info), data: info.octets() };
  });
  const der = within('pkcs12: error decrypting PKCS#8 shrouded key bag', () =>
    asn1('asn1', () => decrypt(run, algorithm, data, password)),
  );
  return within('pkcs12: error parsing PKCS#8 private key', () => parsePkcs8(der, run.budget));
}
