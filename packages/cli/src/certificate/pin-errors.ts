import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  NOT_PINNED: {
    says: (c: { source: string; found: string; file: string; pinned: readonly string[] }): string =>
      `the certificate of ${c.source} is not pinned: its fingerprint is ${c.found}, and ${c.file} allows ${listed(c.pinned)}`,
    why: 'What is sealed with a substituted certificate opens for whoever substituted it. A renewed certificate looks the same: controllers make one every 30 days.',
    next: 'with access to the cluster: signet cert pin --update asks it, and pins what it serves; without: --cert with a pinned certificate',
  },
  UNREADABLE: {
    says: (c: { file: string; problem: string }): string => `${c.file} cannot be used: ${c.problem}`,
    why: 'While a file of pins is there, nothing is sealed with a certificate that it does not allow; so it has to be readable.',
    next: 'write pins: a list of fingerprint: SHA256:..., each with context and controller where it shall count only there',
  },
  NONE: {
    says: (): string => 'there is no file of pins here or in a folder above',
    why: 'Pins are kept in .signet-pins.yaml, or in the file that --pins or SIGNET_PINS names.',
    next: 'signet cert pin --add makes one',
  },
  UNAUTHENTICATED: {
    says: (c: { server: string }): string => `the connection to ${c.server} does not prove that it is the cluster`,
    why: 'A certificate is pinned because the cluster served it; without TLS, or with insecure-skip-tls-verify, anybody on the way could have.',
    next: 'use a kubeconfig with certificate-authority-data; or compare the fingerprint with somebody and pass --fingerprint',
  },
  OTHER: {
    says: (c: { source: string; found: string; expected: string; by: string }): string =>
      `${c.source} has the fingerprint ${c.found}, not ${c.expected} as ${c.by}`,
    why: 'Only a certificate that the cluster vouches for, or whose fingerprint a person has compared, is pinned.',
    next: 'find out where the certificate comes from; signet cert pin --add without --cert pins what the cluster serves',
  },
  FINGERPRINT: {
    says: (c: { text: string }): string => `${JSON.stringify(c.text)} is not a fingerprint`,
    why: 'Fingerprints are those of the public key as OpenSSH writes them: SHA256: and 43 letters, digits, + or /.',
    next: 'signet cert show prints the fingerprint of a certificate',
    exit: 2,
  },
  NOT_THERE: {
    says: (c: { fingerprint: string; file: string }): string => `${c.file} has no pin ${c.fingerprint}`,
    why: 'Only what is pinned can be removed.',
    next: 'signet cert pin shows the pins',
  },
};

function listed(pinned: readonly string[]): string {
  if (pinned.length === 0) return 'none for this context and controller';
  const shown = pinned.slice(0, 5).join(', ');
  return pinned.length > 5 ? `${shown} and ${pinned.length - 5} more` : shown;
}

/** Errors of pinned certificates. */
export const pinErrors: Catalogue<typeof entries> = catalogue('SIGNET_PIN', entries);
