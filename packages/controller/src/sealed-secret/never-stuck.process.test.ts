import { annotations, sealedSecretKind } from '@signet/api';
import type { SealedSecretCondition } from '@signet/api';
import type { Fault, SeenRequest } from '@signet/kube-sandbox';
import { secrets } from '@signet/kube/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

// What cannot be changed in place, and what the API server refuses for good. That each cause wakes its object on a real control
// plane is in test/cluster/end-to-end/stuck.cluster.test.ts.

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(async () => cluster.stop());

const db = { name: 'db', namespace: 'web' };
const tls = { type: 'kubernetes.io/tls' };
const pair = { 'tls.crt': 'c', 'tls.key': 'k' };

async function synced(wanted: 'True' | 'False', reason?: string): Promise<SealedSecretCondition | undefined> {
  return eventually(
    async () => {
      const [status, { metadata }] = [await cluster.status('db'), await cluster.sealed('db')];
      return status?.observedGeneration === metadata.generation ? status?.conditions?.[0] : undefined;
    },
    (condition) => condition?.status === wanted && (reason === undefined || condition.reason === reason),
    `Synced of db is ${wanted} ${reason ?? ''}`,
  );
}
const uid = async (): Promise<string | undefined> => (await cluster.secret('db'))?.metadata.uid;
const deletions = (): number => cluster.sandbox.requests.filter(({ method }) => method === 'DELETE').length;

describe('a Secret of ours whose type changes', () => {
  test('is made anew, once, and is ours', async () => {
    await cluster.apply({ name: 'db', values: pair });
    await synced('True');
    const before = await uid();
    await cluster.apply({ name: 'db', values: pair, template: tls });
    await synced('True');
    expect(await cluster.secret('db')).toMatchObject({ type: tls.type });
    expect(await cluster.data('db')).toEqual(pair);
    expect(await uid()).not.toBe(before);
    expect(deletions()).toBe(1);
  });

  // Promise 1: the last good Secret stays.
  test('stays as it is when the API server would not take the new one', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('True');
    const before = await cluster.secret('db');
    await cluster.apply({ name: 'db', values: { a: '2' }, template: tls });
    expect((await synced('False', 'Invalid'))?.message).toContain('tls.crt');
    expect(await cluster.secret('db')).toEqual(before);
    expect((await cluster.status('db'))?.conditions?.map((c) => `${c.type}=${c.status}`)).toContain('Stalled=True');

    await cluster.apply({ name: 'db', values: pair, template: tls });
    await synced('True');
    expect(await cluster.data('db')).toEqual(pair);
  });

  test('stays as it is when an item does not open', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('True');
    const before = await cluster.secret('db');
    await cluster.apply({ name: 'db', values: { a: '2' }, template: { type: 'example.com/x' }, sealedFor: { name: 'other' } });
    await synced('False', 'CannotOpen');
    expect(await cluster.secret('db')).toEqual(before);
  });

  test('is not deleted when it changed since it was read', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('True');
    let spoiled = 0;
    cluster.sandbox.intercept(({ method, path, query }) => {
      if (method !== 'POST' || !path.endsWith('/namespaces/web/secrets') || !query.has('dryRun') || spoiled++ > 0) return undefined;
      void cluster.client.patch(secrets, db, { metadata: { labels: { l: '1' } } }, { type: 'merge' });
      return { delayMs: 300 };
    });
    await cluster.apply({ name: 'db', values: { a: '2' }, template: { type: 'example.com/x' } });
    await synced('True');
    expect(deletions()).toBe(2); // the first was refused
    expect((await cluster.secret('db'))?.metadata.labels).toBeUndefined();
  });

  test('is made, though the creation fails at first; what was rendered once survives that', async () => {
    const data = { token: '{{ randAlphaNum 20 }}' };
    await cluster.apply({ name: 'db', values: { a: '1' }, template: { data } });
    await synced('True');
    const token = (await cluster.data('db'))?.['token'];
    let refused = 0;
    cluster.sandbox.intercept(({ method, path, query }) =>
      method === 'POST' && path.endsWith('/namespaces/web/secrets') && !query.has('dryRun') && ++refused <= 2
        ? { status: 503 }
        : undefined,
    );
    await cluster.apply({ name: 'db', values: { a: '1' }, template: { data, type: 'example.com/x' } });
    await synced('True');
    expect(refused).toBeGreaterThan(2);
    expect(await cluster.data('db')).toEqual({ a: '1', token });
  });

  test('is made by the next controller, when this one ends between deletion and creation', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('True');
    cluster.sandbox.intercept(({ method, path, query }) =>
      method === 'POST' && path.endsWith('/namespaces/web/secrets') && !query.has('dryRun') ? { status: 500 } : undefined,
    );
    await cluster.apply({ name: 'db', values: { a: '2' }, template: { type: 'example.com/x' } });
    await eventually(uid, (seen) => seen === undefined, 'the old one is deleted');
    await cluster.stopController();
    cluster.sandbox.intercept();
    await cluster.start();
    await synced('True');
    expect(await cluster.data('db')).toEqual({ a: '2' });
  });

  test('that a finalizer holds is made anew once it is gone', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' }, template: { metadata: { finalizers: ['example.com/hold'] } } });
    await synced('True');
    await cluster.apply({ name: 'db', values: { a: '2' }, template: { type: 'example.com/x' } });
    await synced('False', 'Terminating');
    expect(await cluster.data('db')).toEqual({ a: '1' });
    await cluster.client.patch(secrets, db, { metadata: { finalizers: null } }, { type: 'merge' });
    await synced('True');
    expect(await cluster.data('db')).toEqual({ a: '2' });
  });

  test('is refused with --recreate-secrets=false, and nothing is deleted', async () => {
    await cluster.stopController();
    await cluster.start('--recreate-secrets=false');
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('True');
    await cluster.apply({ name: 'db', values: { a: '2' }, template: { type: 'example.com/x' } });
    await synced('False', 'TypeChanged');
    expect(deletions()).toBe(0);
    await cluster.client.delete(secrets, db);
    await synced('True');
    expect(await cluster.data('db')).toEqual({ a: '2' });
  });
});

// The three requests of making anew, each with each fault, once.
describe('a fault while a Secret is made anew is got over', () => {
  const isOf = (path: string): boolean => path.includes('/namespaces/web/secrets');
  const points = {
    check: ({ method, path, query }) => method === 'POST' && isOf(path) && query.has('dryRun'),
    delete: ({ method, path }) => method === 'DELETE' && isOf(path),
    create: ({ method, path, query }) => method === 'POST' && isOf(path) && !query.has('dryRun'),
  } as const satisfies Record<string, (request: SeenRequest) => boolean>;
  const faults: readonly Fault[] = ['reset', 'reset-after', { status: 409 }, { status: 429 }, { status: 500 }, { status: 503 }];

  test.each(Object.keys(points) as (keyof typeof points)[])('%s', async (point) => {
    await cluster.apply({ name: 'db', values: { a: '0' }, template: { type: 'example.com/0' } });
    await synced('True');
    for (const [index, fault] of faults.entries()) {
      let struck = 0;
      cluster.sandbox.intercept((request) => (points[point](request) && struck++ === 0 ? fault : undefined));
      const type = `example.com/${index + 1}`;
      await cluster.apply({ name: 'db', values: { a: type }, template: { type } });
      await eventually(
        async () => cluster.secret('db'),
        (secret) => secret?.type === type,
        `${JSON.stringify(fault)}: there is a Secret of the new type`,
      );
      await synced('True');
      expect(await cluster.data('db')).toEqual({ a: type });
      expect(struck, JSON.stringify(fault)).toBeGreaterThan(0);
    }
  });
});

test('an immutable Secret is replaced once the SealedSecret asks for it', async () => {
  const template = { immutable: true };
  await cluster.apply({ name: 'db', values: { a: '1' }, template });
  await synced('True');
  await cluster.apply({ name: 'db', values: { a: '2' }, template });
  expect((await synced('False', 'Immutable'))?.message).toContain(annotations.replaceImmutable);
  expect(await cluster.data('db')).toEqual({ a: '1' });
  const mark = { metadata: { annotations: { [annotations.replaceImmutable]: 'true' } } };
  await cluster.client.patch(sealedSecretKind, db, mark, { type: 'merge' });
  await synced('True');
  expect(await cluster.data('db')).toEqual({ a: '2' });
  expect((await cluster.secret('db'))?.immutable).toBe(true);
});

test('a Secret that the API server calls invalid is not offered again and again', async () => {
  let offers = 0;
  cluster.sandbox.intercept(({ method, path }) =>
    method === 'POST' && path.endsWith('/namespaces/web/secrets') && ++offers > 0 ? { status: 422, reason: 'Invalid' } : undefined,
  );
  await cluster.apply({ name: 'db', values: { a: '1' } });
  await synced('False', 'Invalid');
  await cluster.apply({ name: 'other', values: { a: '1' } });
  await eventually(
    async () => (await cluster.status('other'))?.conditions?.[0]?.reason,
    (reason) => reason === 'Invalid',
    'the next one is told too',
  );
  expect(offers).toBeLessThanOrEqual(4); // the echo of a status may come before its answer, and wakes once more
  cluster.sandbox.intercept();
  const touch = { metadata: { annotations: { touched: 'yes' } } };
  await cluster.client.patch(sealedSecretKind, db, touch, { type: 'merge' });
  await synced('True');
});

test('--forbidden-secret-types: told in the status, nothing is written', async () => {
  await cluster.stopController();
  await cluster.start('--forbidden-secret-types=bootstrap.kubernetes.io/token, kubernetes.io/service-account-token');
  await cluster.apply({ name: 'db', values: { a: '1' }, template: { type: 'kubernetes.io/service-account-token' } });
  expect((await synced('False', 'ForbiddenType'))?.message).toContain('"kubernetes.io/service-account-token"');
  expect(await cluster.secret('db')).toBeUndefined();
  await cluster.apply({ name: 'db', values: { a: '1' } });
  await synced('True');
});
