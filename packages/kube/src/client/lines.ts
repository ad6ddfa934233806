const newline = 0x0a;

/** Thrown by {@link linesOf} when a line outgrows the limit. */
export class LineTooLong extends Error {}

/**
 * Cuts a stream of bytes into lines, without their newline. Chunks are cut anywhere, also inside a multi-byte character,
 * which is why lines are bytes: decode each as a whole. A last line without newline counts.
 *
 * @param maxBytes longest line allowed; memory never holds more than this plus one chunk
 * @throws LineTooLong
 */
export async function* linesOf(chunks: AsyncIterable<Uint8Array>, maxBytes: number): AsyncGenerator<Uint8Array, void, undefined> {
  let parts: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    let start = 0;
    for (let end = chunk.indexOf(newline); end !== -1; end = chunk.indexOf(newline, start)) {
      parts.push(chunk.subarray(start, end));
      size += end - start;
      if (size > maxBytes) throw new LineTooLong();
      const line = parts.length === 1 ? (parts[0] as Uint8Array) : Buffer.concat(parts, size);
      parts = [];
      size = 0;
      start = end + 1;
      yield line;
    }
    if (start < chunk.length) {
      parts.push(chunk.subarray(start));
      size += chunk.length - start;
      if (size > maxBytes) throw new LineTooLong();
    }
  }
  if (size > 0) yield Buffer.concat(parts, size);
}
