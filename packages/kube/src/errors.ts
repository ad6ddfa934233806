import type { Catalogue, Entry } from '@signet/errors';
import { catalogue } from '@signet/errors';

interface Refusal {
  readonly verb: string;
  readonly path: string;
  readonly message: string;
}

const refused = (c: Refusal): string => `${c.verb} ${c.path}: ${c.message}`;

const entries = {
  // What the API server answered. The message is the server's own (values of Secrets redacted).
  API_BAD_REQUEST: {
    says: refused,
    why: 'The API server could not understand the request.',
    next: 'compare the kind and version of the object with what the cluster serves: kubectl api-resources',
  },
  API_UNAUTHORIZED: {
    says: refused,
    why: 'The API server does not know who is asking: no credentials, or credentials that are expired or for another cluster.',
    next: 'check with kubectl auth whoami, and log in again',
  },
  API_FORBIDDEN: {
    says: refused,
    why: 'The API server knows who is asking, and its rules do not allow this.',
    next: 'ask for the missing permission; kubectl auth can-i tells which verbs are allowed',
  },
  API_NOT_FOUND: {
    says: refused,
    why: 'The object, its namespace, or the whole kind is not there.',
    next: 'check the name and the namespace; for a custom resource, check that its definition is installed',
  },
  API_CONFLICT: {
    says: refused,
    why: 'The object changed since it was read, so the write was refused: nothing was overwritten.',
    next: 'read the object again and repeat the change',
  },
  API_ALREADY_EXISTS: {
    says: refused,
    why: 'An object of this name exists.',
    next: 'choose another name, or change the object that is there',
  },
  API_GONE: {
    says: refused,
    why: 'The resourceVersion or the continue token is older than what the API server remembers.',
    next: 'list again from the beginning',
  },
  API_INVALID: {
    says: refused,
    why: 'The object breaks a rule of its kind, or an admission webhook refused it.',
    next: 'mend the fields that the message names',
  },
  API_TOO_MANY_REQUESTS: {
    says: refused,
    why: 'The API server is protecting itself; the request was repeated as it asked, and still refused.',
    next: 'try again later, or lower the request rate (qps)',
  },
  API_UNAVAILABLE: {
    says: refused,
    why: 'The API server, or something between it and here, failed or is restarting.',
    next: 'try again; if it stays, look at the API server',
  },
  API_REFUSED: {
    says: refused,
    why: 'The API server answered with an error of no special kind.',
    next: 'read the message; it is the API server speaking',
  },
} as const satisfies Record<string, Entry<never>>;

/** Errors of this package. No message holds a token, a key, a request body, or a value of a Secret. */
export const kubeErrors: Catalogue<typeof entries> = catalogue('SIGNET_KUBE', entries);
