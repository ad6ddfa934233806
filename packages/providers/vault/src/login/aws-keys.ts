import { readFile } from 'node:fs/promises';
import type { StoreRoom } from '@signet/provider';
import { providerErrors } from '@signet/provider';
import { jsonOf } from '@signet/provider/http';
import { z } from 'zod';
import type { IamAuth } from '../auth-config.ts';
import { credentialText } from '../credential.ts';
import type { AwsKeys } from './aws-signature.ts';
import { signed } from './aws-signature.ts';
import type { LoginTools } from './request.ts';

const sessionName = 'external-secrets-provider-vault';
const stsVersion = '2011-06-15';

/** The address of AWS STS for a region: the global one serves us-east-1. */
export function stsUrl(region: string): string {
  if (region === 'us-east-1') return 'https://sts.amazonaws.com/';
  return `https://sts.${region}.amazonaws.com${region.startsWith('cn-') ? '.cn' : ''}/`;
}

/**
 * Keys to sign the login with, in the order of external-secrets v2.9: a ServiceAccount's role (IRSA), keys from a Secret, the controller's
 * own identity (web identity, pod identity, or keys in its environment). Then the role that the store names is assumed.
 */
export async function awsKeys(auth: IamAuth, tools: LoginTools): Promise<AwsKeys> {
  const keys = auth.jwt
    ? await ofServiceAccount(auth, auth.jwt.serviceAccountRef, tools)
    : auth.secretRef
      ? await ofSecret(auth.secretRef, tools)
      : await ofController(auth, tools);
  if (auth.role === undefined) return keys;
  const wish = { Action: 'AssumeRole', RoleArn: auth.role, RoleSessionName: sessionName, ExternalId: auth.externalID };
  return askSts(auth.region, wish, keys, tools);
}

async function ofServiceAccount(
  auth: IamAuth,
  account: NonNullable<IamAuth['jwt']>['serviceAccountRef'],
  tools: LoginTools,
): Promise<AwsKeys> {
  const { credentials } = tools.room;
  const { annotations } = await credentials.serviceAccount(account, tools.signal);
  const role = annotations['eks.amazonaws.com/role-arn'];
  if (!role) {
    const because = 'it has no annotation eks.amazonaws.com/role-arn';
    throw providerErrors.CREDENTIALS_MISSING({ what: `ServiceAccount ${account.name}`, because });
  }
  const audiences = [annotations['eks.amazonaws.com/audience'] || 'sts.amazonaws.com', ...account.audiences];
  const { token } = await credentials.serviceAccountToken({ ...account, audiences }, tools.signal);
  return webIdentity(auth.region, role, token, tools);
}

async function ofSecret(secretRef: NonNullable<IamAuth['secretRef']>, { room, signal }: LoginTools): Promise<AwsKeys> {
  const { accessKeyIDSecretRef, secretAccessKeySecretRef, sessionTokenSecretRef } = secretRef;
  const [accessKeyId, secretAccessKey, sessionToken] = await Promise.all([
    credentialText(room.credentials, accessKeyIDSecretRef, signal),
    credentialText(room.credentials, secretAccessKeySecretRef, signal),
    sessionTokenSecretRef && credentialText(room.credentials, sessionTokenSecretRef, signal),
  ]);
  return { accessKeyId, secretAccessKey, sessionToken };
}

async function ofController(auth: IamAuth, tools: LoginTools): Promise<AwsKeys> {
  const { env } = tools.room;
  const { AWS_WEB_IDENTITY_TOKEN_FILE: tokenFile, AWS_ROLE_ARN: role } = env;
  if (tokenFile && role) return webIdentity(auth.region, role, await fileText(tokenFile), tools);
  if (env['AWS_CONTAINER_CREDENTIALS_FULL_URI']) return podIdentity(env['AWS_CONTAINER_CREDENTIALS_FULL_URI'], tools);
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey, AWS_SESSION_TOKEN: sessionToken } = env;
  if (accessKeyId && secretAccessKey) return { accessKeyId, secretAccessKey, sessionToken: sessionToken || undefined };
  const because = 'its environment has neither web identity, pod identity, nor keys';
  throw providerErrors.CREDENTIALS_MISSING({ what: 'AWS identity of the controller', because });
}

const podAnswer = z.object({ AccessKeyId: z.string(), SecretAccessKey: z.string(), Token: z.string().optional() });

/** EKS Pod Identity, and the credentials endpoint of containers. */
async function podIdentity(url: string, { room, outside, signal }: LoginTools): Promise<AwsKeys> {
  const file = room.env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const authorization = file ? await fileText(file) : room.env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  const answer = await outside({
    method: 'GET',
    url,
    who: 'EKS Pod Identity',
    headers: authorization ? { authorization } : {},
    signal,
  });
  const { data } = podAnswer.safeParse(jsonOf(answer));
  if (!data) throw providerErrors.BAD_ANSWER({ because: 'EKS Pod Identity gave no keys' });
  return { accessKeyId: data.AccessKeyId, secretAccessKey: data.SecretAccessKey, sessionToken: data.Token };
}

function webIdentity(region: string, role: string, token: string, tools: LoginTools): Promise<AwsKeys> {
  const wish = { Action: 'AssumeRoleWithWebIdentity', RoleArn: role, RoleSessionName: sessionName, WebIdentityToken: token };
  return askSts(region, wish, undefined, tools);
}

type Wish = Readonly<Record<string, string | undefined>>;

/** Asks STS for keys. The environment may name another address, as for external-secrets. */
async function askSts(region: string, wish: Wish, keys: AwsKeys | undefined, tools: LoginTools): Promise<AwsKeys> {
  const { room, outside, signal } = tools;
  const url = stsAddress(room, region);
  const fields = Object.entries({ Version: stsVersion, ...wish }).filter((pair): pair is [string, string] => !!pair[1]);
  const body = new URLSearchParams(fields).toString();
  const headers = { 'content-type': 'application/x-www-form-urlencoded; charset=utf-8' };
  const now = room.clock.now();
  const answer = await outside({
    method: 'POST',
    url,
    who: 'AWS STS',
    headers: keys ? signed(keys, { url, headers, body, service: 'sts', region, now }) : headers,
    body,
    signal,
  });
  const xml = Buffer.from(answer.body).toString('utf8');
  const field = (name: string): string | undefined => new RegExp(`<${name}>([^<]+)</${name}>`).exec(xml)?.[1];
  const [accessKeyId, secretAccessKey] = [field('AccessKeyId'), field('SecretAccessKey')];
  if (!accessKeyId || !secretAccessKey) throw providerErrors.BAD_ANSWER({ because: 'AWS STS gave no keys' });
  return { accessKeyId, secretAccessKey, sessionToken: field('SessionToken') };
}

function stsAddress({ env }: StoreRoom, region: string): string {
  const other = env['AWS_STS_ENDPOINT'];
  if (!other) return stsUrl(region);
  const parsed = URL.parse(other);
  if (!parsed) throw providerErrors.INVALID_CONFIG({ field: 'AWS_STS_ENDPOINT', because: 'it is not a URL' });
  return parsed.href;
}

async function fileText(path: string): Promise<string> {
  try {
    return (await readFile(path, 'utf8')).trim();
  } catch {
    throw providerErrors.CREDENTIALS_MISSING({ what: `file ${path}`, because: 'it cannot be read' });
  }
}
