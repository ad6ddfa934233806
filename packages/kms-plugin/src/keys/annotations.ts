import type { Annotations } from '../protocol/messages.ts';

/**
 * The only annotation: the version that encrypted, in the backend's own words. With it a key id can be recomputed, also that of a version which
 * only another node has seen so far. A lower-case RFC 1123 subdomain, as the API server asks for.
 */
export const versionAnnotation = 'version.kms.signet.dev';

const maxVersionBytes = 128;

/** The annotations of what this version has encrypted. */
export function annotationsOf(version: string): Annotations {
  return new Map([[versionAnnotation, Buffer.from(version, 'ascii')]]);
}

/** The version that annotations tell, or nothing: there is another annotation, none, or it is not printable ASCII. */
export function versionIn(annotations: Annotations): string | undefined {
  const value = annotations.get(versionAnnotation);
  if (!value || annotations.size !== 1 || value.length === 0 || value.length > maxVersionBytes) return undefined;
  const isPrintable = value.every((byte) => byte > 0x20 && byte < 0x7f);
  return isPrintable ? Buffer.from(value).toString('ascii') : undefined;
}
