import { readFile } from 'node:fs/promises';
import { providerErrors } from '@signet/provider';
import type { StoreRoom } from '@signet/provider';
import { Keys } from './keys.ts';
import { containerKeys, instanceKeys } from './metadata-service.ts';
import { webIdentityAssumer } from './sts.ts';
import type { StsOptions } from './sts.ts';

/**
 * The keys of the program itself, for a store without `auth`. The first of these that is there, in the order of AWS's SDKs: keys
 * in the environment, a web identity token file (IAM roles for service accounts), a container's credentials endpoint (EKS Pod Identity, ECS), the
 * instance's role.
 */
export function surroundingKeys(room: StoreRoom, sts: StsOptions): (signal: AbortSignal) => Promise<Keys> {
  const { env } = room;
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = env as Env;
  if (accessKeyId && secretAccessKey) {
    const sessionToken = env['AWS_SESSION_TOKEN'] || undefined;
    return async () => new Keys({ accessKeyId, secretAccessKey, sessionToken });
  }
  const { AWS_WEB_IDENTITY_TOKEN_FILE: file, AWS_ROLE_ARN: role, AWS_ROLE_SESSION_NAME: sessionName } = env as Env;
  if (file && role) {
    const assume = webIdentityAssumer(sts);
    return async (signal) => {
      const token = await tokenIn(file, 'AWS_WEB_IDENTITY_TOKEN_FILE');
      return assume({ role, token, sessionName: sessionName || undefined }, signal);
    };
  }
  if (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] || env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI']) {
    return (signal) => containerKeys(room, (file) => tokenIn(file, 'AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'), signal);
  }
  return (signal) => instanceKeys(room, signal);
}

interface Env {
  readonly AWS_ACCESS_KEY_ID?: string | undefined;
  readonly AWS_SECRET_ACCESS_KEY?: string | undefined;
  readonly AWS_WEB_IDENTITY_TOKEN_FILE?: string | undefined;
  readonly AWS_ROLE_ARN?: string | undefined;
  readonly AWS_ROLE_SESSION_NAME?: string | undefined;
}

/** Read anew each time: the kubelet rotates it. */
async function tokenIn(file: string, variable: string): Promise<string> {
  try {
    return (await readFile(file, 'utf8')).trim();
  } catch (error) {
    const because = error instanceof Error && 'code' in error ? `it cannot be read (${String(error.code)})` : 'it cannot be read';
    throw providerErrors.CREDENTIALS_MISSING({ what: `the file that ${variable} names`, because });
  }
}
