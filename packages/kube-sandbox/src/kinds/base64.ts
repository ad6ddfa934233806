/**
 * Where standard padded base64 (RFC 4648 section 4) breaks, as Go's decoder counts it; undefined for good text. Line breaks are
 * skipped.
 */
export function base64Fault(text: string): number | undefined {
  let digits = 0;
  let start = 0;
  for (let at = 0; at < text.length; at++) {
    const char = text[at] as string;
    if (char === '\n' || char === '\r') continue;
    if (digits === 0) start = at;
    if (char === '=') return paddingFault(text, at, digits, start);
    if (!/[A-Za-z0-9+/]/.test(char)) return at;
    digits = (digits + 1) % 4;
  }
  return digits === 0 ? undefined : start;
}

/** Padding ends the text: one sign after three digits, two after two. */
function paddingFault(text: string, at: number, digits: number, start: number): number | undefined {
  if (digits < 2) return at;
  const tail = text.slice(at).replaceAll(/[\r\n]/g, '');
  const wanted = digits === 2 ? '==' : '=';
  if (tail === wanted) return undefined;
  return tail.length < wanted.length ? start : at + wanted.length;
}
