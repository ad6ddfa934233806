import { Buffer } from 'node:buffer';
import { createPublicKey } from 'node:crypto';
import { DerError, readDer } from '../../der/reader.ts';
import type { DerNode, DerReader } from '../../der/reader.ts';
import { tag } from '../../der/tag.ts';
import { goError, shown } from '../../go/error.ts';
import { runes } from '../../go/utf8.ts';

/** Runs one step of reading a certificate; bytes that are not as expected are Go's error for this step. */
export function step<T>(otherwise: string, read: () => T): T {
  try {
    return read();
  } catch (error) {
    if (error instanceof DerError) throw goError`x509: ${shown(otherwise)}`;
    throw error;
  }
}

/** An AlgorithmIdentifier's object identifier; the parameters are only passed over. */
export function readAlgorithm(identifier: DerReader): string {
  const algorithm = step('malformed OID', () => identifier.oid());
  if (!identifier.done) step('malformed parameters', () => identifier.next());
  return algorithm;
}

/** A Name, judged as Go does: sets of attributes with values of known string types. */
export function readName(bytes: Uint8Array): void {
  const name = readDer(bytes);
  while (!name.done) {
    const set = step('invalid RDNSequence', () => name.enter(tag.set));
    while (!set.done) {
      const attribute = step('invalid RDNSequence: invalid attribute', () => set.enter());
      step('invalid RDNSequence: invalid attribute type', () => attribute.oid());
      readText(step('invalid RDNSequence: invalid attribute value', () => attribute.next()));
    }
  }
}

const numericString = 0x12;

function readText({ tag: type, value }: DerNode): void {
  const text = Buffer.from(value).toString('latin1');
  switch (type) {
    case tag.teletexString:
      return;
    case tag.printableString:
      if (!/^[A-Za-z0-9 '()+,\-./:=?*&]*$/.test(text)) throw badText('PrintableString');
      return;
    case tag.utf8String:
      if ([...runes(text)].some(({ code, size }) => code === 0xfffd && size === 1)) throw badText('UTF-8 string');
      return;
    case tag.bmpString:
      if (value.length % 2 !== 0) throw badText('BMPString');
      return;
    case tag.ia5String:
      if (!isAscii(text)) throw badText('IA5String');
      return;
    case numericString:
      if (!/^[0-9 ]*$/.test(text)) throw badText('NumericString');
      return;
    default:
      throw goError`x509: invalid RDNSequence: invalid attribute value: unsupported string type: ${shown(type)}`;
  }
}

function badText(type: string): Error {
  return goError`x509: invalid RDNSequence: invalid attribute value: invalid ${shown(type)}`;
}

function isAscii(text: string): boolean {
  return !/[^\0-\x7f]/.test(text);
}

/** Two times; their content only has to be a date. */
export function readValidity(validity: DerReader): void {
  for (let i = 0; i < 2; i++) {
    const type = validity.peek();
    if (type !== tag.utcTime && type !== tag.generalizedTime) throw goError`x509: unsupported time format`;
    const name = type === tag.utcTime ? 'malformed UTCTime' : 'malformed GeneralizedTime';
    const { value } = step(name, () => validity.next());
    const digits = /^(\d\d)?(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(Buffer.from(value).toString('latin1'));
    const isRight = digits && (digits[1] === undefined) === (type === tag.utcTime);
    const [, century = '20', ...others] = digits ?? [];
    const [year = '', month = '', day = '', hour = '', minute = '', second = ''] = others;
    const written = `${century}${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`;
    if (!isRight || !isDate(written)) throw goError`x509: ${shown(name)}`;
  }
}

function isDate(written: string): boolean {
  const at = new Date(written);
  return !Number.isNaN(at.getTime()) && at.toISOString() === written;
}

/** A BIT STRING as Go reads it: bits that do not count are zero. */
export function readBits(reader: DerReader): void {
  const { value } = reader.next(tag.bitString);
  const [unused, ...bytes] = value;
  const last = bytes.at(-1) ?? 0;
  if (unused === undefined || unused > 7 || (bytes.length === 0 && unused > 0) || (last & ((1 << unused) - 1)) !== 0)
    throw new DerError('bits that do not count');
}

const knownKeys: ReadonlySet<string> = new Set(['1.2.840.113549.1.1.1', '1.2.840.10045.2.1', '1.3.101.112', '1.3.101.110']);

/** A SubjectPublicKeyInfo: its form, and the key itself where Go knows the algorithm. What is wrong with a key is not said. */
export function readPublicKey({ raw, value }: DerNode): void {
  const info = readDer(value);
  const algorithm = readAlgorithm(step('malformed public key algorithm identifier', () => info.enter()));
  step('malformed subjectPublicKey', () => readBits(info));
  if (!knownKeys.has(algorithm)) return;
  try {
    createPublicKey({ key: Buffer.from(raw), format: 'der', type: 'spki' });
  } catch {
    throw goError`x509: ${'invalid public key'}`;
  }
}

/** A BOOLEAN as DER has it. */
export function readBoolean(reader: DerReader): boolean {
  const { value } = reader.next(tag.boolean);
  const [byte = 1] = value;
  if (value.length !== 1 || (byte !== 0 && byte !== 0xff)) throw new DerError('a boolean that is neither');
  return byte !== 0;
}

/** Judges the content of the extensions that Sprig's certificates have. */
export function checkExtension(id: string, value: Uint8Array): void {
  const reader = readDer(value);
  switch (id) {
    case '2.5.29.15':
      return step('invalid key usage', () => readBits(reader));
    case '2.5.29.37':
      return step('invalid extended key usages', () => {
        for (const usages = reader.enter(); !usages.done;) usages.oid();
      });
    case '2.5.29.19':
      return step('invalid basic constraints', () => {
        const constraints = reader.enter();
        if (constraints.peek() === tag.boolean) readBoolean(constraints);
        if (constraints.peek() === tag.integer && constraints.integer() < 0n) throw new DerError('a negative length');
      });
    case '2.5.29.17':
      return checkNames(step('invalid subject alternative names', () => reader.enter().all()));
    default:
  }
}

function checkNames(names: readonly DerNode[]): void {
  const texts: Readonly<Record<number, string>> = { 0x81: 'rfc822Name', 0x82: 'dNSName', 0x86: 'uniformResourceIdentifier' };
  for (const { tag: type, value } of names) {
    const name = texts[type];
    if (name !== undefined && !isAscii(Buffer.from(value).toString('latin1'))) throw goError`x509: SAN ${shown(name)} is malformed`;
    if (type === 0x87 && value.length !== 4 && value.length !== 16)
      throw goError`x509: cannot parse IP address of length ${shown(value.length)}`;
  }
}
