import path from 'node:path';
import type { Connection } from '../client/index.ts';
import { kubeErrors } from '../errors.ts';
import type { Entry } from './kubeconfig-file.ts';

/** The part of a connection that another program or an identity provider supplies. */
export type ExternalAuth = Required<Pick<Connection, 'headers' | 'identity'>>;

interface Issued {
  readonly headers: Record<string, string>;
  readonly identity: { readonly cert: string; readonly key: string } | undefined;
}

interface Exec {
  readonly apiVersion?: string;
  readonly command?: string;
  readonly args?: readonly string[] | null;
  readonly env?: readonly { readonly name: string; readonly value: string }[] | null;
  readonly provideClusterInfo?: boolean;
}

/** Messages of plugins are for people ("run az login"); whatever could be a token in them is not passed on. */
function withoutTokens(message: string): string {
  const words = message
    .replace(/[A-Za-z0-9_\-+/=.]{32,}/g, '[redacted]')
    .replace(/\s+/g, ' ')
    .trim();
  return words.slice(0, 300) || 'no message';
}

/** What the exec credential protocol (client.authentication.k8s.io) gives the plugin to know, in its environment. */
function execUser(entry: Entry, exec: Exec, cluster: Entry, server: string): object {
  const command = exec.command ?? '';
  const info = {
    apiVersion: exec.apiVersion,
    kind: 'ExecCredential',
    spec: { interactive: false, ...(exec.provideClusterInfo ? { cluster: { ...cluster.fields, server } } : {}) },
  };
  return {
    ...exec,
    // A path is meant from the kubeconfig's folder; a bare name from PATH.
    command: /[/\\]/.test(command) ? path.resolve(path.dirname(entry.file), command) : command,
    args: exec.args ?? [],
    env: [...(exec.env ?? []), { name: 'KUBERNETES_EXEC_INFO', value: JSON.stringify(info) }],
  };
}

/**
 * Exec plugins and OIDC, by way of client-node, which is loaded here, on first use, and nowhere else: it costs a third of a
 * second and 60 MB. Credentials are kept until they expire, or until they are refused.
 *
 * @throws SIGNET_KUBE_AUTH_UNSUPPORTED for an `auth-provider` other than oidc
 */
export function externalAuth(user: Entry, cluster: Entry, server: string): ExternalAuth | undefined {
  const exec = user.fields['exec'] as Exec | null | undefined;
  const provider = user.fields['auth-provider'] as { readonly name?: string; readonly config?: object } | null | undefined;
  if (!exec && !provider) return undefined;
  if (!exec && provider?.name !== 'oidc') {
    throw kubeErrors.AUTH_UNSUPPORTED({ file: user.file, at: `${user.at}.auth-provider`, name: String(provider?.name) });
  }

  const makeConfig = async () => {
    const { KubeConfig } = await import('@kubernetes/client-node');
    const config = new KubeConfig();
    const method = exec
      ? { exec: execUser(user, exec, cluster, server) }
      : { authProvider: { name: 'oidc', config: { ...provider?.config } } };
    // applyToHTTPSOptions also makes an agent for a server, which nobody uses: the transport is ours.
    config.loadFromOptions({
      clusters: [{ name: 'c', server: 'https://unused.invalid', skipTLSVerify: false }],
      users: [{ name: 'u', ...method }],
      contexts: [{ name: 'x', cluster: 'c', user: 'u' }],
      currentContext: 'x',
    });
    return config;
  };
  let config: ReturnType<typeof makeConfig> | undefined;
  let issuing: Promise<Issued> | undefined;

  const issue = async (): Promise<Issued> => {
    const options: { headers: Record<string, string>; cert?: unknown; key?: unknown } = { headers: {} };
    try {
      await (await (config ??= makeConfig())).applyToHTTPSOptions(options);
    } catch (error) {
      config = undefined;
      const problem = withoutTokens(error instanceof Error ? error.message : String(error));
      throw kubeErrors.AUTH_FAILED({ file: user.file, at: user.at, by: exec ? `exec plugin ${exec.command}` : 'oidc', problem });
    }
    const { cert, key } = options;
    const identity = typeof cert === 'string' && typeof key === 'string' ? { cert, key } : undefined;
    return { headers: options.headers, identity };
  };
  // Many requests that start together run one plugin.
  const issued = (): Promise<Issued> => {
    if (issuing) return issuing;
    const own = issue().finally(() => {
      if (issuing === own) issuing = undefined;
    });
    issuing = own;
    return own;
  };
  const forget = (): void => {
    config = undefined;
    issuing = undefined;
  };

  return {
    async headers(o) {
      if (o?.renew) forget();
      return (await issued()).headers;
    },
    identity: async () => (exec ? (await issued()).identity : undefined),
  };
}
