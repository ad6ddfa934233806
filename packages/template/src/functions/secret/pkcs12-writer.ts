import { createHash } from 'node:crypto';
import { node } from '../../der/writer.ts';
import { bmpString, contextBytes, contextTag, integer, octetString, oid, sequence, setOf } from '../../der/writer.ts';
import { tag } from '../../der/tag.ts';
import { toText } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import type { Certificate } from './certificate.ts';
import { nameText } from './distinguished-name.ts';
import { pkcs8Of } from './key.ts';
import { encrypt, macData } from './pkcs12-algorithm.ts';
import { ids } from './pkcs12-file.ts';
import { bmpBytes, passwordOf } from './pkcs12-password.ts';
import type { Password } from './pkcs12-password.ts';
import type { Pkcs12 } from './pkcs12-reader.ts';

/** A key and its certificates as a PKCS#12 file that current software opens. What is random comes from the run. */
export function writePkcs12(run: Run, { key, certificate, others }: Pkcs12, password: string): Uint8Array {
  const secret = passwordOf(password);
  const localKeyId = attribute(ids.localKeyId, octetString(createHash('sha1').update(certificate.raw).digest()));
  const { algorithm, encrypted } = encrypt(run, pkcs8Of(key), secret);
  const keyBag = bag(ids.shroudedKeyBag, sequence(algorithm, octetString(encrypted)), [localKeyId]);
  const certificates = [certBag(certificate, [localKeyId]), ...others.map((other) => certBag(other, []))];
  return pfx(run, [hidden(run, certificates, secret), open([keyBag])], secret);
}

/** Certificates as a PKCS#12 file that Java takes for a trust store; their names are their subjects. */
export function writeTrustStore(run: Run, certificates: readonly Certificate[], password: string): Uint8Array {
  const secret = passwordOf(password);
  const trusted = attribute(ids.javaTrustStore, oid(ids.anyExtendedKeyUsage));
  const bags = certificates.map((certificate) => {
    const name = toText(nameText(certificate.subject));
    bmpBytes(name);
    return certBag(certificate, [trusted, attribute(ids.friendlyName, bmpString(name))]);
  });
  return pfx(run, [hidden(run, bags, secret)], secret);
}

function attribute(id: string, value: Uint8Array): Uint8Array {
  return sequence(oid(id), node(tag.set, value));
}

function bag(id: string, value: Uint8Array, attributes: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(id), contextTag(0, value), setOf(...attributes));
}

function certBag({ raw }: Certificate, attributes: readonly Uint8Array[]): Uint8Array {
  return bag(ids.certBag, sequence(oid(ids.x509Certificate), contextTag(0, octetString(raw))), attributes);
}

function open(bags: readonly Uint8Array[]): Uint8Array {
  return sequence(oid(ids.data), contextTag(0, octetString(sequence(...bags))));
}

function hidden(run: Run, bags: readonly Uint8Array[], password: Password): Uint8Array {
  const { algorithm, encrypted } = encrypt(run, sequence(...bags), password);
  const info = sequence(oid(ids.data), algorithm, contextBytes(0, encrypted));
  return sequence(oid(ids.encryptedData), contextTag(0, sequence(integer(0), info)));
}

function pfx(run: Run, safes: readonly Uint8Array[], password: Password): Uint8Array {
  const content = sequence(...safes);
  const mac = macData(run, content, password);
  return sequence(integer(3), sequence(oid(ids.data), contextTag(0, octetString(content))), mac);
}
