// The controller as it is shipped, in one bundle: code that is loaded when it is needed has to be whole there too.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  clusterSecretStoreCrd,
  externalSecretCrd,
  externalSecretKind,
  sealedSecretCrd,
  secretStoreCrd,
  secretStoreKind,
} from '@signet/api';
import { createClient, customResourceDefinitions, secrets } from '@signet/kube/client';
import type { KubeObject } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import { expect, test } from 'vitest';
import { bundle, programs } from '../../scripts/bundle.ts';
import { ControllerProcess } from '../control-plane/controller-process.ts';
import { until } from '../control-plane/until.ts';

/** Answers as STS and as Secrets Manager. */
async function startAws(): Promise<AsyncDisposable & { readonly url: string }> {
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  const assumed = `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult><Credentials><AccessKeyId>ASIA</AccessKeyId><SecretAccessKey>secret</SecretAccessKey><SessionToken>token</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
  const server = createServer(({ headers }, response) => {
    const isRead = headers['x-amz-target'] === 'secretsmanager.GetSecretValue';
    response.setHeader('content-type', isRead ? 'application/x-amz-json-1.1' : 'text/xml');
    response.end(isRead ? JSON.stringify({ Name: 'db', SecretString: 'hunter2' }) : assumed);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

test('a store of AWS works in the bundle: the SDK is loaded at its first use', { timeout: 120_000 }, async () => {
  const program = programs.find(({ packageName }) => packageName === 'controller');
  if (!program) throw new Error('there is no controller among the programs');
  const folder = await mkdtemp(join(tmpdir(), 'signet-bundle-'));
  const sandbox = await startSandbox({ namespaces: ['web'] });
  const client = createClient(sandbox.connection(), { userAgent: 'test' });
  await using aws = await startAws();
  try {
    await bundle(program, folder);
    for (const definition of [sealedSecretCrd(), externalSecretCrd(), secretStoreCrd(), clusterSecretStoreCrd()])
      await client.create(customResourceDefinitions, definition as unknown as KubeObject);
    await client.create(secrets, { metadata: { namespace: 'web', name: 'aws' }, stringData: { id: 'AKIA', secret: 'secret' } });
    const ref = (key: string): object => ({ name: 'aws', key });
    const auth = { secretRef: { accessKeyIDSecretRef: ref('id'), secretAccessKeySecretRef: ref('secret') } };
    const role = 'arn:aws:iam::123456789012:role/reader';
    await client.create(secretStoreKind, {
      metadata: { namespace: 'web', name: 'aws' },
      spec: { provider: { aws: { service: 'SecretsManager', region: 'eu-central-1', role, auth } } },
    });
    await client.create(externalSecretKind, {
      metadata: { namespace: 'web', name: 'app' },
      spec: { secretStoreRef: { name: 'aws' }, data: [{ secretKey: 'password', remoteRef: { key: 'db' } }] },
    });
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, sandbox.kubeconfig(), { mode: 0o600 });
    const controller = await ControllerProcess.start({
      kubeconfig,
      program: join(folder, 'bin', 'signet-controller.js'),
      flags: ['--key-size=2048', '--leader-elect=false'],
      env: { AWS_SECRETSMANAGER_ENDPOINT: aws.url, AWS_STS_ENDPOINT: aws.url },
    });
    try {
      const made = await until('the Secret is made', async () => client.get(secrets, { namespace: 'web', name: 'app' }), {
        withinMs: 60_000,
      });
      expect(Buffer.from(made.data?.['password'] ?? '', 'base64').toString()).toBe('hunter2');
    } finally {
      await controller.stop();
    }
  } finally {
    await client.close();
    await sandbox.stop();
    await rm(folder, { recursive: true, force: true });
  }
});
