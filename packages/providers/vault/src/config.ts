import type { CaSelector, Problem, SecretKeySelector, StoreIdentity } from '@signet/provider';
import { providerErrors } from '@signet/provider';
import { z } from 'zod';
import type { Auth } from './auth-config.ts';
import { authShape, chosenAuth, openBaoAuthShape } from './auth-config.ts';
import { caSelector, name, selectorWithDefault, text, withoutNulls } from './selectors.ts';

const server = name.refine((value) => /^https?:$/.test(URL.parse(value)?.protocol ?? ''), {
  error: 'it has to be an address that begins with https:// or http://',
});

/** PEM, or base64 of PEM: a manifest has the second. */
const caBundle = text.transform((given, context) => {
  if (given === undefined) return undefined;
  const pem = given.includes('-----BEGIN') ? given : Buffer.from(given, 'base64').toString('utf8');
  if (pem.includes('-----BEGIN CERTIFICATE-----')) return pem;
  context.addIssue({ code: 'custom', message: 'it is neither PEM nor base64 of PEM' });
  return z.NEVER;
});

const common = {
  server,
  version: z.enum(['v1', 'v2']).default('v2'),
  namespace: text,
  caBundle: caBundle.optional(),
  caProvider: caSelector.optional(),
};

const vaultShape = z.object({
  ...common,
  path: text,
  auth: authShape.optional(),
  tls: z
    .object({
      certSecretRef: selectorWithDefault('tls.crt').optional(),
      keySecretRef: selectorWithDefault('tls.key').optional(),
    })
    .refine(({ certSecretRef, keySecretRef }) => (certSecretRef === undefined) === (keySecretRef === undefined), {
      error: 'certSecretRef and keySecretRef are given together or not at all',
    })
    .optional(),
  readYourWrites: z.boolean().default(false),
  forwardInconsistent: z.boolean().default(false),
  headers: z.record(z.string().regex(/^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/, 'it is no name of a header'), z.string()).default({}),
  checkAndSet: z.object({ required: z.boolean().default(false) }).optional(),
});

const openBaoShape = z
  .object({ ...common, path: text.transform((path) => path ?? 'kv'), auth: openBaoAuthShape })
  .refine(({ caBundle: bundle, caProvider }) => bundle === undefined || caProvider === undefined, {
    path: ['caProvider'],
    error: 'at most one of caBundle and caProvider is given',
  })
  .refine(({ auth }) => [auth.tokenSecretRef, auth.appRole, auth.userPass].filter(Boolean).length === 1, {
    path: ['auth'],
    error: 'exactly one of tokenSecretRef, appRole and userPass has to be given',
  });

/** A store as it was configured, with defaults filled in. */
export interface VaultConfig {
  readonly server: string;
  /** Mount of the key-value engine, without slashes around it. */
  readonly mount: string | undefined;
  readonly version: 'v1' | 'v2';
  /** Namespace of the secrets. */
  readonly namespace: string | undefined;
  /** Namespace of the login. */
  readonly loginNamespace: string | undefined;
  /** PEM. */
  readonly caBundle: string | undefined;
  readonly caProvider: CaSelector | undefined;
  readonly tls: { readonly cert: SecretKeySelector; readonly key: SecretKeySelector } | undefined;
  readonly consistency: 'none' | 'read-your-writes' | 'forward';
  readonly headers: Readonly<Record<string, string>>;
  readonly auth: Auth;
}

/** What a configuration is, or what is wrong with it. */
export type Reading = { readonly config: VaultConfig } | { readonly problems: readonly Problem[] };

/** Reads `spec.provider.vault`. Pure. */
export function readVault(given: unknown, store: StoreIdentity): Reading {
  const { data, error } = vaultShape.safeParse(withoutNulls(given));
  if (!data) return { problems: problemsOf('vault', error) };
  const { certSecretRef, keySecretRef } = data.tls ?? {};
  const config: VaultConfig = {
    ...placeOf(data),
    tls: certSecretRef && keySecretRef && { cert: certSecretRef, key: keySecretRef },
    consistency: data.forwardInconsistent ? 'forward' : data.readYourWrites ? 'read-your-writes' : 'none',
    headers: Object.fromEntries(Object.entries(data.headers).map(([header, value]) => [header.toLowerCase(), value])),
    auth: chosenAuth(data.auth),
  };
  const problems = [...foreign('vault', given, store), ...caProblems('vault', config, store)];
  if (data.version === 'v1' && data.checkAndSet?.required) {
    problems.push({ field: 'vault.checkAndSet', message: 'key-value version v1 has no check-and-set' });
  }
  return problems.length > 0 ? { problems } : { config };
}

/** Reads `spec.provider.openBao`. Pure. */
export function readOpenBao(given: unknown, store: StoreIdentity): Reading {
  const { data, error } = openBaoShape.safeParse(withoutNulls(given));
  if (!data) return { problems: problemsOf('openBao', error) };
  const config: VaultConfig = {
    ...placeOf(data),
    tls: undefined,
    consistency: 'none',
    headers: {},
    auth: chosenAuth(data.auth),
  };
  const problems = [...foreign('openBao', given, store), ...caProblems('openBao', config, store)];
  return problems.length > 0 ? { problems } : { config };
}

/** @throws INVALID_CONFIG for the first problem */
export function configOf(reading: Reading): VaultConfig {
  if ('config' in reading) return reading.config;
  const [first] = reading.problems;
  throw providerErrors.INVALID_CONFIG({ field: `spec.provider.${first?.field}`, because: first?.message ?? '' });
}

/**
 * Whether the store takes credentials from the namespace of whoever uses it: a cluster store with a selector that names no namespace, in the
 * method that counts or in the client certificate.
 */
export function isReferent({ auth, tls }: VaultConfig, store: StoreIdentity): boolean {
  if (store.kind !== 'ClusterSecretStore') return false;
  const all = [...selectorsIn('with' in auth ? auth.with : undefined, ''), ...selectorsIn(tls, '')];
  return all.some(({ namespace }) => namespace === undefined);
}

function placeOf(
  data: Pick<z.output<typeof vaultShape>, 'server' | 'path' | 'version' | 'namespace' | 'caBundle' | 'caProvider' | 'auth'>,
): Omit<VaultConfig, 'tls' | 'consistency' | 'headers' | 'auth'> {
  return {
    server: data.server,
    mount: data.path?.split('/').filter(Boolean).join('/') || undefined,
    version: data.version,
    namespace: data.namespace,
    loginNamespace: data.auth?.namespace ?? data.namespace,
    caBundle: data.caBundle,
    caProvider: data.caProvider,
  };
}

function problemsOf(provider: string, error: z.ZodError): Problem[] {
  return error.issues.map(({ path, message }) => ({ field: [provider, ...path.map(String)].join('.'), message }));
}

function caProblems(provider: string, { caProvider }: VaultConfig, store: StoreIdentity): Problem[] {
  if (store.kind !== 'ClusterSecretStore' || !caProvider || caProvider.namespace !== undefined) return [];
  return [{ field: `${provider}.caProvider.namespace`, message: 'a ClusterSecretStore has to name the namespace' }];
}

/** Promise 10, tenants stay apart: a namespaced store names no other namespace. */
function foreign(provider: string, given: unknown, store: StoreIdentity): Problem[] {
  if (store.kind !== 'SecretStore' || store.namespace === undefined) return [];
  return [...selectorsIn(given, provider)]
    .filter(({ namespace }) => namespace !== undefined && namespace !== store.namespace)
    .map(({ field }) => ({
      field: `${field}.namespace`,
      message: 'a SecretStore takes credentials of its own namespace only; leave it out',
    }));
}

/** Everything below that names an object of the cluster: it has a `name`. */
function* selectorsIn(value: unknown, field: string): Iterable<{ readonly field: string; readonly namespace: string | undefined }> {
  if (typeof value !== 'object' || value === null) return;
  if ('name' in value && typeof value.name === 'string') {
    const namespace = 'namespace' in value && typeof value.namespace === 'string' ? value.namespace : '';
    yield { field, namespace: namespace || undefined };
  }
  for (const [key, inner] of Object.entries(value)) {
    if (key !== 'headers') yield* selectorsIn(inner, field === '' ? key : `${field}.${key}`);
  }
}
