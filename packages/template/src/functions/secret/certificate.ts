import { Buffer } from 'node:buffer';
import { constructed, primitive, tag } from '../../der/tag.ts';
import { DerError, readDer } from '../../der/reader.ts';
import type { DerReader } from '../../der/reader.ts';
import { goError, shown } from '../../go/error.ts';
import { readSans } from './alternative-name.ts';
import { readName } from './distinguished-name.ts';
import type { NamePart } from './distinguished-name.ts';

/** What templates need of an X.509 certificate. Nothing here says that it is valid or trusted. */
export interface Certificate {
  /** The whole of it, in DER. */
  readonly raw: Uint8Array;
  readonly subject: readonly NamePart[];
  readonly subjectKeyId?: Uint8Array;
  readonly authorityKeyId?: Uint8Array;
  /** DNS names, addresses, e-mail addresses and URIs, each in the order they stand in. */
  readonly alternativeNames: readonly string[];
}

/** Reads a part of a certificate; what is not DER is an error with Go's words for that part. */
function part<T>(words: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    throw error instanceof DerError ? goError`x509: ${shown(words)}` : error;
  }
}

/** One certificate in DER. @throws GoError with the words of Go's crypto/x509 */
export function parseCertificate(der: Uint8Array): Certificate {
  const reader = readDer(der);
  const outer = part('malformed certificate', () => reader.next(tag.sequence));
  const input = readDer(outer.value);
  const tbs = part('malformed tbs certificate', () => input.enter());
  const version = part('malformed version', () => Number(tbs.enterContext(0)?.integer() ?? 0n) + 1);
  if (version < 1) throw goError`x509: malformed version`;
  if (version > 3) throw goError`x509: invalid version`;
  const serial = part('malformed serial number', () => tbs.integer());
  if (serial < 0n) throw goError`x509: negative serial number`;
  const inner = part('malformed signature algorithm identifier', () => tbs.next(tag.sequence));
  const algorithm = part('malformed algorithm identifier', () => input.next(tag.sequence));
  if (Buffer.compare(inner.value, algorithm.value) !== 0)
    throw goError`x509: inner and outer signature algorithm identifiers don't match`;
  part('malformed OID', () => readDer(algorithm.value).oid());
  part('malformed issuer', () => tbs.next(tag.sequence));
  const validity = part('malformed validity', () => tbs.enter());
  for (let i = 0; i < 2; i++) part('malformed validity', () => time(validity));
  const name = part('malformed issuer', () => tbs.next(tag.sequence));
  const subject = part('invalid RDNSequence', () => readName(name.value));
  part('malformed spki', () => tbs.next(tag.sequence));
  if (version > 1) {
    part('malformed issuerUniqueID', () => tbs.optional(primitive(1)));
    part('malformed subjectUniqueID', () => tbs.optional(primitive(2)));
  }
  const extensions = version === 3 ? readExtensions(tbs) : new Map<string, Extension>();
  part('malformed signature', () => input.next(tag.bitString));
  if (!reader.done) throw goError`x509: trailing data`;
  return {
    raw: outer.raw,
    subject,
    ...keyIds(extensions),
    alternativeNames: part('invalid subject alternative names', () => readSans(extensions.get('2.5.29.17')?.value)),
  };
}

function time(validity: DerReader): void {
  const { tag: found } = validity.next();
  if (found !== tag.utcTime && found !== tag.generalizedTime) throw goError`x509: unsupported time format`;
}

interface Extension {
  readonly isCritical: boolean;
  readonly value: Uint8Array;
}

function readExtensions(tbs: DerReader): Map<string, Extension> {
  const extensions = new Map<string, Extension>();
  if (tbs.peek() !== constructed(3)) return extensions;
  const list = part('malformed extensions', () => tbs.enter(constructed(3)).enter());
  while (!list.done) {
    const each = part('malformed extension', () => list.enter());
    const oid = part('malformed extension OID field', () => each.oid());
    const isCritical = part('malformed extension critical field', () => (each.optional(tag.boolean)?.value[0] ?? 0) !== 0);
    const value = part('malformed extension value field', () => each.octets());
    if (extensions.has(oid)) throw goError`x509: certificate contains duplicate extension with OID "${oid}"`;
    extensions.set(oid, { isCritical, value });
  }
  return extensions;
}

function keyIds(extensions: ReadonlyMap<string, Extension>): { subjectKeyId?: Uint8Array; authorityKeyId?: Uint8Array } {
  const authority = extensions.get('2.5.29.35');
  const subject = extensions.get('2.5.29.14');
  if (authority?.isCritical) throw goError`x509: authority key identifier incorrectly marked critical`;
  const authorityKeyId =
    authority && part('invalid authority key identifier', () => readDer(authority.value).enter().optional(primitive(0))?.value);
  if (subject?.isCritical) throw goError`x509: subject key identifier incorrectly marked critical`;
  const subjectKeyId = subject && part('invalid subject key identifier', () => readDer(subject.value).octets());
  return { ...(authorityKeyId && { authorityKeyId }), ...(subjectKeyId && { subjectKeyId }) };
}

/** Certificates one after the other in DER. */
export function parseCertificates(der: Uint8Array): Certificate[] {
  const certificates = [];
  const reader = readDer(der);
  while (!reader.done) certificates.push(parseCertificate(part('malformed certificate', () => reader.next(tag.sequence)).raw));
  return certificates;
}
