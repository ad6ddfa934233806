import { annotations, sealedSecretKind } from '@signet/api';
import { secrets } from '@signet/kube/client';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

let cluster: TestCluster;
beforeEach(async () => {
  cluster = await startCluster();
});
afterEach(async () => cluster.stop());

const web = (name: string): { name: string; namespace: string } => ({ name, namespace: 'web' });
async function synced(name: string, wanted: string): Promise<void> {
  const ask = async (): Promise<string | undefined> => (await cluster.status(name))?.conditions?.[0]?.status;
  await eventually(ask, (status) => status === wanted, `Synced of ${name} is ${wanted}`);
}
const holds = async (name: string, value: string): Promise<unknown> =>
  eventually(
    async () => cluster.data(name),
    (data) => data?.['a'] === value,
    `Secret ${name} holds ${value}`,
  );

/** Waits until the controller has had nothing to do for a while, so that only what comes next can wake it. */
async function idle(): Promise<void> {
  let [count, since] = [-1, Date.now()];
  await eventually(
    () => {
      const now = cluster.sandbox.requests.filter(({ userAgent }) => userAgent === 'controller').length;
      if (now !== count) [count, since] = [now, Date.now()];
      return Date.now() - since;
    },
    (quietMs) => quietMs > 200,
    'the controller comes to rest',
  );
}

describe('promise 3: it converges without being asked', () => {
  test('an edited Secret is mended, data and labels', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' }, template: { metadata: { labels: { l: '1' } } } });
    await synced('db', 'True');
    await cluster.client.patch(secrets, web('db'), { data: { a: 'AAAA' } }, { type: 'merge' });
    await holds('db', '1');
    await cluster.client.patch(secrets, web('db'), { metadata: { labels: { l: '2' } }, data: { b: 'AAAA' } }, { type: 'merge' });
    const mended = async (): Promise<boolean> => {
      const secret = await cluster.secret('db');
      return secret?.metadata.labels?.['l'] === '1' && !Object.hasOwn(secret.data ?? {}, 'b');
    };
    await eventually(mended, (is) => is, 'labels and foreign keys are mended too');
    await synced('db', 'True');
  });

  test('a Secret that loses its owner reference gets it back', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('db', 'True');
    await cluster.client.patch(secrets, web('db'), { metadata: { ownerReferences: null } }, { type: 'merge' });
    await eventually(
      async () => (await cluster.secret('db'))?.metadata.ownerReferences?.length,
      (n) => n === 1,
      'an owner',
    );
  });

  test('a deleted Secret is created again', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('db', 'True');
    const before = (await cluster.secret('db'))?.metadata.uid;
    await cluster.client.delete(secrets, web('db'));
    await eventually(
      async () => (await cluster.secret('db'))?.metadata.uid,
      (uid) => uid !== undefined && uid !== before,
      'a new one',
    );
    await holds('db', '1');
  });

  test('removal of a blocking Secret wakes the object', async () => {
    await cluster.client.create(secrets, { metadata: web('db'), data: {} });
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('db', 'False');
    await idle();
    await cluster.client.delete(secrets, web('db'));
    await holds('db', '1');
    await synced('db', 'True');
  });

  test('writes refused for a while are retried; the status says so meanwhile, and is right in the end', async () => {
    let refused = 0;
    cluster.sandbox.intercept(({ method, path }) =>
      method === 'POST' && path.endsWith('/namespaces/web/secrets') && ++refused <= 9 ? { status: 503 } : undefined,
    );
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await holds('db', '1');
    await synced('db', 'True');
    expect(refused).toBeGreaterThan(9);
  });

  test('a refusal by policy is told in the status at once, and healed when the policy goes', async () => {
    let forbids = true;
    cluster.sandbox.intercept(({ method, path }) =>
      forbids && method === 'POST' && path.endsWith('/namespaces/web/secrets') ? { status: 403, reason: 'Forbidden' } : undefined,
    );
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('db', 'False');
    const conditions = (await cluster.status('db'))?.conditions ?? [];
    expect(conditions.map((c) => `${c.type}=${c.status}`)).toEqual([
      'Synced=False',
      'Ready=False',
      'Reconciling=True',
      'Stalled=False',
    ]);
    forbids = false;
    await holds('db', '1');
    await synced('db', 'True');
  });

  test('a status that could not be written is not lost', async () => {
    let conflicts = 0;
    cluster.sandbox.intercept(({ method, path }) =>
      method === 'PUT' && path.endsWith('/status') && ++conflicts <= 4
        ? { status: conflicts % 2 ? 409 : 500, reason: conflicts % 2 ? 'Conflict' : 'InternalError' }
        : undefined,
    );
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('db', 'True');
    expect(conflicts).toBeGreaterThan(4);
  });

  test('a status that somebody else overwrote is put right', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('db', 'True');
    const live = await cluster.sealed('db');
    const status = { observedGeneration: 1, conditions: [{ type: 'Synced', status: 'False', message: 'a lie' }] };
    await cluster.client.replaceStatus(sealedSecretKind, { ...live, status });
    await synced('db', 'True');
  });

  test('an answer that was lost on the way does not become a second Secret or a failure', async () => {
    let cut = 0;
    cluster.sandbox.intercept(({ method, path }) =>
      method === 'POST' && path.endsWith('/namespaces/web/secrets') && cut++ === 0 ? 'reset-after' : undefined,
    );
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await holds('db', '1');
    await synced('db', 'True');
    expect((await cluster.eventsOf('db')).filter(({ type }) => type === 'Warning')).toEqual([]);
  });

  test('after a lost watch history nothing is missed', async () => {
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await synced('db', 'True');
    cluster.sandbox.intercept(({ path, query }) =>
      path === '/api/v1/secrets' && query.has('watch') ? { status: 500 } : undefined,
    );
    cluster.sandbox.dropConnections();
    await cluster.client.patch(secrets, web('db'), { data: { a: 'AAAA' } }, { type: 'merge' });
    cluster.sandbox.compact();
    cluster.sandbox.intercept();
    await holds('db', '1');
  });
});

test('a tool that undoes every mend is not fought in a storm', async () => {
  await cluster.apply({ name: 'db', values: { a: '1' } });
  await synced('db', 'True');
  const spoil = async (): Promise<unknown> =>
    cluster.client.patch(secrets, web('db'), { metadata: { labels: { stamp: String(Math.random()) } } }, { type: 'merge' });
  let spoiled = 0;
  const fighting = async (): Promise<string | undefined> => {
    if ((await cluster.secret('db'))?.metadata.labels?.['stamp'] === undefined && spoiled++ < 20) await spoil();
    return (await cluster.status('db'))?.conditions?.[0]?.reason;
  };
  await eventually(fighting, (reason) => reason === 'Contended', 'the status says that somebody interferes');
  expect(spoiled).toBeLessThan(10);
  await synced('db', 'True');
  expect((await cluster.secret('db'))?.metadata.labels).toBeUndefined();
});

test('nor when the status may not be written', async () => {
  cluster.sandbox.intercept(({ method, path }) => (method !== 'GET' && path.endsWith('/status') ? { status: 403 } : undefined));
  await cluster.apply({ name: 'db', values: { a: '1' } });
  let spoiled = 0;
  const fighting = async (): Promise<boolean> => {
    const secret = await cluster.secret('db');
    if (secret && secret.metadata.labels?.['stamp'] === undefined && spoiled++ < 60)
      await cluster.client.patch(secrets, web('db'), { metadata: { labels: { stamp: String(spoiled) } } }, { type: 'merge' });
    return cluster.log.some((line) => line.startsWith('could not write the status of a fight'));
  };
  await eventually(fighting, (given) => given, 'the mends pause');
  expect(spoiled).toBeLessThan(10);
});

describe('namespaces', () => {
  test('with a list of namespaces only these are served', async () => {
    await cluster.stopController();
    await cluster.start('--additional-namespaces=web');
    await cluster.apply({ name: 'in', values: { a: '1' } });
    await cluster.apply({ name: 'out', namespace: 'other', values: { a: '1' } });
    await holds('in', '1');
    await cluster.client.patch(secrets, web('in'), { data: { a: 'AAAA' } }, { type: 'merge' });
    await holds('in', '1');
    expect(await cluster.secret('out', 'other')).toBeUndefined();
    const asked = cluster.sandbox.requests.filter(({ userAgent }) => userAgent === 'controller').map(({ path }) => path);
    expect(asked).toContain('/apis/bitnami.com/v1alpha1/namespaces/web/sealedsecrets');
  });

  test('with a label selector only labelled objects are served, and their Secrets need no label to be mended', async () => {
    await cluster.stopController();
    await cluster.start('--label-selector=team=a');
    await cluster.apply({ name: 'theirs', values: { a: '1' } });
    await cluster.apply({ name: 'ours', values: { a: '1' }, labels: { team: 'a' } });
    await holds('ours', '1');
    await synced('ours', 'True');
    await cluster.client.delete(secrets, web('ours'));
    await holds('ours', '1');
    expect(await cluster.secret('theirs')).toBeUndefined();
  });
});

describe('modes', () => {
  test('--skip-recreate: Secrets are not watched, a blocking one is still got over', async () => {
    await cluster.stopController();
    cluster.sandbox.resetRequests();
    await cluster.start('--skip-recreate');
    await cluster.client.create(secrets, { metadata: { ...web('db'), annotations: { [annotations.managed]: 'true' } }, data: {} });
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await holds('db', '1');
    const watched = cluster.sandbox.requests.filter(
      ({ userAgent, path }) => userAgent === 'controller' && path === '/api/v1/secrets',
    );
    expect(watched).toEqual([]);
  });

  test('--update-status=false: no status is written, no event twice', async () => {
    await cluster.stopController();
    await cluster.start('--update-status=false');
    await cluster.apply({ name: 'db', values: { a: '1' } });
    await holds('db', '1');
    await cluster.client.patch(secrets, web('db'), { data: { a: 'AAAA' } }, { type: 'merge' });
    await holds('db', '1');
    expect(await cluster.status('db')).toBeUndefined();
  });
});
