import type { SealingCertificate } from '@signet/sealing';
import { X509Certificate } from 'node:crypto';

/** A certificate as programs see it. */
export interface CertificateFacts {
  readonly fingerprint: string;
  readonly bits: number;
  readonly subject: string;
  readonly notBefore: string;
  readonly notAfter: string;
  readonly expired: boolean;
}

/** What a certificate is. Pure. */
export function factsOf(certificate: SealingCertificate, now: Date): CertificateFacts {
  return {
    fingerprint: certificate.fingerprint,
    bits: certificate.modulusBits,
    subject: subjectOf(certificate),
    notBefore: certificate.notBefore.toISOString(),
    notAfter: certificate.notAfter.toISOString(),
    expired: certificate.notAfter.getTime() < now.getTime(),
  };
}

/** One line: `CN=a, O=b`; empty for the certificates that controllers make unless they are told a name. */
function subjectOf({ pem }: SealingCertificate): string {
  // Node gives undefined for a subject without a name, whatever its types say.
  const subject: unknown = new X509Certificate(pem).subject;
  return typeof subject === 'string'
    ? subject
        .trim()
        .split('\n')
        .join(', ')
        .replaceAll(/\p{Cc}/gu, ' ')
    : '';
}

const dayMs = 86_400_000;

/** The facts in lines for people. */
export function factsText(certificate: SealingCertificate, now: Date): string {
  const { subject } = factsOf(certificate, now);
  const left = Math.floor((certificate.notAfter.getTime() - now.getTime()) / dayMs);
  const state = left < 0 ? 'EXPIRED: values sealed with it may not open' : `${left} days left`;
  return [
    `key          RSA ${certificate.modulusBits}`,
    `fingerprint  ${certificate.fingerprint}`,
    `subject      ${subject || '(none)'}`,
    `valid from   ${certificate.notBefore.toISOString()}`,
    `valid until  ${certificate.notAfter.toISOString()} (${state})`,
    '',
  ].join('\n');
}
