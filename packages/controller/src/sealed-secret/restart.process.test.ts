import { sealedSecretCrd, sealedSecretKind } from '@signet/api';
import { secrets } from '@signet/kube/client';
import { afterEach, describe, expect, test } from 'vitest';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

let cluster: TestCluster;
afterEach(async () => cluster.stop());

const objects = 40;
const names = Array.from({ length: objects }, (_, index) => `db-${index}`);

async function settle(): Promise<void> {
  await Promise.all(names.map(async (name) => cluster.apply({ name, values: { a: name } })));
  await allSynced();
}
async function allSynced(): Promise<void> {
  const unsynced = async (): Promise<string[]> => {
    const statuses = await Promise.all(
      names.map(async (name) => ((await cluster.status(name))?.conditions?.[0]?.status === 'True' ? [] : [name])),
    );
    return statuses.flat();
  };
  await eventually(unsynced, (left) => left.length === 0, 'all objects are synced');
}
/** Waits until the restarted controller has looked at every object. */
async function allLookedAt(): Promise<void> {
  const looked = async (): Promise<number> => {
    const text = await (await fetch(`${cluster.controller.metricsUrl}/metrics`)).text();
    return Number(/^sealed_secrets_controller_unseal_requests_total (\d+)$/m.exec(text)?.[1] ?? 0);
  };
  await eventually(looked, (count) => count >= objects, 'every object was looked at');
}
const requests = (): string[] =>
  cluster.sandbox.requests.filter(({ userAgent }) => userAgent === 'controller').map(({ method, path }) => `${method} ${path}`);
const writes = (): string[] => requests().filter((request) => !request.startsWith('GET'));

describe('promise 4: a restart is cheap', () => {
  test('settled objects cost no read, no private-key operation, no write and no event; a changed one is seen', async () => {
    cluster = await startCluster();
    await settle();
    await cluster.stopController();
    await cluster.client.patch(secrets, { name: 'db-7', namespace: 'web' }, { data: { a: 'AAAA' } }, { type: 'merge' });
    cluster.sandbox.resetRequests();
    await cluster.start();
    await allLookedAt();
    await eventually(
      async () => cluster.data('db-7'),
      (data) => data?.['a'] === 'db-7',
      'the one that was edited is mended',
    );
    await eventually(writes, (seen) => seen.some((one) => one.endsWith('/events')), 'and told of');

    const ofOthers = requests().filter((request) => /\/(secrets|sealedsecrets)\/db-/.test(request) && !request.includes('db-7'));
    expect(ofOthers).toEqual([]);
    expect(writes()).toEqual([
      'PUT /api/v1/namespaces/web/secrets/db-7',
      'PUT /apis/bitnami.com/v1alpha1/namespaces/web/sealedsecrets/db-7/status',
      'POST /api/v1/namespaces/web/events',
    ]);
    expect(cluster.controller.privateOperations()).toBe(1);
  });

  test('a failing object is told of once, not at each restart', async () => {
    cluster = await startCluster();
    await cluster.apply({ name: 'bad', values: { a: '1' }, sealedFor: { name: 'x' } });
    await eventually(
      async () => cluster.eventsOf('bad'),
      (events) => events.length === 1,
      'one event',
    );
    await cluster.stopController();
    cluster.sandbox.resetRequests();
    await cluster.start();
    const failed = async (): Promise<string> => (await fetch(`${cluster.controller.metricsUrl}/metrics`)).text();
    await eventually(
      failed,
      (text) => text.includes('unseal_errors_total{reason="unseal",namespace="web"} 1'),
      'it was tried again',
    );
    expect(writes()).toEqual([]);

    const spent = cluster.controller.privateOperations();
    const ref = { name: 'bad', namespace: 'web' };
    await cluster.client.patch(sealedSecretKind, ref, { metadata: { annotations: { touched: '1' } } }, { type: 'merge' });
    await cluster.client.create(secrets, { metadata: ref });
    await eventually(
      failed,
      (text) => text.includes('unseal_errors_total{reason="unseal",namespace="web"} 3'),
      'it was woken twice',
    );
    expect(cluster.controller.privateOperations()).toBe(spent);
  });

  test('the first making of an object costs one open, one create, one status and one event', async () => {
    cluster = await startCluster();
    cluster.sandbox.resetRequests();
    await settle();
    const count = (what: RegExp): number => writes().filter((one) => what.test(one)).length;
    expect(count(/POST .*\/namespaces\/web\/secrets$/)).toBe(objects);
    expect(count(/PUT .*\/status$/)).toBe(objects);
    expect(requests().filter((one) => /GET .*\/secrets\/db-/.test(one))).toEqual([]);
    expect(cluster.controller.privateOperations()).toBe(objects);
  });
});

describe('promise 11: taking over from the peer', () => {
  /** The peer's definition: no fields of ours. */
  function peersCrd(): object {
    const crd = structuredClone(sealedSecretCrd()) as unknown as {
      spec: { versions: { schema: { openAPIV3Schema: { properties: { status: { properties: Record<string, unknown> } } } } }[] };
    };
    const status = crd.spec.versions[0]?.schema.openAPIV3Schema.properties.status.properties as {
      produced?: unknown;
      conditions: { items: { properties: { observedGeneration?: unknown } } };
    };
    delete status.produced;
    delete status.conditions.items.properties.observedGeneration;
    return crd;
  }

  test('with a definition that drops our fields nothing is written in a loop, and settled objects are left alone', async () => {
    cluster = await startCluster({ crd: peersCrd() });
    await settle();
    expect((await cluster.status('db-0'))?.produced).toBeUndefined();
    await allLookedAt();
    cluster.sandbox.resetRequests();
    const annotate = { metadata: { annotations: { touched: '1' } } };
    await cluster.client.patch(sealedSecretKind, { name: 'db-0', namespace: 'web' }, annotate, { type: 'merge' });
    await cluster.apply({ name: 'last', values: { a: '1' } });
    await eventually(
      async () => cluster.data('last'),
      (data) => data !== undefined,
      'a new object is made',
    );
    expect(writes().filter((one) => one.includes('db-0'))).toEqual([]);
    await cluster.client.patch(secrets, { name: 'db-1', namespace: 'web' }, { data: { a: 'AAAA' } }, { type: 'merge' });
    await eventually(
      async () => cluster.data('db-1'),
      (data) => data?.['a'] === 'db-1',
      'edits are mended all the same',
    );
  });

  test('Secrets that the peer made are not rewritten', async () => {
    cluster = await startCluster();
    await settle();
    await cluster.stopController();
    const before = await Promise.all(names.map(async (name) => (await cluster.secret(name))?.metadata.resourceVersion));
    for (const name of names) {
      const live = await cluster.sealed(name);
      const status = {
        observedGeneration: 1,
        conditions: [{ type: 'Synced', status: 'True', lastTransitionTime: '2026-01-01T00:00:00Z' }],
      };
      await cluster.client.replaceStatus(sealedSecretKind, { ...live, status });
    }
    const events = (await cluster.eventsOf('db-0')).length;
    cluster.sandbox.resetRequests();
    await cluster.start();
    const taken = async (): Promise<number> =>
      (await Promise.all(names.map(async (name) => cluster.status(name)))).filter((status) => status?.produced).length;
    await eventually(taken, (count) => count === objects, 'every object is taken over');
    expect(await Promise.all(names.map(async (name) => (await cluster.secret(name))?.metadata.resourceVersion))).toEqual(before);
    expect(writes().filter((one) => !one.endsWith('/status'))).toEqual([]);
    expect((await cluster.eventsOf('db-0')).length).toBe(events);
    expect((await cluster.status('db-0'))?.conditions?.[0]?.lastTransitionTime).toBe('2026-01-01T00:00:00Z');
  });
});

describe('promise 5: memory does not grow with foreign Secrets', () => {
  test('Secrets in scope are asked for as metadata only, and only their own bytes are ever read', async () => {
    cluster = await startCluster();
    const foreign = { metadata: { name: 'foreign', namespace: 'web' }, data: { big: Buffer.alloc(32_768).toString('base64') } };
    await cluster.client.create(secrets, foreign);
    await cluster.apply({ name: 'db-0', values: { a: '1' } });
    await eventually(
      async () => cluster.data('db-0'),
      (data) => data !== undefined,
      'a Secret',
    );
    await cluster.client.patch(secrets, { name: 'foreign', namespace: 'web' }, { data: { x: 'AAAA' } }, { type: 'merge' });
    const own = cluster.sandbox.requests.filter(({ userAgent }) => userAgent === 'controller');
    const ofSecrets = cluster.mirrored.filter(({ plural }) => plural === 'secrets');
    const whole = ofSecrets.filter(({ metadataOnly }) => metadataOnly !== true);
    expect(ofSecrets.length).toBeGreaterThan(whole.length);
    expect(whole.filter(({ namespace }) => namespace !== 'kube-system')).toEqual([]); // our own keys, by label and by name
    expect(own.filter(({ path }) => path.includes('/secrets/foreign'))).toEqual([]);
  });
});

describe('promise 6: HA', () => {
  test('two controllers that both believe to lead do no harm', async () => {
    cluster = await startCluster();
    const first = cluster.controller;
    const second = await cluster.start();
    await settle();
    await cluster.client.patch(secrets, { name: 'db-3', namespace: 'web' }, { data: { a: 'AAAA' } }, { type: 'merge' });
    await eventually(
      async () => cluster.data('db-3'),
      (data) => data?.['a'] === 'db-3',
      'mended',
    );
    for (const name of names) expect(await cluster.data(name)).toEqual({ a: name });
    await allSynced();
    const writesOf = (name: string): number => writes().filter((one) => one.includes(`/secrets/${name}`)).length;
    expect(names.filter((name) => name !== 'db-3').map(writesOf)).toEqual(names.slice(1).map(() => 0));
    await first.stop();
    expect(second).toBe(cluster.controller);
  });

  test('a standby has warm caches and serves the certificate; it takes over when the leader goes', async () => {
    cluster = await startCluster({ flags: ['--leader-elect=true'] });
    const leader = cluster.controller;
    const standby = await cluster.start('--lease-retry-period=1s');
    const pem = async (url: string): Promise<string> => (await fetch(`${url}/v1/cert.pem`)).text();
    expect(await pem(standby.url)).toBe(await pem(leader.url));
    await cluster.apply({ name: 'one', values: { a: '1' } });
    await eventually(
      async () => cluster.data('one'),
      (data) => data !== undefined,
      'the leader works',
    );
    expect(standby.privateOperations()).toBe(0);
    await leader.stop();
    await cluster.apply({ name: 'two', values: { a: '2' } });
    await eventually(
      async () => cluster.data('two'),
      (data) => data?.['a'] === '2',
      'the standby works',
    );
    expect(standby.privateOperations()).toBe(1);
  });
});
