import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { KubeObject } from '@signet/kube/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { controllerUser, useCluster } from '../end-to-end/cluster.ts';
import type { Scene } from './scene.ts';
import { apiVersion, base64, openScene, secretStoreKind } from './scene.ts';
import type { Selector } from './selectors.ts';
import { selectors } from './selectors.ts';

// Promise 10, tenants stay apart: what one namespace may take from another, for every field of a store that names something.

const cluster = useCluster({ installs: false });
const [tenant, victim] = ['tenant', 'victim'];
let scene: Scene;
/** Takes any request, answers nothing that helps, and remembers the path. */
let listener: Server;
const called: string[] = [];
let address: string;

const loot = { name: 'loot', key: 'text' };

/** Objects of one name, of every kind that a selector can name. */
const objectsIn = (namespace: string, name: string): object[] => [
  {
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { namespace, name, labels: { 'external-secrets.io/type': 'webhook' } },
    data: { text: base64(`of ${namespace}`) },
  },
  { apiVersion: 'v1', kind: 'ConfigMap', metadata: { namespace, name }, data: { text: `of ${namespace}`, url: 'found' } },
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { namespace, name } },
];

beforeAll(async () => {
  listener = createServer((request, response) => {
    called.push(request.url ?? '');
    request.resume();
    response.writeHead(403, { 'content-type': 'application/json' }).end('{"errors":["no"]}');
  });
  await new Promise<void>((resolve) => {
    listener.listen(0, '127.0.0.1', resolve);
  });
  address = `127.0.0.1:${(listener.address() as AddressInfo).port}`;
  const endpoints = ['AWS_STS_ENDPOINT', 'AWS_SECRETSMANAGER_ENDPOINT'];
  const environment = endpoints.flatMap((name, index) => [
    `extraEnv[${index}].name=${name}`,
    `extraEnv[${index}].value=http://${address}`,
  ]);
  await cluster().install(['externalSecrets.enabled=true', ...environment]);
  scene = await openScene(cluster(), tenant);
  await cluster().namespace(victim);
  await cluster().apply(...objectsIn(victim, 'loot'), ...objectsIn(tenant, 'own'));
}, 120_000);
afterAll(() => {
  listener.closeAllConnections();
  listener.close();
});

const storeName = (index: number, whose: string): string => `store-${index}-of-${whose}`;
const resources = { Secret: 'secrets', ConfigMap: 'configmaps', ServiceAccount: 'serviceaccounts' } as const;

/** What the controller did with objects of this name. */
async function asked(namespace: string, name: string): Promise<string[]> {
  const log = await cluster().audit.read();
  return log
    .filter((one) => one.user === controllerUser && one.namespace === namespace && one.name === name)
    .map(({ verb, resource }) => `${verb} ${resource}`);
}

/** A store with one selector that leads to a namespace, and an ExternalSecret that uses it. @returns the refusal of the API server */
async function lay(selector: Selector, index: number, name: string, at: object): Promise<string | undefined> {
  const url = `${selector.scheme ?? 'http'}://${address}`;
  const metadata = { namespace: tenant, name: storeName(index, name) };
  const named = selector.kind === 'ServiceAccount' ? { name, ...at } : { ...loot, name, ...at };
  const store = { apiVersion, kind: 'SecretStore', metadata, spec: { provider: selector.provider(named, url) } };
  const use = {
    apiVersion,
    kind: 'ExternalSecret',
    metadata,
    spec: { secretStoreRef: { name: metadata.name }, data: [{ secretKey: 'a', remoteRef: { key: 'a', property: 'b' } }] },
  };
  const { code, stderr } = await cluster().attempt('kubectl', ['apply', '-f', '-'], {
    input: `${JSON.stringify(store)}\n---\n${JSON.stringify(use)}`,
  });
  return code === 0 ? undefined : stderr;
}

interface StoreObject extends KubeObject {
  readonly status?: {
    readonly conditions?: readonly {
      readonly type: string;
      readonly status: string;
      readonly reason: string;
      readonly message: string;
    }[];
  };
}

describe('external acceptance 38: a SecretStore that names an object of another namespace', () => {
  beforeAll(async () => {
    const refused = await Promise.all(
      selectors.map(async (selector, index) => lay(selector, index, 'loot', { namespace: victim })),
    );
    expect(refused.filter((text) => text !== undefined && !text.includes('namespace'))).toEqual([]);
  });

  test.each(selectors.map((selector, index) => [selector.field, index] as const))(
    '%s: is refused, and says so',
    async (_, index) => {
      const name = storeName(index, 'loot');
      const ready = await until(`store ${name} says something`, async () => {
        const found = await cluster().plane.admin.get<StoreObject>(secretStoreKind, { namespace: tenant, name });
        return found.status?.conditions?.find(({ type }) => type === 'Ready');
      });
      expect(ready).toMatchObject({ status: 'False', reason: 'InvalidProviderConfig' });
      expect(ready.message).toMatch(/namespace/);
      const used = await scene.ready(name, 'False');
      expect(used.message).not.toContain('of victim');
    },
  );

  test('nothing was read there, and nobody was called', async () => {
    await scene.settled();
    expect(await asked(victim, 'loot')).toEqual([]);
    expect(called).toEqual([]);
  });
});

describe('the same selectors, in its own namespace', () => {
  const rows = selectors.filter(({ leaves }) => !leaves);

  test.each(rows.map(({ field }) => field))('%s: is read', async (field) => {
    const index = rows.findIndex((row) => row.field === field);
    const row = rows[index]!;
    const name = `bait-${index}`;
    await cluster().apply(...objectsIn(tenant, name));
    expect(await lay(row, index, name, { namespace: tenant })).toBeUndefined();
    await until(`the controller reads ${name}`, async () =>
      (await asked(tenant, name)).some((what) => what.split(' ')[1]?.startsWith(resources[row.kind])),
    );
  });
});

describe('without a selector', () => {
  const rows: readonly (readonly [string, (url: string) => object])[] = [
    [
      'vault.auth.kubernetes',
      (server) => ({ vault: { server, path: 'secret', auth: { kubernetes: { mountPath: 'lent', role: 'r' } } } }),
    ],
    ['kubernetes', (url) => ({ kubernetes: { server: { url }, remoteNamespace: victim } })],
  ];

  test.each(rows)("%s: the controller's own identity is not lent to a SecretStore", async (field, provider) => {
    const name = `bare-${field.replaceAll('.', '-').toLowerCase()}`;
    const metadata = { namespace: tenant, name };
    const spec = { provider: provider(`http://${address}`) };
    const store = JSON.stringify({ apiVersion, kind: 'SecretStore', metadata, spec });
    // Refused here or later.
    await cluster().attempt('kubectl', ['apply', '-f', '-'], { input: store });
    await scene.external(name, {
      secretStoreRef: { name },
      data: [{ secretKey: 'a', remoteRef: { key: 'loot', property: 'text' } }],
    });
    await scene.ready(name, 'False');
    expect(await scene.secret(name)).toBeUndefined();
    expect(called.filter((path) => /lent|victim/.test(path))).toEqual([]);
  });
});

describe('templates', () => {
  test.each(['configMap', 'secret'] as const)('templateFrom a %s: only of its own namespace', async (kind) => {
    const name = `template-of-${kind.toLowerCase()}`;
    const templateFrom = [{ [kind]: { name: 'loot', items: [{ key: 'text' }] } }];
    await scene.external(name, { data: [{ secretKey: 'a', remoteRef: { key: 'db' } }], target: { template: { templateFrom } } });
    const { message } = await scene.ready(name, 'False');
    expect(message).toContain('loot');
    expect(message).not.toContain('of victim');
    expect(await scene.secret(name)).toBeUndefined();
  });

  test.each(['../../victim/configmaps/loot', 'victim/loot', '..'])('a name that is a path leads nowhere: %s', async (path) => {
    const before = (await asked(victim, 'loot')).length;
    const spec = {
      secretStoreRef: { name: 'fake' },
      data: [{ secretKey: 'a', remoteRef: { key: 'db' } }],
      target: { template: { templateFrom: [{ configMap: { name: path, items: [{ key: 'text' }] } }] } },
    };
    const name = `path-${path.replaceAll(/[^a-z]/g, '') || 'up'}`;
    const object = JSON.stringify({ apiVersion, kind: 'ExternalSecret', metadata: { namespace: tenant, name }, spec });
    const { code } = await cluster().attempt('kubectl', ['apply', '-f', '-'], { input: object });
    if (code === 0) await scene.ready(name, 'False');
    expect(await scene.secret(name)).toBeUndefined();
    expect((await asked(victim, 'loot')).length).toBe(before);
  });
});
