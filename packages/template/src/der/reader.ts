import { Buffer } from 'node:buffer';
import { constructed, tag } from './tag.ts';

/** Bytes that are not the DER that was expected. Callers turn it into an error of theirs; it holds no content. */
export class DerError extends Error {
  override readonly name = 'DerError';
}

/** Before its last seven bits, a number in an object identifier is at most this: Go reads 31 bits. */
const longestArc = (1n << 24n) - 1n;

/** One tag-length-value. */
export interface DerNode {
  readonly tag: number;
  /** The content. */
  readonly value: Uint8Array;
  /** The whole node, with its tag and length. */
  readonly raw: Uint8Array;
}

/**
 * Reads nodes one after the other: definite, minimal lengths and single-byte tags, as Go's encoding/asn1 accepts. Reading is by
 * position, not by recursion, so that no input can exhaust the stack.
 *
 * @example const key = readDer(bytes).enter(tag.sequence); const version = key.integer();
 */
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

  /** What was not read yet. */
  get rest(): Uint8Array {
    return this.#bytes.subarray(this.#at);
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

  /** The next node when it has the tag; undefined, and nothing read, when it has another. */
  optional(expected: number): DerNode | undefined {
    return this.peek() === expected ? this.next() : undefined;
  }

  /** A reader of the content of the next node, a SEQUENCE unless another tag is given. */
  enter(expected: number = tag.sequence): DerReader {
    return new DerReader(this.next(expected).value);
  }

  /** A reader of the content of the next node when it is `[n]` constructed. */
  enterContext(number: number): DerReader | undefined {
    return this.peek() === constructed(number) ? this.enter(constructed(number)) : undefined;
  }

  /** All nodes that are left. */
  all(): DerNode[] {
    const nodes = [];
    while (!this.done) nodes.push(this.next());
    return nodes;
  }

  /** The next INTEGER. */
  integer(): bigint {
    const { value } = this.next(tag.integer);
    const [first, second] = value;
    if (first === undefined) throw new DerError('an integer without digits');
    if (second !== undefined && ((first === 0 && second < 0x80) || (first === 0xff && second >= 0x80)))
      throw new DerError('an integer with a needless digit');
    return BigInt.asIntN(8 * value.length, BigInt(`0x${Buffer.from(value).toString('hex')}`));
  }

  /** The next OBJECT IDENTIFIER, dotted; its numbers have 31 bits at most. */
  oid(): string {
    const { value } = this.next(tag.oid);
    const arcs: bigint[] = [];
    let arc = 0n;
    let open = true;
    for (const byte of value) {
      if (arc > longestArc) throw new DerError('an object identifier with a number of more than 31 bits');
      if (byte === 0x80 && arc === 0n) throw new DerError('an object identifier with a needless digit');
      arc = (arc << 7n) | BigInt(byte & 0x7f);
      open = byte >= 0x80;
      if (open) continue;
      arcs.push(arc);
      arc = 0n;
    }
    const [first] = arcs;
    if (open || first === undefined) throw new DerError('an object identifier that does not end');
    const root = first < 80n ? first / 40n : 2n;
    return [root, first - root * 40n, ...arcs.slice(1)].join('.');
  }

  /** The content of the next OCTET STRING. */
  octets(): Uint8Array {
    return this.next(tag.octetString).value;
  }

  /** The bytes of the next BIT STRING, which is whole bytes: a key or a signature. */
  bits(): Uint8Array {
    const { value } = this.next(tag.bitString);
    if (value[0] !== 0) throw new DerError('a bit string that is not whole bytes');
    return value.subarray(1);
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
    if (count === 0 || count > 4) throw new DerError('a length that is indefinite or of more than four bytes');
    let length = 0;
    for (let i = 0; i < count; i++) {
      length = length * 256 + this.#byte();
      if (length === 0) throw new DerError('a length that begins with zero');
    }
    if (length < 0x80) throw new DerError('a short length in the long form');
    return length;
  }
}

/** A reader of bytes that should begin with a node; `end()` afterwards refuses what follows. */
export function readDer(bytes: Uint8Array): DerReader {
  return new DerReader(bytes);
}
