import type { ExternalSecretStatus } from '@signet/api';
import type { Client, KubeObject } from '@signet/kube/client';
import { ApiError } from '@signet/kube/client';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { RecentWrites } from '../cluster/recent-writes.ts';
import { ExternalSecretMetrics } from './metrics.ts';
import { Reporter } from './report.ts';
import type { Outcome } from './status.ts';
import { external } from './testing/target-objects.ts';

const now = Date.UTC(2026, 0, 1);
const failed: Outcome = { ready: false, reason: 'SecretSyncedError', message: 'no', permanent: false };
const good: Outcome = { ready: true, reason: 'SecretSynced', message: 'secret synced' };

/** The API server with the definition of external-secrets (its condition types are an enumeration, its fields are few), or with ours. */
function clusterOf(definition: 'theirs' | 'ours'): {
  use(other: 'theirs' | 'ours'): void;
  stored: KubeObject;
  calls: number;
  reporter: Reporter;
} {
  let inUse = definition;
  const registry = new Registry();
  const cluster = {
    stored: { metadata: { namespace: 'web', name: 'db', uid: 'uid-1', generation: 1 }, spec: {} } as KubeObject,
    calls: 0,
    use: (other: 'theirs' | 'ours') => void (inUse = other),
    reporter: new Reporter({
      client: {
        replaceStatus: async (_: unknown, object: KubeObject): Promise<KubeObject> => {
          cluster.calls++;
          const status = object['status'] as ExternalSecretStatus;
          const types = (status.conditions ?? []).map(({ type }) => type);
          if (inUse === 'theirs' && types.some((type) => type !== 'Ready' && type !== 'Deleted'))
            throw new ApiError({ status: 422, reason: 'Invalid', message: 'status.conditions[1].type: Unsupported value' });
          const { observedGeneration: _generation, ...rest } = status;
          cluster.stored = { ...object, status: inUse === 'theirs' ? rest : status };
          return cluster.stored;
        },
      } as unknown as Client,
      events: { record: () => undefined },
      metrics: new ExternalSecretMetrics({ registry, omitNames: false, now: () => now }),
      clock: { now: () => now },
      recent: new RecentWrites<KubeObject>(),
    }),
  };
  return cluster;
}

const { signal } = new AbortController();
const typesOf = ({ stored }: { readonly stored: KubeObject }): string[] =>
  ((stored['status'] as ExternalSecretStatus | undefined)?.conditions ?? []).map(({ type, status }) => `${type} ${status}`);
const tell = async (cluster: ReturnType<typeof clusterOf>, outcome: Outcome): Promise<void> => {
  const status = cluster.stored['status'] as object | undefined;
  await cluster.reporter.tell(cluster.stored, external(status ? { status } : {}), outcome, [], signal);
};

describe('a cluster with the definition of external-secrets, which refuses conditions it does not know', () => {
  test('a failure is told by Ready alone, once', async () => {
    const cluster = clusterOf('theirs');
    await tell(cluster, failed);
    expect(typesOf(cluster)).toEqual(['Ready False']);
    const { calls } = cluster;
    await tell(cluster, failed);
    expect(cluster.calls).toBe(calls);
  });

  test('with our definition in its place, the next status has everything again', async () => {
    const cluster = clusterOf('theirs');
    await tell(cluster, failed);
    cluster.use('ours');
    await tell(cluster, good);
    await tell(cluster, failed);
    expect(typesOf(cluster)).toEqual(['Ready False', 'Reconciling True']);
  });
});

test('the very version of a Secret that was found right is known, until the object is gone; any other is news', () => {
  const { reporter } = clusterOf('ours');
  const { namespace, name } = external({}).metadata;
  const produced = { uid: 'secret-1', resourceVersion: '7' };
  const isProduced = (of: object): boolean => reporter.isProduced({ namespace, name }, { namespace, name, ...of });
  expect(isProduced(produced)).toBe(false);
  reporter.found(external({}), produced);
  expect(isProduced(produced)).toBe(true);
  expect(isProduced({ ...produced, resourceVersion: '8' })).toBe(false);
  expect(isProduced({ ...produced, uid: 'secret-2' })).toBe(false);
  reporter.forget({ namespace, name });
  expect(isProduced(produced)).toBe(false);
});
