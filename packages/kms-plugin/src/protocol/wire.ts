/**
 * As much of protobuf's wire format (https://protobuf.dev/programming-guides/encoding) as messages of strings, bytes and maps of them need: fields
 * of wire type 2. Fields of other types are skipped, unknown ones too; the last of a repeated one counts.
 */
export class MalformedMessage extends Error {
  override readonly name = 'MalformedMessage';
}

/** Wire types: 0 varint, 1 eight bytes, 2 length and bytes, 5 four bytes. 3 and 4 (groups) are long gone. */
const delimited = 2;
const maxVarintBytes = 10;

function varint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  while (rest > 127) {
    bytes.push((rest % 128) + 128);
    rest = Math.floor(rest / 128);
  }
  return Buffer.from([...bytes, rest]);
}

/** One field with its number. Empty ones are left out, as proto3 does. */
export function field(number: number, value: Uint8Array | string): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value, 'utf8') : value;
  return bytes.length === 0 ? Buffer.alloc(0) : entry(number, bytes);
}

/** One entry of a repeated field, also when it is empty. */
export function entry(number: number, bytes: Uint8Array): Buffer {
  return Buffer.concat([varint(number * 8 + delimited), varint(bytes.length), bytes]);
}

/**
 * Fields of wire type 2 in the order they stand, as views of the message.
 *
 * @throws MalformedMessage
 */
export function* fields(message: Uint8Array): Generator<readonly [number: number, bytes: Uint8Array]> {
  let at = 0;
  const byte = (): number => {
    const value = message[at];
    if (value === undefined) throw new MalformedMessage('the message is cut off');
    at += 1;
    return value;
  };
  const readVarint = (): number => {
    let value = 0;
    for (let index = 0; index < maxVarintBytes; index++) {
      const part = byte();
      value += (part % 128) * 2 ** (7 * index);
      if (part < 128) return value;
    }
    throw new MalformedMessage('a number is too long');
  };
  const skip = (length: number): Uint8Array => {
    if (length > message.length - at) throw new MalformedMessage('the message is cut off');
    at += length;
    return message.subarray(at - length, at);
  };
  while (at < message.length) {
    const tag = readVarint();
    const number = Math.floor(tag / 8);
    const type = tag % 8;
    if (number === 0 || tag >= 2 ** 32) throw new MalformedMessage('there is no such field');
    if (type === 0) readVarint();
    else if (type === 1) skip(8);
    else if (type === 5) skip(4);
    else if (type === delimited) yield [number, skip(readVarint())];
    else throw new MalformedMessage('there is no such type');
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

/** A string field. @throws MalformedMessage when it is not UTF-8 */
export function text(bytes: Uint8Array): string {
  try {
    return utf8.decode(bytes);
  } catch {
    throw new MalformedMessage('a text is not UTF-8');
  }
}
