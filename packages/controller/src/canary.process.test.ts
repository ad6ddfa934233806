import { sealedSecretKind } from '@signet/api';
import { events, secrets } from '@signet/kube/client';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { eventually, startCluster } from './testing/cluster.ts';
import type { TestCluster } from './testing/cluster.ts';

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => cluster.stop());

const canary = 'canary-7f3a-do-not-leak';
const bytes = Buffer.from(canary);
/** The value as it could slip out: plain, base64, hexadecimal, percent-encoded. The middle of the base64, without its padding. */
const forms = [
  canary,
  bytes.toString('base64').slice(0, 28),
  bytes.toString('hex'),
  bytes.subarray(1).toString('base64').slice(0, 26),
];

function leaks(where: string, text: string): string[] {
  return forms.filter((form) => text.includes(form)).map((form) => `${where}: ${form}`);
}

test('promise 9: no secret leaves by the side door', async () => {
  const values = { password: canary };
  const web = (name: string): { name: string; namespace: string } => ({ name, namespace: 'web' });
  await cluster.apply({ name: 'good', values });
  await cluster.client.create(secrets, { metadata: web('blocked'), data: { x: 'AAAA' } });
  await cluster.apply({ name: 'blocked', values });
  await cluster.apply({ name: 'half', values: { ...values, bad: 'x' } });
  const spoiled = { spec: { encryptedData: { bad: 'AgA=' } } };
  await cluster.client.patch(sealedSecretKind, web('half'), spoiled, { type: 'merge' });
  await cluster.apply({ name: 'frozen', values, template: { immutable: true } });
  await eventually(
    async () => cluster.data('frozen'),
    (data) => data !== undefined,
    'frozen',
  );
  await cluster.apply({ name: 'frozen', values: { password: `${canary}2` }, template: { immutable: true } });
  let faults = 0;
  cluster.sandbox.intercept(({ method, path }) =>
    method === 'POST' && path.endsWith('/web/secrets') && faults++ < 4
      ? { status: [500, 422, 403, 409][faults % 4] ?? 500 }
      : undefined,
  );
  // Types whose content the API server checks: its refusal must not carry the content on.
  await cluster.apply({
    name: 'typed',
    values: { '.dockerconfigjson': canary },
    template: { type: 'kubernetes.io/dockerconfigjson' },
  });
  await cluster.apply({ name: 'bad.key', values: { 'not a key!': canary } });
  await cluster.apply({ name: 'elsewhere', values, sealedFor: { scope: 'cluster-wide' } });

  const names = ['good', 'blocked', 'half', 'frozen', 'typed', 'bad.key', 'elsewhere'];
  const told = async (): Promise<number> =>
    (await Promise.all(names.map(async (name) => cluster.status(name)))).filter((status) => status?.conditions).length;
  await eventually(told, (count) => count === names.length, 'every object has a status');
  await eventually(
    async () => cluster.status('frozen'),
    (status) => status?.observedGeneration === 2,
    'frozen was refused',
  );
  expect(await cluster.data('good')).toEqual(values);
  const metrics = await (await fetch(`${cluster.controller.metricsUrl}/metrics`)).text();
  await cluster.stopController();

  const recorded: string[] = [];
  for await (const page of cluster.client.list(events)) recorded.push(...page.items.map((event) => JSON.stringify(event)));
  const statuses = await Promise.all(names.map(async (name) => JSON.stringify((await cluster.sealed(name))['status'])));
  const paths = cluster.sandbox.requests.map(({ path, query }) => `${path}?${JSON.stringify(query)}`);
  expect(recorded.length).toBeGreaterThan(4);
  expect(cluster.log.length).toBeGreaterThan(8);
  expect([
    ...leaks('log', cluster.log.join('\n')),
    ...leaks('events', recorded.join('\n')),
    ...leaks('statuses', statuses.join('\n')),
    ...leaks('metrics', metrics),
    ...leaks('URLs', paths.join('\n')),
    ...leaks('argv and environment', JSON.stringify([process.argv, process.env])),
  ]).toEqual([]);
});
