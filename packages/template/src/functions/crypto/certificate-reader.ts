import { Buffer } from 'node:buffer';
import { DerError, readDer } from '../../der/reader.ts';
import type { DerReader } from '../../der/reader.ts';
import { constructed, primitive, tag } from '../../der/tag.ts';
import { goError, shown } from '../../go/error.ts';

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
 * extensions, form and uniqueness are checked and the subject key identifier is read; what others hold is not looked at.
 */
export function readCertificate(bytes: Uint8Array): Authority {
  const outer = readDer(bytes);
  const certificate = step('malformed certificate', () => outer.enter());
  if (!outer.done) throw goError`x509: trailing data`;
  const body = step('malformed tbs certificate', () => certificate.enter());
  const version = step('malformed version', () => body.enterContext(0)?.integer() ?? 0n);
  if (version < 0n) throw goError`x509: malformed version`;
  if (version > 2n) throw goError`x509: invalid version`;
  if (step('malformed serial number', () => body.integer()) < 0n) throw goError`x509: negative serial number`;

  const inner = step('malformed signature algorithm identifier', () => body.next(tag.sequence));
  const algorithm = step('malformed algorithm identifier', () => certificate.next(tag.sequence));
  if (Buffer.compare(inner.raw, algorithm.raw) !== 0)
    throw goError`x509: inner and outer signature algorithm identifiers don't match`;
  readAlgorithm(readDer(inner.value));

  readName(step('malformed issuer', () => body.next(tag.sequence)).value);
  readValidity(step('malformed validity', () => body.enter()));
  const subject = step('malformed issuer', () => body.next(tag.sequence));
  readName(subject.value);
  const publicKey = step('malformed spki', () => body.next(tag.sequence));
  const key = readDer(publicKey.value);
  readAlgorithm(step('malformed public key algorithm identifier', () => key.enter()));
  step('malformed subjectPublicKey', () => key.next(tag.bitString));

  const subjectKeyId = version > 0n ? readUnique(body, version) : undefined;
  step('malformed signature', () => certificate.next(tag.bitString));
  const found = { subject: subject.raw, publicKey: publicKey.raw };
  return subjectKeyId ? { ...found, subjectKeyId } : found;
}

/** Runs one step of the reading; bytes that are not as expected are Go's error for this step. */
function step<T>(otherwise: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) throw goError`x509: ${shown(otherwise)}`;
    throw error;
  }
}

function readAlgorithm(identifier: DerReader): void {
  step('malformed OID', () => identifier.oid());
  if (!identifier.done) step('malformed parameters', () => identifier.next());
}

function readName(bytes: Uint8Array): void {
  const name = readDer(bytes);
  while (!name.done) {
    const set = step('invalid RDNSequence: invalid attribute', () => name.enter(tag.set));
    while (!set.done) {
      const attribute = step('invalid RDNSequence: invalid attribute', () => set.enter());
      step('invalid RDNSequence: invalid attribute type', () => attribute.oid());
      step('invalid RDNSequence: invalid attribute value', () => attribute.next());
    }
  }
}

function readValidity(validity: DerReader): void {
  for (let i = 0; i < 2; i++) {
    const at = step('malformed validity', () => validity.next());
    if (at.tag !== tag.utcTime && at.tag !== tag.generalizedTime) throw goError`x509: unsupported time format`;
    const text = Buffer.from(at.value).toString('latin1');
    const isUtc = at.tag === tag.utcTime;
    if (!(isUtc ? /^\d{10}(?:\d\d)?(?:Z|[+-]\d{4})$/ : /^\d{14}Z$/).test(text))
      throw isUtc ? goError`x509: malformed UTCTime` : goError`x509: malformed GeneralizedTime`;
  }
}

/** The unique identifiers of version 2 and the extensions of version 3; the subject key identifier of these. */
function readUnique(body: DerReader, version: bigint): Uint8Array | undefined {
  step('malformed issuerUniqueID', () => body.optional(primitive(1)));
  step('malformed subjectUniqueID', () => body.optional(primitive(2)));
  if (version !== 2n || body.peek() !== constructed(3)) return undefined;
  const extensions = step('malformed extensions', () => body.enter(constructed(3)).enter());
  const seen = new Set<string>();
  let subjectKeyId: Uint8Array | undefined;
  while (!extensions.done) {
    const extension = step('malformed extension', () => extensions.enter());
    const id = step('malformed extension OID field', () => extension.oid());
    step('malformed extension critical field', () => extension.optional(tag.boolean));
    const value = step('malformed extension value field', () => extension.octets());
    if (seen.has(id)) throw goError`x509: certificate contains duplicate extension with OID "${id}"`;
    seen.add(id);
    if (id === '2.5.29.14') subjectKeyId = step('invalid subject key identifier', () => readDer(value).octets());
  }
  return subjectKeyId;
}
