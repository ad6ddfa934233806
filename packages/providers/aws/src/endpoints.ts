type Env = Readonly<Record<string, string | undefined>>;

const variables = {
  SecretsManager: ['AWS_SECRETSMANAGER_ENDPOINT', 'AWS_ENDPOINT_URL_SECRETS_MANAGER'],
  ParameterStore: ['AWS_SSM_ENDPOINT', 'AWS_ENDPOINT_URL_SSM'],
  STS: ['AWS_STS_ENDPOINT', 'AWS_ENDPOINT_URL_STS'],
} as const;

/**
 * The address of a service that the environment gives, if it is not that of the region: by the variable of external-secrets, then by those of
 * AWS's SDKs (reference guide, "Service-specific endpoints").
 */
export function endpointOf(service: keyof typeof variables, env: Env): string | undefined {
  const [own, specific] = variables[service];
  if (env[own]) return env[own];
  if (env['AWS_IGNORE_CONFIGURED_ENDPOINT_URLS']?.toLowerCase() === 'true') return undefined;
  return env[specific] || env['AWS_ENDPOINT_URL'] || undefined;
}
