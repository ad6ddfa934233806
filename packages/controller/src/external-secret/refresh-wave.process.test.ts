import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { externalSecretKind, readExternalSecret, secretStoreKind } from '@signet/api';
import type { ExternalSecret } from '@signet/api';
import { createClient } from '@signet/kube/client';
import { expect, test, vi } from 'vitest';
import { parseConfig } from '../config.ts';
import { startController } from '../controller.ts';
import { listLogger } from '../testing/cluster.ts';
import { startExternalCluster } from '../testing/external-cluster.ts';
import type { ExternalCluster } from '../testing/external-cluster.ts';
import { stillClock } from '../testing/still-clock.ts';

const objects = 500;
const keys = Array.from({ length: 10 }, (_, index) => `key-${index}`);

/** A backend that counts how often each key is read. */
async function startBackend(): Promise<AsyncDisposable & { readonly url: string; readonly reads: Map<string, number> }> {
  const reads = new Map<string, number>();
  const server = createServer(({ url = '' }, response) => {
    reads.set(url, (reads.get(url) ?? 0) + 1);
    response.end(`value of ${url}`);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    reads,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function allOf(cluster: ExternalCluster): Promise<ExternalSecret[]> {
  const found: ExternalSecret[] = [];
  for await (const page of cluster.client.list(externalSecretKind, { namespace: 'web' }))
    found.push(...page.items.map((item) => readExternalSecret(item)));
  return found;
}

// Promise 7: one read per distinct remote key and refresh.
test('500 ExternalSecrets on 10 keys are due together, and each wave of refreshes reads each key once', async () => {
  await using backend = await startBackend();
  const cluster = await startExternalCluster();
  await cluster.stopController();
  const client = createClient(cluster.sandbox.connection(), { userAgent: 'controller', retries: 0 });
  try {
    await cluster.put(secretStoreKind, {
      apiVersion: 'external-secrets.io/v1',
      kind: 'SecretStore',
      metadata: { name: 'web', namespace: 'web' },
      spec: { provider: { webhook: { url: `${backend.url}/{{ .remoteRef.key }}`, result: {} } } },
    });
    const data = keys.map((key) => ({ secretKey: key, remoteRef: { key } }));
    const spec = { refreshInterval: '1h', secretStoreRef: { name: 'web' }, data };
    for (let index = 0; index < objects; index++)
      await cluster.client.create(externalSecretKind, {
        apiVersion: 'external-secrets.io/v1',
        kind: 'ExternalSecret',
        metadata: { name: `app-${index}`, namespace: 'web' },
        spec,
      });

    const clock = stillClock();
    const flags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'];
    const config = parseConfig(flags, { POD_NAMESPACE: 'kube-system' });
    const running = await startController(config, { client, clock, logger: listLogger([]) });
    try {
      const refreshedAt = async (atLeast: number): Promise<ExternalSecret[]> => {
        const isDone = (all: readonly ExternalSecret[]): boolean =>
          all.every(({ status }) => Date.parse(status?.refreshTime ?? '') >= Math.floor(atLeast / 1000) * 1000);
        const ask = async (): Promise<ExternalSecret[] | false> => {
          const all = await allOf(cluster);
          return isDone(all) && all;
        };
        return vi.waitUntil(ask, { timeout: 60_000, interval: 100 });
      };
      const once = Object.fromEntries(keys.map((key) => [`/${key}`, 1]));
      const first = await refreshedAt(clock.now());
      expect(Object.fromEntries(backend.reads)).toEqual(once);

      const due = new Set(first.map(({ status }) => status?.nextRefreshTime));
      expect([...due]).toHaveLength(1);
      backend.reads.clear();
      clock.leap(3_600_000);
      await refreshedAt(clock.now());
      expect(Object.fromEntries(backend.reads)).toEqual(once);
    } finally {
      await running.stop();
    }
  } finally {
    await client.close();
    await cluster.stop();
  }
}, 120_000);
