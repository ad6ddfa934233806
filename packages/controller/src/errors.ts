import type { Catalogue } from '@signet/errors';
import { catalogue } from '@signet/errors';

const entries = {
  FLAG_INVALID: {
    says: (c: { flag: string; because: string }): string => `invalid value for ${c.flag}: ${c.because}`,
    why: 'The value of a flag, or of its environment variable SEALED_SECRETS_<FLAG>, cannot be read as what the flag means.',
    next: 'Correct the argument or the environment variable; signet-controller --help lists every flag with its default.',
    exit: 2,
  },
  FLAG_UNKNOWN: {
    says: (c: { message: string }): string => c.message,
    why: 'The command line has a flag or a word that this program does not know.',
    next: 'signet-controller --help lists every flag.',
    exit: 2,
  },
  KEY_SECRET_INCOMPLETE: {
    says: (c: { secret: string; field: string }): string => `Secret ${c.secret} has no ${c.field}`,
    why: 'A sealing key is a Secret of type kubernetes.io/tls with tls.key and tls.crt. One that lacks either is skipped; the other keys go on working.',
    next: 'Restore the Secret from a backup, or take the label sealedsecrets.bitnami.com/sealed-secrets-key off it.',
  },
  NO_KEY: {
    says: (): string => 'cannot get certificate',
    why: 'No sealing key is loaded yet, so there is no certificate to seal with.',
    next: 'Wait for the first key to be generated; if it does not come, look at the log of the leading replica.',
  },
  BODY: {
    says: (c: { because: string }): string => `cannot use the body of the request: ${c.because}`,
    why: '/v1/verify and /v1/rotate take one SealedSecret of bitnami.com/v1alpha1, as JSON or YAML.',
    next: 'Send one SealedSecret with its apiVersion and kind.',
  },
  CANNOT_RESEAL: {
    says: (c: { problem: string }): string => c.problem,
    why: 'An item can be sealed anew only after it was opened with the name, namespace and scope that the object itself has.',
    next: 'Check metadata.name, metadata.namespace and the scope annotations; seal the named items again if they belong to another cluster.',
  },
  REFUSED: {
    says: (c: { object: string; message: string }): string => `${c.object}: ${c.message}`,
    why: 'The SealedSecret was not turned into a Secret for the reason in the message, which is also in its status. The last good Secret stays as it is.',
    next: 'Do what the message asks; the change is noticed at once.',
  },
  LISTEN: {
    says: (c: { address: string; because: string }): string => `cannot listen on ${c.address}: ${c.because}`,
    why: 'The address of a server is taken, or not one of this machine.',
    next: 'Choose another address with --listen-addr or --listen-metrics-addr.',
  },
} as const;

/** Errors of the controller. None carries a secret's value. */
export const controllerErrors: Catalogue<typeof entries> = catalogue('SIGNET_CONTROLLER', entries);
