/** A field of a store that names an object of the cluster. */
export interface Selector {
  /** Below `spec.provider`. */
  readonly field: string;
  /** What it names. */
  readonly kind: 'Secret' | 'ConfigMap' | 'ServiceAccount';
  /** The provider with the selector in its place; what else it needs is there and its own. */
  readonly provider: (selector: object, url: string) => object;
  /** How to reach the provider: some credentials are for TLS alone. Default http. */
  readonly scheme?: 'https';
  /** A login with it would leave this machine, so that only the refusal can be tested. */
  readonly leaves?: true;
}

const own = { name: 'own', key: 'text' };
const vaultServer = (server: string, auth: object, more: object = {}): object => ({
  vault: { server, path: 'secret', version: 'v2', auth, ...more },
});
const vault = (
  field: string,
  kind: Selector['kind'],
  auth: (selector: object) => object,
  more: Partial<Selector> = {},
): Selector => ({
  field: `vault.auth.${field}`,
  kind,
  provider: (selector, url) => vaultServer(url, auth(selector)),
  ...more,
});
const token = { tokenSecretRef: own };

const ofVault: readonly Selector[] = [
  vault('tokenSecretRef', 'Secret', (selector) => ({ tokenSecretRef: selector })),
  vault('appRole.secretRef', 'Secret', (selector) => ({ appRole: { path: 'approle', roleId: 'r', secretRef: selector } })),
  vault('appRole.roleRef', 'Secret', (selector) => ({ appRole: { path: 'approle', roleRef: selector, secretRef: own } })),
  vault('kubernetes.serviceAccountRef', 'ServiceAccount', (selector) => ({
    kubernetes: { mountPath: 'k', role: 'r', serviceAccountRef: selector },
  })),
  vault('kubernetes.secretRef', 'Secret', (selector) => ({ kubernetes: { mountPath: 'k', role: 'r', secretRef: selector } })),
  vault('ldap.secretRef', 'Secret', (selector) => ({ ldap: { path: 'ldap', username: 'u', secretRef: selector } })),
  vault('userPass.secretRef', 'Secret', (selector) => ({ userPass: { path: 'userpass', username: 'u', secretRef: selector } })),
  vault('jwt.secretRef', 'Secret', (selector) => ({ jwt: { path: 'jwt', role: 'r', secretRef: selector } })),
  vault('jwt.kubernetesServiceAccountToken.serviceAccountRef', 'ServiceAccount', (selector) => ({
    jwt: { path: 'jwt', role: 'r', kubernetesServiceAccountToken: { serviceAccountRef: selector } },
  })),
  vault('cert.clientCert', 'Secret', (selector) => ({ cert: { clientCert: selector, secretRef: own } }), { scheme: 'https' }),
  vault('cert.secretRef', 'Secret', (selector) => ({ cert: { clientCert: own, secretRef: selector } }), { scheme: 'https' }),
  ...(['accessKeyIDSecretRef', 'secretAccessKeySecretRef', 'sessionTokenSecretRef'] as const).map((name) =>
    vault(`iam.secretRef.${name}`, 'Secret', (selector) => ({
      iam: { vaultRole: 'r', secretRef: { accessKeyIDSecretRef: own, secretAccessKeySecretRef: own, [name]: selector } },
    })),
  ),
  vault('iam.jwt.serviceAccountRef', 'ServiceAccount', (selector) => ({
    iam: { vaultRole: 'r', jwt: { serviceAccountRef: selector } },
  })),
  vault('gcp.secretRef.secretAccessKeySecretRef', 'Secret', (selector) => ({
    gcp: { role: 'r', secretRef: { secretAccessKeySecretRef: selector } },
  })),
  vault(
    'gcp.workloadIdentity.serviceAccountRef',
    'ServiceAccount',
    (selector) => ({
      gcp: { role: 'r', workloadIdentity: { serviceAccountRef: selector, clusterLocation: 'x', clusterName: 'y' } },
    }),
    { leaves: true },
  ),
  ...(['certSecretRef', 'keySecretRef'] as const).map((name): Selector => ({
    field: `vault.tls.${name}`,
    kind: 'Secret',
    scheme: 'https',
    provider: (selector, url) => vaultServer(url, token, { tls: { certSecretRef: own, keySecretRef: own, [name]: selector } }),
  })),
];

const openBao = (auth: object, server: string): object => ({ openBao: { server, path: 'secret', auth } });
const ofOpenBao: readonly Selector[] = [
  { field: 'openBao.auth.tokenSecretRef', kind: 'Secret', provider: (selector, url) => openBao({ tokenSecretRef: selector }, url) },
  {
    field: 'openBao.auth.appRole.secretRef',
    kind: 'Secret',
    provider: (selector, url) => openBao({ appRole: { path: 'approle', roleId: 'r', secretRef: selector } }, url),
  },
  {
    field: 'openBao.auth.userPass.secretRef',
    kind: 'Secret',
    provider: (selector, url) => openBao({ userPass: { path: 'userpass', username: 'u', secretRef: selector } }, url),
  },
];

const aws = (auth: object): object => ({ aws: { service: 'SecretsManager', region: 'eu-central-1', auth } });
const ofAws: readonly Selector[] = [
  {
    field: 'aws.auth.jwt.serviceAccountRef',
    kind: 'ServiceAccount',
    provider: (selector) => aws({ jwt: { serviceAccountRef: selector } }),
  },
  ...(['accessKeyIDSecretRef', 'secretAccessKeySecretRef', 'sessionTokenSecretRef'] as const).map((name): Selector => ({
    field: `aws.auth.secretRef.${name}`,
    kind: 'Secret',
    provider: (selector) => aws({ secretRef: { accessKeyIDSecretRef: own, secretAccessKeySecretRef: own, [name]: selector } }),
  })),
];

const kubernetes = (url: string, more: object): object => ({
  kubernetes: { server: { url }, remoteNamespace: 'default', ...more },
});
const ofKubernetes: readonly Selector[] = [
  {
    field: 'kubernetes.auth.token.bearerToken',
    kind: 'Secret',
    provider: (selector, url) => kubernetes(url, { auth: { token: { bearerToken: selector } } }),
  },
  ...(['clientCert', 'clientKey'] as const).map((name): Selector => ({
    field: `kubernetes.auth.cert.${name}`,
    kind: 'Secret',
    scheme: 'https',
    provider: (selector, url) => kubernetes(url, { auth: { cert: { clientCert: own, clientKey: own, [name]: selector } } }),
  })),
  {
    field: 'kubernetes.auth.serviceAccount',
    kind: 'ServiceAccount',
    provider: (selector, url) => kubernetes(url, { auth: { serviceAccount: selector } }),
  },
  {
    field: 'kubernetes.authRef',
    kind: 'Secret',
    provider: (selector) => ({ kubernetes: { remoteNamespace: 'default', authRef: selector } }),
  },
];

const webhook: Selector = {
  field: 'webhook.secrets[0].secretRef',
  kind: 'Secret',
  provider: (selector, url) => ({
    webhook: {
      url: `${url}/{{ .remoteRef.key }}`,
      headers: { 'x-key': '{{ .login.text }}' },
      secrets: [{ name: 'login', secretRef: selector }],
    },
  }),
};

const authorities: readonly Selector[] = (['Secret', 'ConfigMap'] as const).flatMap((type): Selector[] => {
  const more = (field: string, provider: (caProvider: object, url: string) => object): Selector => ({
    field: `${field} (${type})`,
    kind: type,
    scheme: 'https',
    provider: (selector, url) => provider({ type, ...selector }, url),
  });
  return [
    more('vault.caProvider', (caProvider, url) => vaultServer(url, token, { caProvider })),
    more('openBao.caProvider', (caProvider, server) => ({ openBao: { server, path: 'secret', auth: token, caProvider } })),
    more('kubernetes.server.caProvider', (caProvider, url) => ({
      kubernetes: { server: { url, caProvider }, remoteNamespace: 'default', auth: { token: { bearerToken: own } } },
    })),
    more('webhook.caProvider', (caProvider, url) => ({ webhook: { url: `${url}/{{ .remoteRef.key }}`, caProvider } })),
  ];
});

/** Every selector of every provider. */
export const selectors: readonly Selector[] = [...ofVault, ...ofOpenBao, ...ofAws, ...ofKubernetes, webhook, ...authorities];
