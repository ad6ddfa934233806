import type { STSClient } from '@aws-sdk/client-sts';
import { providerErrors } from '@signet/provider';
import type { RoleStep } from '../config.ts';
import { Service } from '../service.ts';
import type { ServiceOptions } from '../service.ts';
import { Keys } from './keys.ts';
import type { Login } from './login.ts';

/** The Security Token Service of a store's region. */
export type StsOptions = Omit<ServiceOptions<STSClient>, 'connect' | 'provider' | 'login'>;

/** Every session is called so (external-secrets v2.9); trails and policies know it. */
const sessionName = 'external-secrets-provider-aws';

interface Issued {
  readonly AccessKeyId?: string | undefined;
  readonly SecretAccessKey?: string | undefined;
  readonly SessionToken?: string | undefined;
  readonly Expiration?: Date | undefined;
}

/** Assumes a role with the keys of `login`. */
export function roleAssumer(step: RoleStep, login: Login, options: StsOptions): (signal: AbortSignal) => Promise<Keys> {
  const sts = serviceOf(options, login);
  return async (signal) => {
    const { AssumeRoleCommand } = await import('@aws-sdk/client-sts');
    const tags = Object.entries(step.tags ?? {}).map(([Key, Value]) => ({ Key, Value }));
    const command = new AssumeRoleCommand({
      RoleArn: step.role,
      RoleSessionName: sessionName,
      ...(step.externalId !== undefined && { ExternalId: step.externalId }),
      ...(tags.length > 0 && { Tags: tags }),
      ...(step.transitiveTagKeys && step.transitiveTagKeys.length > 0 && { TransitiveTagKeys: [...step.transitiveTagKeys] }),
    });
    const answer = await sts.call((client, abort) => client.send(command, abort), { call: 'AssumeRole', key: step.role, signal });
    return keysOf(answer.Credentials, 'AssumeRole');
  };
}

/** Exchanges a token of an identity provider, such as a ServiceAccount's, for the keys of a role. */
export function webIdentityAssumer(
  options: StsOptions,
): (
  identity: { readonly role: string; readonly token: string; readonly sessionName?: string | undefined },
  signal: AbortSignal,
) => Promise<Keys> {
  const sts = serviceOf(options, undefined);
  return async (identity, signal) => {
    const { AssumeRoleWithWebIdentityCommand } = await import('@aws-sdk/client-sts');
    const command = new AssumeRoleWithWebIdentityCommand({
      RoleArn: identity.role,
      RoleSessionName: identity.sessionName ?? sessionName,
      WebIdentityToken: identity.token,
    });
    const asked = { call: 'AssumeRoleWithWebIdentity', key: identity.role, signal };
    const answer = await sts.call((client, abort) => client.send(command, abort), asked);
    return keysOf(answer.Credentials, asked.call);
  };
}

function serviceOf(options: StsOptions, login: Login | undefined): Service<STSClient> {
  return new Service<STSClient>({
    ...options,
    provider: 'AWS/STS',
    login,
    connect: async (settings) => new (await import('@aws-sdk/client-sts')).STSClient(settings),
  });
}

function keysOf(issued: Issued | undefined, call: string): Keys {
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, SessionToken: sessionToken, Expiration } = issued ?? {};
  if (!accessKeyId || !secretAccessKey) throw providerErrors.BAD_ANSWER({ because: `${call}: no credentials in it` });
  return new Keys({ accessKeyId, secretAccessKey, sessionToken, expiresAt: Expiration?.getTime() });
}
