import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startFaultProxy, testRoom } from '@signet/provider/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Authority } from '../../../../test/control-plane/authority.ts';
import { createAuthority } from '../../../../test/control-plane/authority.ts';
import { aws } from './provider.ts';

const never = new AbortController().signal;
const backend = createServer((request, response) => {
  request.resume();
  response
    .writeHead(200, { 'content-type': 'application/x-amz-json-1.1' })
    .end(JSON.stringify({ Name: 'db', SecretString: 'hunter2' }));
});
let authority: Authority;
let directory: string;

beforeAll(async () => {
  await new Promise<void>((resolve) => {
    backend.listen(0, '127.0.0.1', resolve);
  });
  authority = await createAuthority('signet test AWS');
  directory = await mkdtemp(join(tmpdir(), 'signet-aws-transport-'));
});
afterAll(async () => {
  backend.closeAllConnections();
  backend.close();
  await rm(directory, { recursive: true, force: true });
});

/** Reads over TLS with an authority that nobody knows, and this environment besides. */
async function readOverTls(
  env: Readonly<Record<string, string>>,
  limits: { readonly maxAnswerBytes?: number } = {},
): Promise<string> {
  const { cert, key } = await authority.issue({ commonName: 'aws', hosts: ['127.0.0.1'] });
  const target = `http://127.0.0.1:${(backend.address() as AddressInfo).port}`;
  const proxy = await startFaultProxy({ target, tls: { cert, key } });
  const keys = { AWS_ACCESS_KEY_ID: 'AKIA', AWS_SECRET_ACCESS_KEY: 'secret' };
  const room = testRoom({ env: { AWS_SECRETSMANAGER_ENDPOINT: proxy.url, ...keys, ...env }, limits });
  const store = aws.configure({ service: 'SecretsManager', region: 'eu-central-1' }, room.store).open(room);
  try {
    const [outcome] = await store.fetch([{ key: 'db' }], never);
    if (!outcome || outcome instanceof Error) throw outcome ?? new Error('no outcome');
    return new TextDecoder().decode(outcome.value(undefined));
  } finally {
    await store.close();
    await proxy.stop();
  }
}

describe('connections', () => {
  test('AWS_CA_BUNDLE names the authorities to trust', async () => {
    const file = join(directory, 'ca.pem');
    await writeFile(file, authority.certificate);
    expect(await readOverTls({ AWS_CA_BUNDLE: file })).toBe('hunter2');
  });

  test('an authority that is not trusted is a store that is not available', async () => {
    await expect(readOverTls({})).rejects.toMatchObject({ code: 'SIGNET_PROVIDER_UNAVAILABLE' });
  });

  test('a bundle that cannot be read is named', async () => {
    await expect(readOverTls({ AWS_CA_BUNDLE: join(directory, 'absent.pem') })).rejects.toMatchObject({
      message: 'the file that AWS_CA_BUNDLE names: it cannot be read',
    });
  });

  test('the environment of the process and files of the SDK say nothing', async () => {
    const file = join(directory, 'ca.pem');
    await writeFile(file, authority.certificate);
    const config = join(directory, 'config');
    await writeFile(config, '[default]\nregion = elsewhere\nendpoint_url = http://127.0.0.1:1\n');
    const misleading = { AWS_ENDPOINT_URL: 'http://127.0.0.1:1', AWS_REGION: 'elsewhere', AWS_CONFIG_FILE: config };
    const names = Object.keys(misleading);
    const before = names.map((name) => process.env[name]);
    Object.assign(process.env, misleading);
    try {
      expect(await readOverTls({ AWS_CA_BUNDLE: file })).toBe('hunter2');
    } finally {
      for (const [index, name] of names.entries()) {
        const value = before[index];
        if (value === undefined) delete process.env[name];
        else process.env[name] = value;
      }
    }
  });

  test('promise 10: an answer that is longer than allowed is refused', async () => {
    const file = join(directory, 'ca.pem');
    await writeFile(file, authority.certificate);
    await expect(readOverTls({ AWS_CA_BUNDLE: file }, { maxAnswerBytes: 16 })).rejects.toMatchObject({
      code: 'SIGNET_PROVIDER_BAD_ANSWER',
    });
  });
});
