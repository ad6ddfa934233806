import { afterAll, beforeAll, expect, test } from 'vitest';
import { externalSecretKind, secretStoreKind } from '@signet/api';
import { events, secrets } from '@signet/kube/client';
import type { KubeObject, Resource } from '@signet/kube/client';
import type { Replica } from '../replica.ts';
import { startReplica } from '../replica.ts';
import { eventually, namespace, pause } from '../world.ts';
import { canaries, canary, hearingLogger, leaks } from './canaries.ts';
import type { Case } from './canary-cases.ts';
import { cases, loginStores } from './canary-cases.ts';
import { ExternalWorld } from './external-world.ts';
import { inParallel } from './scrape.ts';

/** Objects of each case: more than a thousand values in all. */
const objectsPerCase = 9;
const log: string[] = [];
let world: ExternalWorld;
let replica: Replica;

beforeAll(async () => {
  world = await ExternalWorld.start();
  const { backend, client } = world;
  for (const name of ['moody', 'broken', 'throttling', 'garbled', 'cutting']) await world.store(name, backend);
  for (const name of ['pathed', 'pathed-badly'])
    await world.webhook(name, {
      url: `${backend.url}/v/{{ .remoteRef.key }}`,
      result: { jsonPath: '$.{{ .remoteRef.property }}' },
    });
  const login = { token: Buffer.from(canary()).toString('base64') };
  const metadata = { name: 'login', namespace, labels: { 'external-secrets.io/type': 'webhook' } };
  await client.create(secrets, { metadata, data: login });
  for (const [name, { url, more }] of Object.entries(loginStores)) {
    const auth = [{ name: 'auth', secretRef: { name: 'login' } }];
    await world.webhook(name, { url: url.replace('{url}', backend.url), secrets: auth, result: { jsonPath: '$.value' }, ...more });
  }
  replica = await startReplica(world, {
    name: 'controller',
    logger: hearingLogger(log),
    flags: ['--leader-elect=false', '--log-level=debug'],
  });
  await replica.controller.ready();
});
afterAll(async () => {
  await replica.stop();
  await world.stop();
});

const objects = cases.flatMap((one) =>
  Array.from({ length: objectsPerCase }, (_, index) => ({ one, name: `${one.name}-${index}` })),
);

/** Another secret for each, at the backend. */
function keepAnew(): void {
  for (const { one, name } of objects) world.backend.values.set(name, one.kept?.(canary()) ?? canary());
}

async function ask({ one, name }: { one: Case; name: string }): Promise<void> {
  const spec = one.spec?.(name) ?? { data: [{ secretKey: 'value', remoteRef: { key: name } }] };
  await world.create(name, { secretStoreRef: { name: one.store ?? 'backend' }, refreshInterval: '1h', ...spec });
}

/** Those that do not say what they should, and what they say. */
async function others(isWanted: (one: Case, name: string) => string): Promise<string[]> {
  const statuses = await world.statuses();
  return objects.flatMap(({ one, name }) => {
    const ready = statuses.get(name)?.conditions?.find(({ type }) => type === 'Ready');
    return ready?.status === isWanted(one, name) ? [] : [`${name}: ${ready?.status} ${ready?.message}`];
  });
}

const settled = { withinMs: 40_000, everyMs: 200 };

async function everything(resource: Resource): Promise<string> {
  const found: string[] = [];
  for await (const page of world.client.list<KubeObject>(resource)) found.push(...page.items.map((item) => JSON.stringify(item)));
  return found.join('\n');
}

test(
  'promise 9: a thousand values through every success and failure: none leaves by a side door',
  { timeout: 120_000 },
  async () => {
    const { backend, client } = world;
    keepAnew();
    backend.moodOf = ({ key }) => {
      if (key === 'hang') return 'hang';
      const found = objects.find(({ name }) => name === key);
      return found?.one.mood?.(backend.values.get(key) ?? '');
    };
    // alone, so that what is refused is known
    const [first, ...rest] = objects.toSorted(
      (one, other) => Number(other.one.name === 'echoed') - Number(one.one.name === 'echoed'),
    );
    if (!first) throw new Error('there are no cases');
    world.disturb(({ method, path }) =>
      method === 'POST' && path.endsWith('/secrets')
        ? { status: 403, message: `admission webhook "x" denied the request: ${backend.values.get(first.name)}` }
        : undefined,
    );
    await ask(first);
    const told = async (): Promise<string> => JSON.stringify((await world.status(first.name)) ?? {});
    await eventually(told, (text) => text.includes('[redacted]'), 'a refusal is told without what it quotes', settled);
    world.disturb();
    await inParallel(rest, 16, ask);
    await eventually(
      async () => others(({ ends }) => ends),
      (lines) => lines.length === 0,
      'each ends as it should',
      settled,
    );
    world.disturb();

    for (const { name } of objects.filter(({ one }) => one.name === 'frozen'))
      await client.patch(secrets, { namespace, name }, { immutable: true }, { type: 'merge' });
    // other values: what may not change, and what the API server refuses while it quotes what it was sent
    world.disturb(({ method, path }) => {
      const name = path.slice(path.lastIndexOf('/') + 1);
      if (method !== 'PUT' || !path.includes('/secrets/echoed-')) return undefined;
      const message = `Secret "${name}" is invalid: data: Invalid value: "${backend.values.get(name)}": no`;
      return { status: [422, 403, 400, 500][Number(name.at(-1)) % 4] ?? 422, message };
    });
    keepAnew();
    const changed = objects.filter(({ one }) => one.name === 'frozen' || one.name === 'echoed' || one.ends === 'False');
    await inParallel(changed, 16, async ({ name }) =>
      client.patch(
        externalSecretKind,
        { namespace, name },
        { metadata: { annotations: { 'force-sync': '2' } } },
        { type: 'merge' },
      ),
    );
    const fails = new Set(changed.map(({ name }) => name));
    await eventually(
      async () => others((_, name) => (fails.has(name) ? 'False' : 'True')),
      (lines) => lines.length === 0,
      'what is refused is told',
      settled,
    );
    await pause(1000); // events are told a moment later

    const metrics = await (await fetch(`${replica.controller.metricsUrl}/metrics`)).text();
    const requests = world.sandbox.requests.map(({ path, query }) => `${path}?${decodeURIComponent(query)}`).join('\n');
    const produced: string[] = [];
    for await (const page of client.list(secrets, { namespace }))
      produced.push(...page.items.map(({ metadata }) => JSON.stringify(metadata)));
    const recorded = await everything(events);
    expect(canaries()).toBeGreaterThan(1000);
    expect(recorded.length).toBeGreaterThan(10_000);
    expect(log.length).toBeGreaterThan(objects.length);
    expect([
      ...leaks('log', log.join('\n')),
      ...leaks('events', recorded),
      ...leaks('ExternalSecrets', await everything(externalSecretKind)),
      ...leaks('stores', await everything(secretStoreKind)),
      ...leaks('metadata of Secrets', produced.join('\n')),
      ...leaks('metrics', metrics),
      ...leaks('URLs', requests),
      ...leaks('argv and environment', JSON.stringify([process.argv, process.env])),
    ]).toEqual([]);
  },
);
