import { Buffer } from 'node:buffer';
import { decodePem, encodePem } from '../../der/pem.ts';
import { goError } from '../../go/error.ts';
import { within } from '../crypto/key-reader.ts';
import { parseCertificate } from './certificate.ts';
import type { Certificate } from './certificate.ts';
import { needPem, withoutJunk } from './pem-text.ts';

const idText = (id: Uint8Array | undefined): string => Buffer.from(id ?? []).toString('hex');

/**
 * Certificates from leaf to root, found by their key identifiers alone; a missing identifier equals another missing one. It is an
 * order for people, not a proof of anything.
 *
 * @throws GoError when there is no leaf, or more than one
 */
export function orderChain(certificates: readonly Certificate[]): Certificate[] {
  const bySubject = new Map<string, number[]>();
  certificates.forEach(({ subjectKeyId }, i) => {
    const same = bySubject.get(idText(subjectKeyId));
    if (same) same.push(i);
    else bySubject.set(idText(subjectKeyId), [i]);
  });
  const parents = certificates.map(({ authorityKeyId }, i) => {
    const [first, second] = bySubject.get(idText(authorityKeyId)) ?? [];
    return first === i ? second : first;
  });
  const used = new Set(parents);
  const leaves = certificates.map((_, i) => i).filter((i) => !used.has(i));
  const [leaf] = leaves;
  if (leaves.length > 1) throw goError`found multiple leaf or disjunct certificates`;
  if (leaf === undefined) throw goError`no leaf certificate found`;
  const ordered: Certificate[] = [];
  for (let at = leaf, certificate = certificates[at]; certificate; at = parents[at] ?? -1, certificate = certificates[at]) {
    if (ordered.length === certificates.length) throw goError`constructing chain resulted in cycle`;
    ordered.push(certificate);
  }
  return ordered;
}

/** All certificates of a PEM text; text between blocks is passed over, a block that is no certificate is an error. */
function certificatesOf(text: string): Certificate[] {
  const certificates = [];
  for (let found = decodePem(text); found; found = decodePem(found.rest)) certificates.push(parseCertificate(found.block.bytes));
  return certificates;
}

/** The certificates that stand in a text and nothing else. @throws GoError for anything between them, as the reference engine */
export function onlyCertificates(text: string): Certificate[] {
  const certificates = [];
  for (let rest = text; rest !== '';) {
    const found = needPem(rest);
    ({ rest } = found);
    certificates.push(parseCertificate(found.block.bytes));
  }
  return certificates;
}

/** PEM blocks of certificates. */
export function writeCertificates(certificates: readonly Certificate[]): string {
  return certificates.map(({ raw }) => encodePem('CERTIFICATE', raw)).join('');
}

function isRoot({ authorityKeyId, subjectKeyId }: Certificate): boolean {
  return authorityKeyId === undefined || idText(authorityKeyId) === idText(subjectKeyId);
}

/** The certificates of a chain that have a role in it: `leaf`, `intermediate`, `root`. Nothing found, or another word: the empty text. */
export function filterChain(role: string, text: string): string {
  const ordered = orderChain(certificatesOf(text));
  const roots = ordered.findIndex((each, i) => i > 0 && isRoot(each));
  switch (role) {
    case 'leaf':
      return writeCertificates(ordered.slice(0, 1).filter((each) => !isRoot(each)));
    case 'intermediate':
      return writeCertificates(ordered.slice(1, roots === -1 ? undefined : roots));
    case 'root':
      return writeCertificates(ordered.slice(-1).filter(isRoot));
    default:
      return '';
  }
}

/** The subject alternative names of the first certificate of a text. */
export function certificateSans(text: string): readonly string[] {
  const found = decodePem(withoutJunk(text));
  if (!found) throw goError`failed to decode PEM block`;
  return within('failed to parse certificate', () => parseCertificate(found.block.bytes).alternativeNames);
}
