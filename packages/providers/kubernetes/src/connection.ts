import { isSignetError } from '@signet/errors';
import type { Connection } from '@signet/kube/client';
import { embeddedConnection, proxyFromEnvironment } from '@signet/kube/kubeconfig';
import { providerErrors } from '@signet/provider';
import type { SecretKeySelector, StoreRoom } from '@signet/provider';
import { isIPv6 } from 'node:net';
import type { KubernetesConfig, Login } from './config.ts';
import { renewingToken } from './service-account-token.ts';

/** Life of the tokens that are asked for (external-secrets v2.9). */
const tokenSeconds = 3600;
/** Where kubelet puts the authority of the cluster that the controller runs in. */
const podAuthority = '/var/run/secrets/kubernetes.io/serviceaccount/ca.crt';

/**
 * Where the API server is and who asks. Reads certificates and kubeconfigs; tokens are read when the first request goes out.
 *
 * @param signal ends what is read now, and later for tokens: the store's own life
 * @throws CREDENTIALS_MISSING, INVALID_CONFIG
 */
export async function connectionOf(config: KubernetesConfig, room: StoreRoom, signal: AbortSignal): Promise<Connection> {
  const { limits, env } = room;
  const base = await reached(config, room, signal);
  const proxyUrl = base.proxyUrl ?? proxyFromEnvironment(base.server, env);
  return {
    ...base,
    ...(proxyUrl ? { proxyUrl } : {}),
    requestTimeoutMs: limits.callTimeoutMs,
    sockets: limits.sockets,
    maxAnswerBytes: limits.maxAnswerBytes,
  };
}

async function reached(config: KubernetesConfig, room: StoreRoom, signal: AbortSignal): Promise<Connection> {
  const { login } = config;
  if (login.by === 'kubeconfig') return fromKubeconfig(login.authRef, room, signal);
  const [server, identity] = await Promise.all([serverOf(config, room, signal), identityOf(login, room, signal)]);
  return { ...server, ...identity };
}

async function serverOf(config: KubernetesConfig, { env, credentials }: StoreRoom, signal: AbortSignal): Promise<Connection> {
  const { url, caBundle, caProvider } = config;
  const given = caBundle ?? (caProvider ? await credentials.certificateAuthority(caProvider, signal) : undefined);
  const ca = given === undefined ? {} : { ca: given };
  if (url !== undefined) return { server: url, ...ca };
  const [host, port] = [env['KUBERNETES_SERVICE_HOST'], env['KUBERNETES_SERVICE_PORT'] ?? '443'];
  const own = given === undefined ? { caFile: podAuthority } : ca;
  if (!host) return { server: 'https://kubernetes.default', ...own };
  return { server: `https://${isIPv6(host) ? `[${host}]` : host}:${port}`, ...own };
}

async function identityOf(
  login: Exclude<Login, { readonly by: 'kubeconfig' }>,
  { credentials, clock }: StoreRoom,
  signal: AbortSignal,
): Promise<Partial<Connection>> {
  if (login.by === 'cert') {
    const [clientCert, clientKey] = await Promise.all([
      credentials.secretKey(login.clientCert, signal),
      credentials.secretKey(login.clientKey, signal),
    ]);
    return { clientCert: textOf(clientCert), clientKey: textOf(clientKey) };
  }
  const token =
    login.by === 'serviceAccount'
      ? renewingToken(
          () => credentials.serviceAccountToken({ ...login.serviceAccount, expirationSeconds: tokenSeconds }, signal),
          clock,
        )
      : // No end is known: it is read again when it was refused, or with a store that was opened again.
        renewingToken(
          async () => ({ token: textOf(await credentials.secretKey(login.bearerToken, signal)), expiresAt: Infinity }),
          clock,
        );
  return { headers: async (options) => ({ authorization: `Bearer ${await token.current(options)}` }) };
}

async function fromKubeconfig(authRef: SecretKeySelector, { credentials }: StoreRoom, signal: AbortSignal): Promise<Connection> {
  const text = textOf(await credentials.secretKey(authRef, signal));
  try {
    return embeddedConnection(text, `the kubeconfig in Secret ${authRef.name}`);
  } catch (error) {
    if (!isSignetError(error)) throw error;
    // An address may have a password in it.
    const because = error.code === 'SIGNET_KUBE_BAD_SERVER' ? 'its cluster names no address of an API server' : error.message;
    throw providerErrors.INVALID_CONFIG({ field: 'spec.provider.kubernetes.authRef', because });
  }
}

function textOf(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('utf8').trim();
}
