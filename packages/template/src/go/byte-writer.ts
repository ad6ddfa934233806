import { Buffer } from 'node:buffer';

/** So many bytes are collected before they become a string. */
const most = 1 << 16;

/** What one call may write at once. */
const atOnce = 16;

/** Collects single bytes into a Go string: much cheaper than adding short strings together. */
export class ByteWriter {
  readonly #buffer: Buffer;
  #length = 0;
  #made = '';

  /** @param expected how long the string may get; it may also get longer */
  constructor(expected: number) {
    this.#buffer = Buffer.allocUnsafe(Math.min(expected, most) + atOnce);
  }

  byte(value: number): void {
    if (this.#length + atOnce > this.#buffer.length) this.#flush();
    this.#buffer[this.#length++] = value;
  }

  /** A backslash, then a character. */
  escape(letter: number): void {
    this.byte(0x5c);
    this.byte(letter);
  }

  /** A backslash, a letter, then so many hexadecimal digits. */
  hex(letter: number, value: number, digits: number): void {
    this.escape(letter);
    for (let shift = 4 * (digits - 1); shift >= 0; shift -= 4) {
      const digit = (value >> shift) & 15;
      this.byte(digit < 10 ? 0x30 + digit : 0x57 + digit);
    }
  }

  /** Bytes of a text as they are. */
  copy(text: string, at: number, count: number): void {
    for (let i = at; i < at + count; i++) this.byte(text.charCodeAt(i));
  }

  /** A code point in UTF-8. */
  rune(code: number): void {
    if (code < 0x80) this.byte(code);
    else if (code < 0x800) {
      this.byte(0xc0 | (code >> 6));
      this.byte(0x80 | (code & 63));
    } else {
      if (code < 0x10000) this.byte(0xe0 | (code >> 12));
      else {
        this.byte(0xf0 | (code >> 18));
        this.byte(0x80 | ((code >> 12) & 63));
      }
      this.byte(0x80 | ((code >> 6) & 63));
      this.byte(0x80 | (code & 63));
    }
  }

  /** All that was written. */
  text(): string {
    this.#flush();
    return this.#made;
  }

  #flush(): void {
    this.#made += this.#buffer.toString('latin1', 0, this.#length);
    this.#length = 0;
  }
}
