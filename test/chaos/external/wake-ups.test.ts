import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { clusterSecretStoreKind, secretStoreKind } from '@signet/api';
import { configMaps, isConflict, namespaces, secrets } from '@signet/kube/client';
import type { KubeObject, Resource } from '@signet/kube/client';
import { fastClock } from '../fast-clock.ts';
import type { Replica } from '../replica.ts';
import { startReplica } from '../replica.ts';
import { eventually, namespace } from '../world.ts';
import { ExternalWorld } from './external-world.ts';

/** So slow that a second of the controller is longer than a test waits: whatever happens, an event made it happen and no timer. */
const almostStopped = 0.02;
const apiVersion = 'external-secrets.io/v1';
const data = [{ secretKey: 'password', remoteRef: { key: 'db' } }];
const base64 = (text: string): string => Buffer.from(text).toString('base64');

let world: ExternalWorld;
let replica: Replica | undefined;
beforeEach(async () => {
  world = await ExternalWorld.start();
  world.backend.values.set('db', 'hunter2');
});
afterEach(async () => {
  await replica?.stop();
  replica = undefined;
  await world.stop();
});

async function start(speed: number): Promise<void> {
  replica = await startReplica(world, { name: 'controller', clock: fastClock(speed), flags: ['--leader-elect=false'] });
  await replica.controller.ready();
}

async function says(name: string, wanted: 'True' | 'False', text = ''): Promise<string> {
  const ready = await eventually(
    async () => (await world.status(name))?.conditions?.find(({ type }) => type === 'Ready'),
    (condition) => condition?.status === wanted && (condition.message ?? '').includes(text),
    `${name} is Ready ${wanted} "${text}"`,
  );
  return ready?.message ?? '';
}

async function password(name: string): Promise<string | undefined> {
  const found = await world.client.get(secrets, { namespace, name });
  const text = Object.values(found.data ?? {})[0];
  return text === undefined ? undefined : Buffer.from(text, 'base64').toString();
}

/** Changes an object, whoever else does. */
async function change(
  resource: Resource,
  ref: { namespace?: string; name: string },
  edit: (live: KubeObject) => object,
): Promise<void> {
  for (;;) {
    const live = await world.client.get<KubeObject>(resource, ref);
    try {
      await world.client.replace<KubeObject>(resource, { ...live, ...edit(live) });
      return;
    } catch (error) {
      if (!isConflict(error)) throw error;
    }
  }
}

const external = async (name: string, store: object, target: object = {}): Promise<void> =>
  world.create(name, { secretStoreRef: store, refreshInterval: '1h', data, target });
const login = { name: 'login', namespace };
const withLogin = (): object => ({
  url: `${world.backend.url}/v/{{ .remoteRef.key }}`,
  result: { jsonPath: '$.value' },
  headers: { authorization: '{{ .auth.token }}' },
  secrets: [{ name: 'auth', secretRef: { name: 'login' } }],
});

describe('promise 3: what can mend a failure is watched; no timer is needed', () => {
  test('credentials: missing, then wrong, then right, then others, without a restart', async () => {
    let accepted = 'right';
    world.backend.moodOf = ({ authorization }) => (authorization === accepted ? undefined : { status: 401 });
    await start(almostStopped);
    await world.webhook('locked', withLogin());
    await external('app', { name: 'locked' });
    await says('app', 'False', 'Secret "web/login"');
    const labels = { 'external-secrets.io/type': 'webhook' };
    await world.client.create(secrets, { metadata: { ...login, labels }, data: { token: base64('wrong') } });
    await says('app', 'False', 'access denied');
    await change(secrets, login, () => ({ data: { token: base64('right') } }));
    await says('app', 'True');
    expect(await password('app')).toBe('hunter2');

    // rotated while all is well: the next who asks uses the new one
    accepted = 'rotated';
    await change(secrets, login, () => ({ data: { token: base64('rotated') } }));
    await eventually(
      async () => {
        await external(`late-${Date.now()}`, { name: 'locked' });
        return world.backend.calls.at(-1)?.authorization;
      },
      (authorization) => authorization === 'rotated',
      'the new credentials are used',
      { everyMs: 200 },
    );
    await says('app', 'True');
  });

  test('a store: not there, then wrong, then right, then deleted and made again', async () => {
    await start(almostStopped);
    await external('app', { name: 'shop' });
    await says('app', 'False', 'SecretStore "shop" does not exist');
    const right = { url: `${world.backend.url}/v/{{ .remoteRef.key }}`, result: { jsonPath: '$.value' } };
    await world.webhook('shop', { ...right, url: `${world.backend.url}/v/elsewhere` });
    await says('app', 'False', 'does not exist');
    await change(secretStoreKind, { namespace, name: 'shop' }, () => ({ spec: { provider: { webhook: right } } }));
    await says('app', 'True');

    await world.removeStore('shop');
    await external('new', { name: 'shop' });
    await says('new', 'False', 'SecretStore "shop" does not exist');
    expect(await password('app')).toBe('hunter2');
    await world.webhook('shop', right);
    await says('new', 'True');
  });

  test.each([
    ['ConfigMap', configMaps, (text: string) => ({ data: { out: text } })],
    ['Secret', secrets, (text: string) => ({ data: { out: base64(text) } })],
  ] as const)('a template in a %s: not there, changed, deleted, back', async (kind, resource, holding) => {
    await start(almostStopped);
    const field = kind === 'ConfigMap' ? 'configMap' : 'secret';
    const templateFrom = [{ [field]: { name: 'texts', items: [{ key: 'out' }] } }];
    const texts = { namespace, name: 'texts' };
    const put = async (text: string): Promise<unknown> =>
      world.client.create<KubeObject>(resource, { metadata: texts, ...holding(text) });
    await external('app', { name: 'backend' }, { template: { templateFrom } });
    await says('app', 'False', 'texts');
    await put('one {{ .password }}');
    await says('app', 'True');
    await change(resource, texts, () => holding('two {{ .password }}'));
    await eventually(
      async () => password('app'),
      (text) => text === 'two hunter2',
      'the change is followed',
    );
    await world.client.delete(resource, texts);
    await says('app', 'False', 'texts');
    expect(await password('app')).toBe('two hunter2');
    await put('three {{ .password }}');
    await says('app', 'True');
    expect(await password('app')).toBe('three hunter2');
  });

  test('the labels of a namespace, where a cluster store asks for them', async () => {
    await start(almostStopped);
    const webhook = { url: `${world.backend.url}/v/{{ .remoteRef.key }}`, result: { jsonPath: '$.value' } };
    const conditions = [{ namespaceSelector: { matchLabels: { team: 'shop' } } }];
    await world.client.create<KubeObject>(clusterSecretStoreKind, {
      apiVersion,
      kind: 'ClusterSecretStore',
      metadata: { name: 'wide' },
      spec: { provider: { webhook }, conditions },
    });
    await external('app', { kind: 'ClusterSecretStore', name: 'wide' });
    await says('app', 'False', 'denied by spec.condition');
    await change(namespaces, { name: namespace }, ({ metadata }) => ({
      metadata: { ...metadata, labels: { ...metadata.labels, team: 'shop' } },
    }));
    await says('app', 'True');
  });

  test('a Secret of somebody else in the way, once it is gone', async () => {
    await start(almostStopped);
    const ownerReferences = [{ apiVersion: 'v1', kind: 'ConfigMap', name: 'x', uid: 'not-there', controller: true }];
    const blocking = { namespace, name: 'app' };
    const owner = await world.client.create<KubeObject>(configMaps, { metadata: { namespace, name: 'x' } });
    const owned = ownerReferences.map((reference) => ({ ...reference, uid: String(owner.metadata.uid) }));
    await world.client.create(secrets, { metadata: { ...blocking, ownerReferences: owned }, data: { theirs: 'AAAA' } });
    await external('app', { name: 'backend' });
    await says('app', 'False', 'owner');
    await world.client.delete(secrets, blocking);
    await says('app', 'True');
  });
});

test('promise 7: a backend that asks to be left alone for 60 s is left alone, and then asked again', async () => {
  const speed = 20;
  await start(speed);
  world.backend.mood = { status: 429, retryAfterS: 60 };
  for (let index = 0; index < 20; index++) await external(`app-${index}`, { name: 'backend' });
  for (let index = 0; index < 20; index++) await says(`app-${index}`, 'False');
  const refused = world.backend.calls.length;
  world.backend.heal();
  await says('app-19', 'True');
  const last = world.backend.calls[refused - 1]?.at ?? 0;
  const next = world.backend.calls[refused]?.at ?? 0;
  expect(refused, 'calls before the wish was known').toBeLessThanOrEqual(8);
  // what the machines' clocks differ in by rounding
  expect(((next - last) * speed) / 1000, 'seconds it was left alone').toBeGreaterThanOrEqual(60 - 0.002 * speed);
});
