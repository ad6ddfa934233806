import {
  clusterSecretStoreCrd,
  clusterSecretStoreKind,
  externalSecretMarks,
  readSecretStore,
  secretStoreCrd,
  secretStoreKind,
} from '@signet/api';
import type { SecretStoreStatus } from '@signet/api';
import {
  createClient,
  customResourceDefinitions,
  events,
  isNotFound,
  namespaces,
  secrets,
  silentLogger,
  systemClock,
} from '@signet/kube/client';
import type { Client, KubeObject } from '@signet/kube/client';
import { Controller, EventRecorder } from '@signet/kube/runtime';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { ScopedCache } from '../cluster/scoped-cache.ts';
import { secretMarks } from '../cluster/live-secrets.ts';
import { eventually } from '../testing/cluster.ts';
import { OpenStores } from './open-stores.ts';
import { pushSecretKind, PushSecretUsers } from './push-secret-users.ts';
import { storeReconciler } from './store-reconciler.ts';
import { ScriptedBackend } from './testing/scripted-backend.ts';

/** Stores and their reconcilers against an API server. */
interface World {
  readonly backend: ScriptedBackend;
  readonly stores: OpenStores;
  stop(): Promise<void>;
}

let sandbox: Sandbox;
let client: Client;
let world: World;

function start(): World {
  const end = new AbortController();
  const { signal } = end;
  const backend = new ScriptedBackend(systemClock);
  const common = { client, clock: systemClock, logger: silentLogger, random: Math.random };
  const caches = {
    stores: new ScopedCache<KubeObject>({ ...common, resource: secretStoreKind }, undefined),
    clusterStores: new ScopedCache<KubeObject>({ ...common, resource: clusterSecretStoreKind }, undefined),
    namespaces: new ScopedCache<KubeObject>({ ...common, resource: namespaces, metadataOnly: true }, undefined),
  };
  const secretCache = new ScopedCache<KubeObject>(
    { ...common, resource: secrets, metadataOnly: true, transform: secretMarks },
    undefined,
  );
  const stores = new OpenStores({
    ...common,
    ...caches,
    registry: backend.registry(),
    env: {},
    ownToken: async () => '',
    limits: { sockets: 4, callTimeoutMs: 5000, maxAnswerBytes: 2 ** 20 },
    controllerClass: 'default',
    signal,
    generators: { generate: async () => ({ values: new Map() }) },
    credentials: [{ kind: 'Secret', source: secretCache }],
  });
  const pushSecrets = new PushSecretUsers({ ...common, namespaces: undefined });
  const recorder = new EventRecorder({ ...common, component: 'external-secrets', host: 'test' });
  const room = { ...common, stores, pushSecrets, events: recorder, observer: {}, intervalMs: 300_000 };
  const controllers = (['SecretStore', 'ClusterSecretStore'] as const).map((kind) => {
    const cache = kind === 'SecretStore' ? caches.stores : caches.clusterStores;
    const controller = new Controller({
      ...common,
      name: kind,
      reconciler: storeReconciler({ ...room, kind, cache }),
      concurrency: 4,
    });
    controller.watch(cache);
    stores.onStanding(({ kind: which, namespace, name }) => {
      if (which === kind) controller.enqueue({ namespace, name });
    });
    return controller;
  });
  const running = [...Object.values(caches), secretCache, ...controllers, stores].map(async (part) => part.run(signal));
  return {
    backend,
    stores,
    async stop() {
      end.abort();
      await Promise.all(running);
    },
  };
}

async function put(kind: 'SecretStore' | 'ClusterSecretStore', name: string, spec: object, finalizers?: string[]): Promise<void> {
  const metadata = { name, ...(kind === 'SecretStore' && { namespace: 'web' }), ...(finalizers && { finalizers }) };
  const resource = kind === 'SecretStore' ? secretStoreKind : clusterSecretStoreKind;
  await client.create<KubeObject>(resource, { apiVersion: 'external-secrets.io/v1', kind, metadata, spec });
}

async function statusOf(
  name: string,
  kind: 'SecretStore' | 'ClusterSecretStore' = 'SecretStore',
): Promise<SecretStoreStatus | undefined> {
  const [resource, ref] =
    kind === 'SecretStore' ? [secretStoreKind, { namespace: 'web', name }] : [clusterSecretStoreKind, { name }];
  return readSecretStore(await client.get<KubeObject>(resource, ref)).status;
}

/** The reason of Ready, once there is one that is wanted. */
async function reason(name: string, wanted: string, kind?: 'ClusterSecretStore'): Promise<SecretStoreStatus | undefined> {
  return eventually(
    async () => statusOf(name, kind),
    (status) => status?.conditions?.[0]?.reason === wanted,
    `${name} is ${wanted}`,
  );
}

async function putSecret(name: string, password: string): Promise<void> {
  const data = { password: Buffer.from(password).toString('base64') };
  await client.apply(
    secrets,
    { apiVersion: 'v1', kind: 'Secret', metadata: { namespace: 'web', name }, data },
    { fieldManager: 'test', force: true },
  );
}

async function value(name: string): Promise<string> {
  const { signal } = new AbortController();
  const store = await world.stores.store({ kind: 'SecretStore', name }, 'web', signal);
  const [outcome] = await store.fetch([{ key: 'db' }], { notBefore: Infinity, urgent: true }, signal);
  return outcome instanceof Error ? outcome.message : Buffer.from(outcome?.value(undefined) ?? []).toString();
}

beforeAll(async () => {
  sandbox = await startSandbox({ namespaces: ['web', 'other'] });
  client = createClient(sandbox.connection(), { userAgent: 'test' });
  for (const definition of [secretStoreCrd(), clusterSecretStoreCrd()])
    await client.create(customResourceDefinitions, definition as unknown as KubeObject);
});

afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

beforeEach(() => {
  world = start();
  world.backend.values.set('db', 'hunter2');
});

afterEach(async () => {
  await world.stop();
});

const scripted = (config: object = {}): object => ({ provider: { scripted: config } });

describe('external acceptance 38: the status of a store', () => {
  test('valid: Ready with capabilities and generation, one event, one write', async () => {
    await put('SecretStore', 'valid', scripted());
    const status = await reason('valid', 'Valid');
    expect(status).toMatchObject({ capabilities: 'ReadWrite', observedGeneration: 1 });
    await eventually(
      async () => {
        const found: KubeObject[] = [];
        for await (const page of client.list(events)) found.push(...page.items);
        return found
          .filter((event) => (event['involvedObject'] as { name?: string }).name === 'valid')
          .map((event) => event['reason']);
      },
      (reasons) => reasons.join() === 'Valid',
      'one event Valid',
    );
    expect(world.backend.calls.filter(({ what }) => what === 'validate')).toHaveLength(1);
  });

  test('unknown: ValidationUnknown, and Ready', async () => {
    await put('SecretStore', 'unknown', scripted({ validity: 'unknown' }));
    const status = await reason('unknown', 'ValidationUnknown');
    expect(status?.conditions?.[0]?.status).toBe('True');
  });

  test('a provider we do not have: InvalidProviderConfig, and nothing else of the object is touched', async () => {
    await put('ClusterSecretStore', 'foreign-provider', { provider: { oracle: { vault: 'ocid1' } } }, [
      externalSecretMarks.storeFinalizer,
    ]);
    const status = await reason('foreign-provider', 'InvalidProviderConfig', 'ClusterSecretStore');
    expect(status?.conditions?.[0]?.message).toContain(
      'unable to create client: spec.provider.oracle: this provider is not supported',
    );
    const { metadata } = await client.get<KubeObject>(clusterSecretStoreKind, { name: 'foreign-provider' });
    expect(metadata.finalizers).toEqual([externalSecretMarks.storeFinalizer]);
    await client.delete(clusterSecretStoreKind, { name: 'foreign-provider' });
    await eventually(async () => isGone('foreign-provider'), Boolean, 'a store that the peer held can be deleted');
  });

  test('denied: told with the cause; whoever uses it is told the same; it works as soon as the credentials do', async () => {
    world.backend.accepts = new Set(['right']);
    await put('SecretStore', 'denied', scripted({ secret: { name: 'login' } }));
    const missing = await reason('denied', 'InvalidProviderConfig');
    expect(missing?.conditions?.[0]?.message).toBe('unable to validate store: Secret "web/login": it does not exist');
    await putSecret('login', 'wrong');
    await eventually(
      async () => (await statusOf('denied'))?.conditions?.[0]?.message,
      (message) => message === 'unable to validate store: access denied: wrong password',
      'the new cause is told',
    );
    await expect(value('denied')).rejects.toThrow('SecretStore "denied" is not ready: access denied: wrong password');
    await putSecret('login', 'right');
    await reason('denied', 'Valid');
    expect(await value('denied')).toBe('hunter2');
    expect(world.backend.logins.filter((password) => password !== '')).toEqual(['wrong', 'right']);
  });

  test('another controller class: left alone', async () => {
    await put('SecretStore', 'theirs', { ...scripted(), controller: 'dev' });
    await put('SecretStore', 'beacon', scripted());
    await reason('beacon', 'Valid');
    expect(await statusOf('theirs')).toBeUndefined();
  });

  test('a cluster store with the credentials of its users is Valid without being tried', async () => {
    await put('ClusterSecretStore', 'referent', scripted({ referent: true, secret: { name: 'nobody-has-it' } }));
    await reason('referent', 'Valid', 'ClusterSecretStore');
  });
});

test('a store that goes out of order says so, and is Ready again when it is back', async () => {
  await put('SecretStore', 'flaky', scripted());
  await reason('flaky', 'Valid');
  expect(await value('flaky')).toBe('hunter2');
  world.backend.mood = 'down';
  for (let times = 0; times < 3; times++) await expect(value('flaky')).rejects.toThrow('503');
  const status = await reason('flaky', 'InvalidProviderConfig');
  expect(status?.conditions?.[0]?.message).toBe('unable to validate store: the backend is not available: 503');
  world.backend.mood = 'up';
  await reason('flaky', 'Valid');
  expect(await value('flaky')).toBe('hunter2');
});

test('a restart with stores that are fine validates them, and writes nothing', async () => {
  await put('SecretStore', 'restarted', scripted());
  await reason('restarted', 'Valid');
  const before = await client.get<KubeObject>(secretStoreKind, { namespace: 'web', name: 'restarted' });
  await world.stop();
  world = start();
  await put('SecretStore', 'after-restart', scripted());
  await reason('after-restart', 'Valid');
  await eventually(
    () => world.backend.logins.length,
    (logins) => logins >= 2,
    'both were validated',
  );
  const after = await client.get<KubeObject>(secretStoreKind, { namespace: 'web', name: 'restarted' });
  expect(after.metadata.resourceVersion).toBe(before.metadata.resourceVersion);
});

describe('external acceptance 39: the finalizer of a store', () => {
  beforeAll(async () => {
    const schema = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };
    const { group, version, plural, kind } = pushSecretKind;
    const version1 = { name: version, served: true, storage: true, schema: { openAPIV3Schema: schema } };
    const spec = {
      group,
      scope: 'Namespaced',
      names: { plural, kind, singular: 'pushsecret', listKind: `${kind}List` },
      versions: [version1],
    };
    const crd = {
      apiVersion: 'apiextensions.k8s.io/v1',
      kind: 'CustomResourceDefinition',
      metadata: { name: `${plural}.${group}` },
      spec,
    };
    await client.create(customResourceDefinitions, crd);
  });

  test('is there while a PushSecret with deletionPolicy Delete uses it, and goes with that', async () => {
    const metadata = { namespace: 'web', name: 'push' };
    const spec = { deletionPolicy: 'Delete', secretStoreRefs: [{ name: 'pushed' }], selector: { secret: { name: 'x' } } };
    await eventually(
      async () =>
        client
          .create<KubeObject>(pushSecretKind, { apiVersion: 'external-secrets.io/v1alpha1', kind: 'PushSecret', metadata, spec })
          .catch(() => undefined),
      (made) => made !== undefined,
      'PushSecrets are served',
    );
    await put('SecretStore', 'pushed', scripted());
    const finalizers = async (): Promise<string[]> =>
      (await client.get<KubeObject>(secretStoreKind, { namespace: 'web', name: 'pushed' })).metadata.finalizers ?? [];
    await eventually(finalizers, (found) => found.includes(externalSecretMarks.storeFinalizer), 'the store is held');
    await client.delete(pushSecretKind, metadata);
    await world.stop();
    world = start(); // or the next validation
    await eventually(finalizers, (found) => found.length === 0, 'the store is let go');
  });
});

async function isGone(name: string): Promise<boolean> {
  try {
    await client.get(clusterSecretStoreKind, { name });
    return false;
  } catch (error) {
    return isNotFound(error);
  }
}
