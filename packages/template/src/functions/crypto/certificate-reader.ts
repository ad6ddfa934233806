import { Buffer } from 'node:buffer';
import { readDer } from '../../der/reader.ts';
import type { DerReader } from '../../der/reader.ts';
import { constructed, primitive, tag } from '../../der/tag.ts';
import { goError } from '../../go/error.ts';
import {
  checkExtension,
  readAlgorithm,
  readBits,
  readBoolean,
  readName,
  readPublicKey,
  readValidity,
  step,
} from './certificate-fields.ts';

/** What signing needs of an authority's certificate. */
export interface Authority {
  /** The whole Name. */
  readonly subject: Uint8Array;
  /** The whole SubjectPublicKeyInfo. */
  readonly publicKey: Uint8Array;
  readonly subjectKeyId?: Uint8Array;
}

/**
 * Reads a certificate (RFC 5280 section 4.1) in the order in which Go's x509.ParseCertificate does, with its wording. Of the
 * extensions, form and uniqueness are checked, and the content of those that Sprig's own certificates have.
 */
export function readCertificate(bytes: Uint8Array): Authority {
  const outer = readDer(bytes);
  const certificate = step('malformed certificate', () => outer.enter());
  const body = step('malformed tbs certificate', () => certificate.enter());
  const version = step('malformed version', () => readVersion(body));
  if (version < 0n) throw goError`x509: malformed version`;
  if (version > 2n) throw goError`x509: invalid version`;
  if (step('malformed serial number', () => body.integer()) < 0n) throw goError`x509: negative serial number`;

  const inner = step('malformed signature algorithm identifier', () => body.next(tag.sequence));
  const algorithm = step('malformed algorithm identifier', () => certificate.next(tag.sequence));
  if (Buffer.compare(inner.value, algorithm.value) !== 0)
    throw goError`x509: inner and outer signature algorithm identifiers don't match`;
  readAlgorithm(readDer(inner.value));

  readName(step('malformed issuer', () => body.next(tag.sequence)).value);
  readValidity(step('malformed validity', () => body.enter()));
  const subject = step('malformed issuer', () => body.next(tag.sequence));
  readName(subject.value);
  const publicKey = step('malformed spki', () => body.next(tag.sequence));
  readPublicKey(publicKey);

  const subjectKeyId = version > 0n ? readUnique(body, version) : undefined;
  step('malformed signature', () => readBits(certificate));
  if (!outer.done) throw goError`x509: trailing data`;
  const found = { subject: subject.raw, publicKey: publicKey.raw };
  return subjectKeyId ? { ...found, subjectKeyId } : found;
}

function readVersion(body: DerReader): bigint {
  const explicit = body.enterContext(0);
  const version = explicit?.integer() ?? 0n;
  explicit?.end();
  return version;
}

/** The unique identifiers of version 2 and the extensions of version 3; the subject key identifier of these. */
function readUnique(body: DerReader, version: bigint): Uint8Array | undefined {
  step('malformed issuerUniqueID', () => body.optional(primitive(1)));
  step('malformed subjectUniqueID', () => body.optional(primitive(2)));
  if (version !== 2n || body.peek() !== constructed(3)) return undefined;
  const extensions = step('malformed extensions', () => body.enter(constructed(3)).enter());
  const seen = new Map<string, Uint8Array>();
  while (!extensions.done) {
    const extension = step('malformed extension', () => extensions.enter());
    const id = step('malformed extension OID field', () => extension.oid());
    if (extension.peek() === tag.boolean) step('malformed extension critical field', () => readBoolean(extension));
    const value = step('malformed extension value field', () => extension.octets());
    if (seen.has(id)) throw goError`x509: certificate contains duplicate extension with OID "${id}"`;
    seen.set(id, value);
  }
  for (const [id, value] of seen) checkExtension(id, value);
  const subjectKeyId = seen.get('2.5.29.14');
  return subjectKeyId && step('invalid subject key identifier', () => readDer(subjectKeyId).octets());
}
