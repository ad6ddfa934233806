/**
 * The JSON text that Go's encoder writes with SetEscapeHTML(false): keys sorted by their bytes, U+2028 and U+2029 escaped. Bytes are taken for
 * UTF-8; each that is not becomes `\ufffd`.
 */
export function goJson(value: unknown): string {
  if (value instanceof Uint8Array) return goBytes(value);
  if (Array.isArray(value)) return `[${value.map(goJson).join(',')}]`;
  if (value !== null && typeof value === 'object') {
    const fields = Object.entries(value).toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
    return `{${fields.map(([key, field]) => `${goString(key)}:${goJson(field)}`).join(',')}}`;
  }
  if (Object.is(value, -0)) return '-0';
  return typeof value === 'string' ? goString(value) : JSON.stringify(value);
}

function goString(text: string): string {
  return JSON.stringify(text.toWellFormed())
    .replaceAll('\u2028', String.raw`\u2028`)
    .replaceAll('\u2029', String.raw`\u2029`);
}

const strict = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

function goBytes(bytes: Uint8Array): string {
  try {
    return goString(strict.decode(bytes));
  } catch {
    let text = '';
    for (let at = 0; at < bytes.length;) {
      const end = validEnd(bytes, at);
      text += end > at ? goString(strict.decode(bytes.subarray(at, end))).slice(1, -1) : String.raw`\ufffd`;
      at = Math.max(end, at + 1);
    }
    return `"${text}"`;
  }
}

/** Where the valid UTF-8 that begins at an offset ends (Unicode, table 3-7: well-formed byte sequences). */
function validEnd(bytes: Uint8Array, from: number): number {
  let at = from;
  for (;;) {
    const lead = bytes[at] ?? 0xff;
    const length = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
    if (length === 0 || at + length > bytes.length) return at;
    const least = lead === 0xe0 ? 0xa0 : lead === 0xf0 ? 0x90 : 0x80;
    const most = lead === 0xed ? 0x9f : lead === 0xf4 ? 0x8f : 0xbf;
    for (let next = 1; next < length; next += 1) {
      const byte = bytes[at + next] ?? 0;
      if (byte < (next === 1 ? least : 0x80) || byte > (next === 1 ? most : 0xbf)) return at;
    }
    at += length;
  }
}
