import type { SealingCertificate } from '@signet/sealing';
import { checkErrors } from './errors.ts';
import { finding } from './finding.ts';
import type { Finding } from './finding.ts';

const dayMs = 86_400_000;
const soonDays = 30;

/** What the dates of a certificate say. */
export function checkCertificate({ notBefore, notAfter }: SealingCertificate, file: string, now: Date): Finding[] {
  const at = { file };
  const leftMs = notAfter.getTime() - now.getTime();
  const day = (date: Date): string => date.toISOString().slice(0, 10);
  if (leftMs < 0) return [finding('error', checkErrors.CERT_EXPIRED({ notAfter: day(notAfter) }), at)];
  if (notBefore.getTime() > now.getTime())
    return [finding('warning', checkErrors.CERT_EARLY({ notBefore: notBefore.toISOString() }), at)];
  const days = Math.floor(leftMs / dayMs);
  return days >= soonDays ? [] : [finding('warning', checkErrors.CERT_EXPIRES({ notAfter: day(notAfter), days }), at)];
}
