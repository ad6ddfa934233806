import { readDer } from '../../der/reader.ts';
import { primitive } from '../../der/tag.ts';
import { goError, shown } from '../../go/error.ts';
import { fromBytes, isAscii } from '../../go/utf8.ts';

/**
 * The subject alternative names (RFC 5280 section 4.2.1.6) as text: DNS names, then addresses, e-mail addresses, URIs; other kinds
 * are passed over. Nothing for a certificate without them.
 *
 * @throws DerError for other bytes, GoError for what Go refuses
 */
export function readSans(extension: Uint8Array | undefined): string[] {
  if (!extension) return [];
  const names = readDer(extension).enter();
  const dns: string[] = [];
  const addresses: string[] = [];
  const mails: string[] = [];
  const uris: string[] = [];
  while (!names.done) {
    const { tag, value } = names.next();
    const text = fromBytes(value);
    if (tag === primitive(1)) mails.push(ascii(text, 'rfc822Name'));
    else if (tag === primitive(2)) dns.push(ascii(text, 'dNSName'));
    else if (tag === primitive(6)) uris.push(ascii(text, 'uniformResourceIdentifier'));
    else if (tag === primitive(7)) addresses.push(addressText(value));
  }
  return [...dns, ...addresses, ...mails, ...uris];
}

function ascii(text: string, kind: string): string {
  if (!isAscii(text)) throw goError`x509: SAN ${shown(kind)} is malformed`;
  return text;
}

/** An address as Go's net.IP prints it: RFC 5952, and an IPv4 address inside IPv6 as IPv4. */
function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return bytes.join('.');
  if (bytes.length !== 16) throw goError`x509: cannot parse IP address of length ${shown(bytes.length)}`;
  if (bytes.subarray(0, 10).every((byte) => byte === 0) && bytes[10] === 0xff && bytes[11] === 0xff)
    return bytes.subarray(12).join('.');
  const groups = Array.from({ length: 8 }, (_, i) => ((bytes[2 * i] ?? 0) * 256 + (bytes[2 * i + 1] ?? 0)).toString(16));
  let [start, length] = [-1, 1];
  for (let from = 0; from < 8; from++) {
    let to = from;
    while (groups[to] === '0') to++;
    if (to - from > length) [start, length] = [from, to - from];
  }
  if (start === -1) return groups.join(':');
  return `${groups.slice(0, start).join(':')}::${groups.slice(start + length).join(':')}`;
}
