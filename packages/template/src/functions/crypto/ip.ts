const dotted = /^(?:(?:0|[1-9]\d?|1\d\d|2[0-4]\d|25[0-5])(?:\.(?!$)|$)){4}$/;
const groups = /^(?:[\da-fA-F]{1,4}(?::[\da-fA-F]{1,4})*)?$/;

/**
 * The bytes of an IP address in a certificate: 4, or 16 of one that is not IPv4 in IPv6. Texts are those that Go's net.ParseIP
 * takes: no leading zeros, no zone.
 *
 * @returns undefined for a text that is no address
 */
export function ipBytes(text: string): Uint8Array | undefined {
  if (dotted.test(text)) return Uint8Array.from(text.split('.').map(Number));
  const bytes = longBytes(withoutDots(text));
  const isShort = bytes?.slice(0, 12).every((byte, i) => byte === (i < 10 ? 0 : 0xff));
  return isShort ? bytes?.slice(12) : bytes;
}

/** An IPv6 address whose last four bytes are dotted, in hex throughout. */
function withoutDots(text: string): string {
  const last = text.slice(text.lastIndexOf(':') + 1);
  if (!text.includes(':') || !dotted.test(last)) return text;
  const [a = 0, b = 0, c = 0, d = 0] = last.split('.').map(Number);
  return `${text.slice(0, -last.length)}${(a * 256 + b).toString(16)}:${(c * 256 + d).toString(16)}`;
}

function longBytes(text: string): Uint8Array | undefined {
  const [before = '', after, more] = text.split('::');
  if (more !== undefined || !groups.test(before) || !groups.test(after ?? '')) return undefined;
  const head = before === '' ? [] : before.split(':');
  const tail = after === undefined || after === '' ? [] : after.split(':');
  const missing = 8 - head.length - tail.length;
  if (after === undefined ? missing !== 0 : missing < 1) return undefined;
  const all = [...head, ...Array.from({ length: missing }, () => '0'), ...tail].map((group) => Number.parseInt(group, 16));
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 0xff]));
}
