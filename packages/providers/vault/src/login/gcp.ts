import { createSign } from 'node:crypto';
import { providerErrors } from '@signet/provider';
import { z } from 'zod';
import type { GcpAuth } from '../auth-config.ts';
import { credentialText } from '../credential.ts';
import { escapedPath } from '../path.ts';
import { metadata } from './metadata.ts';
import type { LoginRequest, LoginTools } from './request.ts';
import { workloadIdentityJwt } from './workload-identity.ts';

/** Vault takes no token that lives longer than 15 minutes, unless the role says otherwise. */
const lifeSeconds = 600;

/**
 * The `gcp` login. With a service account's key, or by workload identity: a token that the account signs (Vault's `iam` roles). Otherwise the
 * identity token of the machine (Vault's `gce` roles).
 */
export async function gcpLogin(auth: GcpAuth, tools: LoginTools): Promise<LoginRequest> {
  const { path, role, secretRef, workloadIdentity } = auth;
  const jwt = secretRef
    ? await signedByKey(role, secretRef.secretAccessKeySecretRef, tools)
    : workloadIdentity
      ? await workloadIdentityJwt(workloadIdentity, auth.projectID, (email) => claimsOf(role, email, tools), tools)
      : await machineJwt(role, tools);
  return { path: `auth/${escapedPath(path)}/login`, body: { role, jwt } };
}

function claimsOf(role: string, email: string, { room }: LoginTools): Readonly<Record<string, unknown>> {
  const now = Math.floor(room.clock.now() / 1000);
  return { sub: email, aud: `vault/${role}`, iat: now, exp: now + lifeSeconds };
}

const keyShape = z.object({ client_email: z.string(), private_key: z.string(), private_key_id: z.string() });

/** A token signed with the key of a service account, in the JSON file that Google gives out. */
async function signedByKey(role: string, selector: Parameters<typeof credentialText>[1], tools: LoginTools): Promise<string> {
  const text = await credentialText(tools.room.credentials, selector, tools.signal);
  try {
    const key = keyShape.parse(JSON.parse(text));
    const part = (value: object): string => Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
    const claims = claimsOf(role, key.client_email, tools);
    const unsigned = `${part({ alg: 'RS256', typ: 'JWT', kid: key.private_key_id })}.${part(claims)}`;
    return `${unsigned}.${createSign('sha256').update(unsigned).sign(key.private_key, 'base64url')}`;
  } catch {
    // The cause would quote the key.
    const because = 'it is not the key of a Google service account (JSON with client_email, private_key, private_key_id)';
    throw providerErrors.CREDENTIALS_MISSING({ what: `key ${selector.key ?? ''} of Secret ${selector.name}`, because });
  }
}

/** The identity token that the metadata service of a Google machine gives. */
async function machineJwt(role: string, tools: LoginTools): Promise<string> {
  const path = 'instance/service-accounts/default/identity';
  const jwt = await metadata(path, { audience: `http://vault/${role}`, format: 'full' }, tools);
  if (!/^[\w-]+\.[\w-]+\.[\w-]+$/.test(jwt)) throw providerErrors.BAD_ANSWER({ because: 'the metadata service gave no token' });
  return jwt;
}
