/**
 * The part of DER (X.690) that certificates and RSA keys need: definite lengths, single-byte tags. Reading is by position,
 * not by recursion, so no input can exhaust the stack.
 */

/** Tags of the universal types used here. */
export const tag = {
  boolean: 0x01,
  integer: 0x02,
  bitString: 0x03,
  octetString: 0x04,
  null: 0x05,
  oid: 0x06,
  utf8String: 0x0c,
  utcTime: 0x17,
  generalizedTime: 0x18,
  sequence: 0x30,
  set: 0x31,
  context0: 0xa0,
  context3: 0xa3,
} as const;

/** Bytes that are not the DER that was expected. Callers turn it into a coded error of theirs. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** One tag-length-value. */
export interface DerNode {
  readonly tag: number;
  /** The content. */
  readonly value: Uint8Array;
  /** The whole node, with its tag and length. */
  readonly raw: Uint8Array;
}

/** Reads nodes one after the other. */
export class DerReader {
  readonly #bytes: Uint8Array;
  #at = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  /** True when everything was read. */
  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  /** The tag of the next node, or undefined at the end. */
  peek(): number | undefined {
    return this.#bytes[this.#at];
  }

  /** The next node, of the given tag if one is given. */
  next(expected?: number): DerNode {
    const start = this.#at;
    const found = this.#byte();
    if (expected !== undefined && found !== expected) throw new DerError(`tag ${found} where ${expected} was expected`);
    if ((found & 0x1f) === 0x1f) throw new DerError('a tag of several bytes');
    const length = this.#length();
    const from = this.#at;
    if (length > this.#bytes.length - from) throw new DerError('a length beyond the end');
    this.#at = from + length;
    return { tag: found, value: this.#bytes.subarray(from, this.#at), raw: this.#bytes.subarray(start, this.#at) };
  }

  /** A reader of the content of the next node. */
  enter(expected: number): DerReader {
    return new DerReader(this.next(expected).value);
  }

  /** The next INTEGER, not negative, as big-endian bytes without leading zeros. */
  unsigned(): Uint8Array {
    const { value } = this.next(tag.integer);
    const [first] = value;
    if (first === undefined || first >= 0x80) throw new DerError('an integer that is empty or negative');
    return withoutLeadingZeros(value);
  }

  /** @throws DerError when something is left */
  end(): void {
    if (!this.done) throw new DerError('bytes after the end');
  }

  #byte(): number {
    const byte = this.#bytes[this.#at];
    if (byte === undefined) throw new DerError('an end in the middle');
    this.#at++;
    return byte;
  }

  #length(): number {
    const first = this.#byte();
    if (first < 0x80) return first;
    const count = first & 0x7f;
    if (count === 0 || count > 4) throw new DerError('a length that is indefinite or too long');
    let length = 0;
    for (let index = 0; index < count; index++) length = length * 256 + this.#byte();
    return length;
  }
}

/** Big-endian bytes without leading zeros; a view. */
function withoutLeadingZeros(bytes: Uint8Array): Uint8Array {
  const first = bytes.findIndex((byte) => byte !== 0);
  return first < 0 ? bytes.subarray(bytes.length) : bytes.subarray(first);
}

/** One node with the given content parts. */
export function der(nodeTag: number, ...parts: readonly Uint8Array[]): Uint8Array {
  const length = parts.reduce((sum, part) => sum + part.length, 0);
  const head = [nodeTag, ...lengthBytes(length)];
  const node = new Uint8Array(head.length + length);
  node.set(head);
  let at = head.length;
  for (const part of parts) {
    node.set(part, at);
    at += part.length;
  }
  return node;
}

function lengthBytes(length: number): number[] {
  if (length < 0x80) return [length];
  const bytes: number[] = [];
  for (let rest = length; rest > 0; rest = Math.floor(rest / 256)) bytes.unshift(rest % 256);
  return [0x80 | bytes.length, ...bytes];
}

/** An INTEGER from unsigned big-endian bytes. */
export function derUnsigned(bytes: Uint8Array): Uint8Array {
  const digits = withoutLeadingZeros(bytes);
  const needsZero = (digits[0] ?? 0x80) >= 0x80;
  return der(tag.integer, needsZero ? Uint8Array.of(0) : new Uint8Array(), digits);
}

/** An OBJECT IDENTIFIER from its dotted text. */
export function derOid(dotted: string): Uint8Array {
  const [first = 0, second = 0, ...rest] = dotted.split('.').map(Number);
  const bytes = [first * 40 + second];
  for (const arc of rest) {
    const groups = [arc & 0x7f];
    for (let left = arc >> 7; left > 0; left >>= 7) groups.unshift((left & 0x7f) | 0x80);
    bytes.push(...groups);
  }
  return der(tag.oid, Uint8Array.from(bytes));
}

/** A BIT STRING of whole bytes. */
export function derBits(bytes: Uint8Array): Uint8Array {
  return der(tag.bitString, Uint8Array.of(0), bytes);
}
