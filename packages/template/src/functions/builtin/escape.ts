import { isAscii, runeAt } from '../../go/utf8.ts';

const htmlUnsafe = /["'&<>\0]/;

/** Text made safe for HTML: `html`. A NUL byte becomes U+FFFD, here as its three bytes. */
export function escapeHtml(text: string): string {
  if (!htmlUnsafe.test(text)) return text;
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&#34;')
    .replaceAll("'", '&#39;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('\0', '\xef\xbf\xbd');
}

const scriptEscapes: Readonly<Record<string, string>> = {
  '\\': '\\\\',
  "'": "\\'",
  '"': '\\"',
  '<': '\\u003C',
  '>': '\\u003E',
  '&': '\\u0026',
  '=': '\\u003D',
};
const scriptUnsafe = /[\\'"<>&=]|[^ -\xff]/g;
const printable = /^[\p{L}\p{M}\p{N}\p{P}\p{S}]$/u;

function hex(code: number): string {
  return code.toString(16).toUpperCase().padStart(4, '0');
}

/** Text made safe for a JavaScript string: `js`. */
export function escapeScript(text: string): string {
  const safe = text.replace(scriptUnsafe, (char) => scriptEscapes[char] ?? `\\u${hex(char.charCodeAt(0))}`);
  if (isAscii(safe)) return safe;
  let escaped = '';
  for (let at = 0; at < safe.length;) {
    const { code, size } = runeAt(safe, at);
    const visible = code < 128 || printable.test(String.fromCodePoint(code));
    escaped += visible ? safe.slice(at, at + size) : `\\u${hex(code)}`;
    at += size;
  }
  return escaped;
}

/** Text made safe for the query of a URL: `urlquery`. */
export function escapeQuery(text: string): string {
  return text.replace(/[^A-Za-z0-9_.~-]/g, (char) =>
    char === ' ' ? '+' : `%${char.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`,
  );
}
