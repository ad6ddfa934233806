import { fromBase64, toBase64 } from './base64.ts';

/** One PEM block (RFC 7468, with the headers of RFC 1421 that old keys have). */
export interface PemBlock {
  /** The text after BEGIN: `CERTIFICATE`, `RSA PRIVATE KEY`. */
  readonly label: string;
  /** True when headers precede the content, which is how old tools mark an encrypted key. */
  readonly hasHeaders: boolean;
  /** @throws SIGNET_SEAL_BASE64 */
  decode(): Uint8Array;
}

/** All PEM blocks of a text in their order. Text around and between blocks is ignored, as is a block without its end. */
export function* pemBlocks(text: string): Generator<PemBlock> {
  const begin = '-----BEGIN ';
  let end = -1;
  for (let at = text.indexOf(begin); at >= 0; at = text.indexOf(begin, at + 1)) {
    const labelEnd = text.indexOf('-----', at + begin.length);
    if (labelEnd < 0) return;
    const label = text.slice(at + begin.length, labelEnd);
    if (label.length > 64 || label.includes('\n')) continue;
    // Searched anew only when passed, so that many beginnings with one far end stay linear.
    if (end < labelEnd) end = text.indexOf('-----END ', labelEnd);
    if (end < 0) return;
    if (!text.startsWith(`${label}-----`, end + '-----END '.length)) continue;
    const body = text.slice(labelEnd + 5, end);
    const content = body.replaceAll(/[ \t\r\n]+/g, '');
    yield { label, hasHeaders: body.includes(':'), decode: () => fromBase64(content) };
    at = end;
  }
}

/** Bytes as PEM with lines of 64 characters and a final newline. */
export function toPem(label: string, bytes: Uint8Array): string {
  const lines = toBase64(bytes).replaceAll(/.{64}(?=.)/g, '$&\n');
  return `-----BEGIN ${label}-----\n${lines}\n-----END ${label}-----\n`;
}

/** True when bytes start like a DER structure and not like a PEM text. */
export function looksLikeDer(bytes: Uint8Array): boolean {
  return bytes[0] === 0x30;
}
