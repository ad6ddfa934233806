import { Buffer } from 'node:buffer';
import { DerError, readDer } from '../../der/reader.ts';
import { tag } from '../../der/tag.ts';
import { printableString, utf8String } from '../../der/writer.ts';
import { fromBytes, toBytes, toGo } from '../../go/utf8.ts';

/** One attribute of a name: its type, dotted, and its value, a Go string. */
export interface NamePart {
  readonly type: string;
  readonly value: string;
}

/** The attributes of a name in the order they stand in (RFC 5280 section 4.1.2.4). @throws DerError */
export function readName(content: Uint8Array): NamePart[] {
  const parts: NamePart[] = [];
  const sequence = readDer(content);
  while (!sequence.done) {
    const set = sequence.enter(tag.set);
    while (!set.done) {
      const attribute = set.enter();
      parts.push({ type: attribute.oid(), value: textOf(attribute.next()) });
    }
  }
  return parts;
}

const texts: ReadonlySet<number> = new Set([tag.utf8String, tag.printableString, tag.ia5String, 0x12]);

function textOf({ tag: kind, value }: { readonly tag: number; readonly value: Uint8Array }): string {
  if (texts.has(kind)) return fromBytes(value);
  if (kind === tag.teletexString) return toGo(Buffer.from(value).toString('latin1'));
  if (kind === tag.bmpString && value.length % 2 === 0) return toGo(Buffer.from(value).swap16().toString('utf16le'));
  throw new DerError('a value of another type');
}

/** The attributes Go knows by name, in the order it lists them, which is the reverse of the order in the text. */
const known: Readonly<Record<string, string>> = {
  '2.5.4.6': 'C',
  '2.5.4.10': 'O',
  '2.5.4.11': 'OU',
  '2.5.4.7': 'L',
  '2.5.4.8': 'ST',
  '2.5.4.9': 'STREET',
  '2.5.4.17': 'POSTALCODE',
  '2.5.4.3': 'CN',
  '2.5.4.5': 'SERIALNUMBER',
};
/** A name has one of these: the last one given. */
const single: ReadonlySet<string> = new Set(['2.5.4.3', '2.5.4.5']);

/** A name as Go's pkix.Name prints it: `CN=web,OU=a+OU=b,O=corp`, unknown attributes last. */
export function nameText(parts: readonly NamePart[]): string {
  const unknown = parts.filter(({ type }) => !(type in known)).map((each) => unknownText(each));
  const named = Object.entries(known).flatMap(([type, name]) => {
    const all = parts.filter((each) => each.type === type);
    const values = single.has(type) ? all.slice(-1).filter(({ value }) => value !== '') : all;
    return values.length === 0 ? [] : [values.map(({ value }) => `${name}=${escaped(value)}`).join('+')];
  });
  return [...unknown, ...named].toReversed().join(',');
}

function unknownText({ type, value }: NamePart): string {
  const bytes = toBytes(value);
  const der = /^[A-Za-z0-9 '()+,\-./:=?]*$/.test(value) ? printableString(bytes) : utf8String(bytes);
  return `${type}=#${Buffer.from(der).toString('hex')}`;
}

function escaped(value: string): string {
  return value.replaceAll(/[,+"\\<>;]|^[ #]| $/g, String.raw`\$&`);
}
