import { providerErrors } from '@signet/provider';
import type { StoreRoom } from '@signet/provider';
import { httpClient, jsonOf } from '@signet/provider/http';
import type { Answer, HttpClient } from '@signet/provider/http';
import { z } from 'zod';
import { Keys } from './keys.ts';

type Room = Pick<StoreRoom, 'clock' | 'env' | 'limits'>;

/** Both services answer so. */
const issued = z.object({
  AccessKeyId: z.string().min(1),
  SecretAccessKey: z.string().min(1),
  Token: z.string().optional(),
  Expiration: z.string().optional(),
});

/** They are on the same machine, or not there at all. */
const metadataTimeoutMs = 2_000;

/**
 * Keys from the endpoint that a container runtime offers: EKS Pod Identity and ECS. The token goes to no other host than those, or over TLS
 * (AWS SDKs, "Container credential provider").
 *
 * @param tokenIn reads a token file
 */
export async function containerKeys(room: Room, tokenIn: (file: string) => Promise<string>, signal: AbortSignal): Promise<Keys> {
  const { env } = room;
  const relative = env['AWS_CONTAINER_CREDENTIALS_RELATIVE_URI'];
  const url = URL.parse(relative ? `http://169.254.170.2${relative}` : (env['AWS_CONTAINER_CREDENTIALS_FULL_URI'] ?? ''));
  const what = 'AWS_CONTAINER_CREDENTIALS_FULL_URI';
  if (!url) throw providerErrors.CREDENTIALS_MISSING({ what, because: 'it is not a URL' });
  const hosts = /^(?:127\.\d+\.\d+\.\d+|localhost|\[::1\]|169\.254\.170\.(?:2|23)|\[fd00:ec2::23\])$/;
  if (url.protocol !== 'https:' && !hosts.test(url.hostname)) {
    throw providerErrors.CREDENTIALS_MISSING({ what, because: 'without https it has to be an address of this machine' });
  }
  const file = env['AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE'];
  const token = file ? await tokenIn(file) : env['AWS_CONTAINER_AUTHORIZATION_TOKEN'];
  return asking(room, url.origin, async (client) => {
    const headers = { accept: 'application/json', ...(token && { authorization: token }) };
    const answer = await client.call({ method: 'GET', path: `${url.pathname}${url.search}`, headers, signal });
    return keysIn(answer, 'the container credentials endpoint');
  });
}

/** Keys of the role of the EC2 instance, by version 2 of its metadata service. */
export async function instanceKeys(room: Room, signal: AbortSignal): Promise<Keys> {
  const { env } = room;
  const what = 'AWS credentials';
  const none = 'the store has no auth, the environment names none, and';
  if (env['AWS_EC2_METADATA_DISABLED']?.toLowerCase() === 'true') {
    throw providerErrors.CREDENTIALS_MISSING({ what, because: `${none} AWS_EC2_METADATA_DISABLED is set` });
  }
  const v6 = env['AWS_EC2_METADATA_SERVICE_ENDPOINT_MODE']?.toLowerCase() === 'ipv6';
  const base = env['AWS_EC2_METADATA_SERVICE_ENDPOINT'] || (v6 ? 'http://[fd00:ec2::254]' : 'http://169.254.169.254');
  return asking(room, base, async (client) => {
    const session = await client.call({
      method: 'PUT',
      path: '/latest/api/token',
      headers: { 'x-aws-ec2-metadata-token-ttl-seconds': '300' },
      signal,
    });
    if (session.status !== 200) throw faultOfInstance(session);
    const headers = { 'x-aws-ec2-metadata-token': new TextDecoder().decode(session.body) };
    const path = '/latest/meta-data/iam/security-credentials/';
    const roles = await client.call({ method: 'GET', path, headers, signal });
    const [role] = new TextDecoder().decode(roles.body).trim().split('\n');
    if (roles.status === 404 || !role) {
      throw providerErrors.CREDENTIALS_MISSING({ what, because: `${none} the instance has no role` });
    }
    if (roles.status !== 200) throw faultOfInstance(roles);
    const answer = await client.call({ method: 'GET', path: `${path}${encodeURIComponent(role)}`, headers, signal });
    return keysIn(answer, 'the instance metadata service');
  });
}

/** A connection for one login, past any proxy. */
async function asking(room: Room, baseUrl: string, ask: (client: HttpClient) => Promise<Keys>): Promise<Keys> {
  const { clock, limits } = room;
  const callTimeoutMs = Math.min(metadataTimeoutMs, limits.callTimeoutMs);
  const client = httpClient({ baseUrl, sockets: 1, callTimeoutMs, maxAnswerBytes: 65_536, clock });
  try {
    return await ask(client);
  } finally {
    await client.close();
  }
}

function faultOfInstance({ status }: Answer): Error {
  return providerErrors.UNAVAILABLE({ because: `the instance metadata service answered HTTP ${status}` });
}

function keysIn(answer: Answer, who: string): Keys {
  if (answer.status !== 200) throw providerErrors.UNAVAILABLE({ because: `${who} answered HTTP ${answer.status}` });
  const read = issued.safeParse(jsonOf(answer));
  if (!read.success) throw providerErrors.BAD_ANSWER({ because: `${who}: no credentials in it` });
  const { AccessKeyId: accessKeyId, SecretAccessKey: secretAccessKey, Token: sessionToken, Expiration } = read.data;
  const expiresAt = Expiration === undefined ? NaN : Date.parse(Expiration);
  return new Keys({ accessKeyId, secretAccessKey, sessionToken, expiresAt: Number.isNaN(expiresAt) ? undefined : expiresAt });
}
