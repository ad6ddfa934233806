import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { testRoom } from '@signet/provider/testing';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Keys } from './keys.ts';
import { surroundingKeys } from './surrounding-keys.ts';

// Sources: Amazon EC2 user guide, "Use the Instance Metadata Service" (version 2); AWS SDKs reference guide, "Container credential provider".

const never = new AbortController().signal;
const issued = {
  Code: 'Success',
  AccessKeyId: 'ASIAROLE',
  SecretAccessKey: 'secret',
  Token: 'session',
  Expiration: '2030-01-01T00:00:00Z',
};

let directory: string;
const stops: (() => void)[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signet-aws-metadata-'));
});
afterEach(async () => {
  for (const stop of stops.splice(0)) stop();
  await rm(directory, { recursive: true, force: true });
});

/** A server that answers as told; tells what it was asked. */
async function serve(answer: (request: IncomingMessage) => readonly [number, string]) {
  const asked: string[] = [];
  const server = createServer((request: IncomingMessage, response: ServerResponse) => {
    asked.push(`${request.method} ${request.url}`);
    const [status, body] = answer(request);
    response.writeHead(status).end(body);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  stops.push(() => {
    server.closeAllConnections();
    server.close();
  });
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, asked };
}

function obtain(env: Readonly<Record<string, string>>): Promise<Keys> {
  const room = testRoom({ env });
  const handler = { metadata: { handlerProtocol: 'http/1.1' } } as never;
  return surroundingKeys(room, { region: 'eu-central-1', endpoint: undefined, room, handler })(never);
}

/** The instance metadata service, version 2 only. */
function instance(role: string | undefined) {
  const path = '/latest/meta-data/iam/security-credentials/';
  return serve(({ method, url, headers }) => {
    if (method === 'PUT' && url === '/latest/api/token')
      return headers['x-aws-ec2-metadata-token-ttl-seconds'] ? [200, 'the-token'] : [400, ''];
    if (headers['x-aws-ec2-metadata-token'] !== 'the-token') return [401, ''];
    if (url === path) return role === undefined ? [404, ''] : [200, role];
    return url === `${path}${role}` ? [200, JSON.stringify(issued)] : [404, ''];
  });
}

describe('the role of an instance', () => {
  test('is asked for with a token', async () => {
    const { url, asked } = await instance('reader');
    const keys = await obtain({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url });
    expect(keys.forSigner()).toEqual({ accessKeyId: 'ASIAROLE', secretAccessKey: 'secret', sessionToken: 'session' });
    expect(keys.expiresAt).toBe(Date.parse('2030-01-01T00:00:00Z'));
    expect(asked).toEqual([
      'PUT /latest/api/token',
      'GET /latest/meta-data/iam/security-credentials/',
      'GET /latest/meta-data/iam/security-credentials/reader',
    ]);
  });

  test('that does not exist is named as missing credentials', async () => {
    const { url } = await instance(undefined);
    await expect(obtain({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url })).rejects.toMatchObject({
      code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING',
      message: 'AWS credentials: the store has no auth, the environment names none, and the instance has no role',
    });
  });

  test('is not asked for when the environment forbids it', async () => {
    const { url, asked } = await instance('reader');
    const env = { AWS_EC2_METADATA_SERVICE_ENDPOINT: url, AWS_EC2_METADATA_DISABLED: 'true' };
    await expect(obtain(env)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING' });
    expect(asked).toEqual([]);
  });

  test('with nobody there is unavailable', async () => {
    const { url } = await serve(() => [200, '']);
    for (const stop of stops.splice(0)) stop();
    await expect(obtain({ AWS_EC2_METADATA_SERVICE_ENDPOINT: url })).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNAVAILABLE' });
  });
});

describe('the credentials of a container', () => {
  const container = () =>
    serve(({ headers }) => (headers.authorization === 'the-token' ? [200, JSON.stringify(issued)] : [401, 'who?']));

  test('EKS Pod Identity: the token is in a file', async () => {
    const file = join(directory, 'token');
    await writeFile(file, 'the-token');
    const { url, asked } = await container();
    const keys = await obtain({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials?x=1`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file,
    });
    expect(keys.forSigner().accessKeyId).toBe('ASIAROLE');
    expect(asked).toEqual(['GET /v1/credentials?x=1']);
  });

  test('the token is in the environment; it goes before the instance', async () => {
    const { url } = await container();
    const other = await instance('reader');
    const keys = await obtain({
      AWS_CONTAINER_CREDENTIALS_FULL_URI: `${url}/v1/credentials`,
      AWS_CONTAINER_AUTHORIZATION_TOKEN: 'the-token',
      AWS_EC2_METADATA_SERVICE_ENDPOINT: other.url,
    });
    expect(keys.forSigner().accessKeyId).toBe('ASIAROLE');
    expect(other.asked).toEqual([]);
  });

  test.each(['http://collector.example/credentials', 'http://10.0.0.1/credentials', 'not a URL'])(
    'the token is not sent to %s',
    async (uri) => {
      const env = { AWS_CONTAINER_CREDENTIALS_FULL_URI: uri, AWS_CONTAINER_AUTHORIZATION_TOKEN: 'the-token' };
      await expect(obtain(env)).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING' });
    },
  );

  test.each([
    [401, 'who?', 'SIGNET_PROVIDER_UNAVAILABLE'],
    [200, 'garbage', 'SIGNET_PROVIDER_BAD_ANSWER'],
    [200, '{}', 'SIGNET_PROVIDER_BAD_ANSWER'],
  ])('an answer %d %s is %s', async (status, body, code) => {
    const { url } = await serve(() => [status, body]);
    await expect(obtain({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url })).rejects.toMatchObject({ code });
  });

  test('a token file that cannot be read is named by its variable', async () => {
    const { url } = await container();
    const file = join(directory, 'absent');
    await expect(
      obtain({ AWS_CONTAINER_CREDENTIALS_FULL_URI: url, AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE: file }),
    ).rejects.toMatchObject({
      code: 'SIGNET_PROVIDER_CREDENTIALS_MISSING',
      message: 'the file that AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE names: it cannot be read (ENOENT)',
    });
  });
});
