import { catalogue } from '@signet/errors';
import type { Catalogue, SignetError } from '@signet/errors';

/** What every error of a store names: what was asked for, as the user wrote it (`db/password`), never a value. */
export interface Asked {
  /** The remote key, path or name. */
  readonly key: string;
  /** A short cause without values: an HTTP status, the word of an API error. */
  readonly because?: string;
}

interface Fault {
  /** A short cause without values. */
  readonly because: string;
}

const cause = (because: string | undefined): string => (because === undefined ? '' : `: ${because}`);

const entries = {
  NOT_FOUND: {
    says: ({ key, because }: Asked): string => `${key} does not exist${cause(because)}`,
    why: 'The backend answered that it has no such secret, or that this version of it was deleted.',
    next: 'Create the secret, mend its name in the ExternalSecret, or choose a deletionPolicy other than Retain.',
  },
  PROPERTY_MISSING: {
    says: ({ key, property }: { key: string; property: string }): string => `${key} has no property ${property}`,
    why: 'The secret was read, but the property that is asked for is not in it.',
    next: 'Compare the name of the property with the keys of the secret; `a.b.0` goes into nested values.',
  },
  NOT_AN_OBJECT: {
    says: ({ key }: Asked): string => `the value of ${key} is not a JSON object`,
    why: 'To take all keys of a secret, or one property of it, its value has to be a JSON object.',
    next: 'Store a JSON object, or read the whole value with data[].remoteRef without property.',
  },
  ACCESS_DENIED: {
    says: ({ because }: Fault): string => `access denied${cause(because)}`,
    why: 'The backend knows who asks and refuses, or does not accept the credentials.',
    next: 'Grant the identity of the store read access to this secret, or renew its credentials.',
  },
  THROTTLED: {
    says: ({ because }: Fault): string => `the backend asks to slow down${cause(because)}`,
    why: 'Too many calls reached the backend: a quota or a rate limit.',
    next: 'Nothing: it is tried again when the backend allows it. Lengthen refreshInterval if it happens often.',
  },
  UNAVAILABLE: {
    says: ({ because }: Fault): string => `the backend is not available${cause(because)}`,
    why: 'The backend could not be reached, answered too late, broke off, or reported a fault of its own.',
    next: 'Nothing: it is tried again. Look at the backend and at the network between.',
  },
  BAD_ANSWER: {
    says: ({ because }: Fault): string => `the backend gave an answer that makes no sense${cause(because)}`,
    why: 'What came back is not what the API of this backend promises: another service, a proxy, or a cut answer.',
    next: 'Check the address of the store and what stands between; the answer itself is not shown, as it may hold a secret.',
  },
  INVALID_CONFIG: {
    says: ({ field, because }: { field: string; because: string }): string => `${field}: ${because}`,
    why: 'The store or the reference says something that this backend cannot do.',
    next: 'Mend the named field.',
  },
  CREDENTIALS_MISSING: {
    says: ({ what, because }: { what: string; because: string }): string => `${what}: ${because}`,
    why: 'A Secret, ConfigMap or ServiceAccount that the store takes its credentials from is not there, lacks the key, or may not be used.',
    next: 'Create it, or mend the selector. It is read again as soon as it changes.',
  },
  KEY_DISABLED: {
    says: ({ key, because }: Asked): string => `the key ${key} may not be used${cause(because)}`,
    why: 'The key was disabled, scheduled for deletion, or revoked at the backend.',
    next: 'Enable it again, or move to another key.',
  },
  BAD_CIPHERTEXT: {
    says: ({ key, because }: Asked): string => `the ciphertext does not open with the key ${key}${cause(because)}`,
    why: 'The ciphertext was changed, or it was made by another key, for another cluster, or under another name of the provider.',
    next: 'Compare provider, cluster and key with those it was encrypted under. Changed bytes cannot be mended: restore them from a backup.',
  },
  UNSUPPORTED: {
    says: ({ what, store }: { what: string; store: string }): string => `${store} cannot ${what}`,
    why: 'This kind of store has no such operation.',
    next: 'Use another kind of store, or another way to name the secret.',
  },
};

/** Errors of stores and keys. What to do about one is told by {@link troubleOf}. */
export const providerErrors: Catalogue<typeof entries> = catalogue('SIGNET_PROVIDER', entries);

const waits = new WeakMap<SignetError, number>();

/** A {@link providerErrors.THROTTLED} or UNAVAILABLE that knows when to come back. @param afterMs from now, milliseconds */
export function comeBack<E extends SignetError>(error: E, afterMs: number): E {
  waits.set(error, afterMs);
  return error;
}

/** After how many milliseconds the backend wants to be asked again, if it said so. */
export function retryAfterOf(error: unknown): number | undefined {
  return typeof error === 'object' && error !== null ? waits.get(error as SignetError) : undefined;
}

/**
 * - `missing`: the secret is not there. The deletion policy decides.
 * - `denied`, `invalid`: only a change can mend it; the store itself works.
 * - `throttled`, `unavailable`: the store as a whole is in trouble; everybody waits.
 */
export type Trouble = 'missing' | 'denied' | 'invalid' | 'throttled' | 'unavailable';

const troubles: Readonly<Record<string, Trouble>> = {
  SIGNET_PROVIDER_NOT_FOUND: 'missing',
  SIGNET_PROVIDER_PROPERTY_MISSING: 'invalid',
  SIGNET_PROVIDER_NOT_AN_OBJECT: 'invalid',
  SIGNET_PROVIDER_ACCESS_DENIED: 'denied',
  SIGNET_PROVIDER_THROTTLED: 'throttled',
  SIGNET_PROVIDER_UNAVAILABLE: 'unavailable',
  SIGNET_PROVIDER_BAD_ANSWER: 'unavailable',
  SIGNET_PROVIDER_INVALID_CONFIG: 'invalid',
  SIGNET_PROVIDER_CREDENTIALS_MISSING: 'invalid',
  SIGNET_PROVIDER_KEY_DISABLED: 'denied',
  SIGNET_PROVIDER_BAD_CIPHERTEXT: 'invalid',
  SIGNET_PROVIDER_UNSUPPORTED: 'invalid',
};

/** What kind of trouble an error of a provider is; anything that no provider made counts as `unavailable`. */
export function troubleOf(error: unknown): Trouble {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return troubles[code] ?? 'unavailable';
}
