import { X509Certificate } from 'node:crypto';
import { providerErrors } from '@signet/provider';
import type { CaSelector, Problem, SecretKeySelector, ServiceAccountSelector, StoreIdentity } from '@signet/provider';
import { z } from 'zod';

/** How the store says who it is; exactly one. */
export type Login =
  | { readonly by: 'cert'; readonly clientCert: SecretKeySelector; readonly clientKey: SecretKeySelector }
  | { readonly by: 'token'; readonly bearerToken: SecretKeySelector }
  | { readonly by: 'serviceAccount'; readonly serviceAccount: ServiceAccountSelector }
  | { readonly by: 'kubeconfig'; readonly authRef: SecretKeySelector };

/** `spec.provider.kubernetes` as it is read. */
export interface KubernetesConfig {
  /** A URL; undefined: the API server of the cluster that the controller runs in. */
  readonly url?: string | undefined;
  /** PEM. */
  readonly caBundle?: string | undefined;
  readonly caProvider?: CaSelector | undefined;
  readonly login: Login;
  /** A ClusterSecretStore that takes its credentials from the namespace of whoever uses it. */
  readonly isReferent: boolean;
  /** Where the Secrets are read. */
  readonly remoteNamespace: string;
}

const text = z.string().min(1);
const keySelector = z.object({ name: text, namespace: text.optional(), key: text.optional() });
const schema = z.object({
  server: z
    .object({
      url: z.string().optional(),
      caBundle: z.string().optional(),
      caProvider: z
        .object({ type: z.enum(['Secret', 'ConfigMap']), name: text, key: z.string().optional(), namespace: text.optional() })
        .optional(),
    })
    .default({}),
  auth: z
    .object({
      cert: z.object({ clientCert: keySelector, clientKey: keySelector }).optional(),
      token: z.object({ bearerToken: keySelector }).optional(),
      serviceAccount: z.object({ name: text, namespace: text.optional(), audiences: z.array(z.string()).optional() }).optional(),
    })
    .optional(),
  authRef: keySelector.optional(),
  remoteNamespace: z.string().optional(),
});
type Written = z.infer<typeof schema>;

/** The result of reading a configuration: its meaning, or everything that is wrong with it. */
export type Reading =
  | { readonly config: KubernetesConfig; readonly problems: readonly [] }
  | { readonly problems: readonly Problem[] };

/** Reads `spec.provider.kubernetes` (external-secrets v2.9). Nulls count as absent. */
export function readConfig(written: unknown, store: StoreIdentity): Reading {
  const parsed = schema.safeParse(withoutNulls(written));
  if (!parsed.success) {
    const problems = parsed.error.issues.map(({ path, message }) => ({ field: ['kubernetes', ...path].join('.'), message }));
    return { problems };
  }
  const problems: Problem[] = [];
  const report = (field: string, message: string): void => void problems.push({ field: `kubernetes.${field}`, message });

  const { server } = parsed.data;
  const url = urlOf(server.url);
  if (url === null) report('server.url', 'is not the address of an API server, such as https://api.example.org:6443');
  const caBundle = server.caBundle ? pemOf(server.caBundle) : undefined;
  if (caBundle === null) report('server.caBundle', 'is not the base64 of a PEM certificate');
  const { caProvider } = server;
  if (caProvider && store.kind === 'ClusterSecretStore' && !caProvider.namespace)
    report('server.caProvider.namespace', 'a ClusterSecretStore has to name it');
  if (caProvider) checkNamespace(caProvider, 'server.caProvider', store, report);

  const login = loginOf(parsed.data, report);
  for (const [field, selector] of selectorsOf(login)) {
    checkNamespace(selector, field, store, report);
    if (login?.by !== 'serviceAccount' && !('key' in selector && selector.key)) report(`${field}.key`, 'has to be given');
  }
  if (!login || problems.length > 0) return { problems };
  const config = {
    url: url ?? undefined,
    caBundle: caBundle ?? undefined,
    caProvider,
    login,
    isReferent: store.kind === 'ClusterSecretStore' && selectorsOf(login).some(([, selector]) => !selector.namespace),
    remoteNamespace: parsed.data.remoteNamespace || 'default',
  };
  return { config, problems: [] };
}

/** {@link readConfig}, for who needs a configuration. @throws INVALID_CONFIG for the first problem */
export function configOf(written: unknown, store: StoreIdentity): KubernetesConfig {
  const reading = readConfig(written, store);
  if ('config' in reading) return reading.config;
  const [first] = reading.problems;
  throw providerErrors.INVALID_CONFIG({ field: `spec.provider.${first?.field}`, because: first?.message ?? 'cannot be read' });
}

function loginOf({ auth, authRef }: Written, report: (field: string, message: string) => void): Login | undefined {
  const ways: Login[] = [
    ...(auth?.cert ? [{ by: 'cert' as const, ...auth.cert }] : []),
    ...(auth?.token ? [{ by: 'token' as const, ...auth.token }] : []),
    ...(auth?.serviceAccount ? [{ by: 'serviceAccount' as const, serviceAccount: auth.serviceAccount }] : []),
  ];
  if (auth && authRef) report('authRef', 'stands beside auth; only one of them may be given');
  else if (auth && ways.length !== 1) report('auth', 'takes exactly one of cert, token and serviceAccount');
  else if (!auth && !authRef) report('auth', 'one of auth and authRef has to be given');
  return authRef ? { by: 'kubeconfig', authRef } : ways[0];
}

function selectorsOf(login: Login | undefined): readonly (readonly [string, SecretKeySelector | ServiceAccountSelector])[] {
  switch (login?.by) {
    case 'cert':
      return [
        ['auth.cert.clientCert', login.clientCert],
        ['auth.cert.clientKey', login.clientKey],
      ];
    case 'token':
      return [['auth.token.bearerToken', login.bearerToken]];
    case 'serviceAccount':
      return [['auth.serviceAccount', login.serviceAccount]];
    case 'kubeconfig':
      return [['authRef', login.authRef]];
    case undefined:
      return [];
  }
}

/** Promise 10: a namespaced store reads credentials in its own namespace only. */
function checkNamespace(
  { namespace }: { readonly namespace?: string | undefined },
  field: string,
  store: StoreIdentity,
  report: (field: string, message: string) => void,
): void {
  if (store.kind === 'SecretStore' && namespace && namespace !== store.namespace)
    report(`${field}.namespace`, 'a SecretStore reads its own namespace only');
}

/** Undefined: the cluster's own. Null: no address. The schema of external-secrets writes the default `kubernetes.default` into stores. */
function urlOf(url: string | undefined): string | undefined | null {
  if (!url || url === 'kubernetes.default') return undefined;
  const full = url.includes('://') ? url : `https://${url}`;
  return /^https?:/i.test(full) && URL.canParse(full) ? full : null;
}

/** PEM of a `caBundle`: base64 of it, once or twice. Null: no certificate. */
function pemOf(bundle: string): string | null {
  const once = Buffer.from(bundle, 'base64').toString('utf8');
  const pem = once.includes('-----BEGIN ') ? once : Buffer.from(once, 'base64').toString('utf8');
  try {
    void new X509Certificate(pem);
    return pem;
  } catch {
    return null;
  }
}

function withoutNulls(written: unknown): unknown {
  const json = JSON.stringify(written, (_key, value: unknown) => (value === null ? undefined : value)) as string | undefined;
  return json === undefined ? undefined : JSON.parse(json);
}
