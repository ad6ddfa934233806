import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createAudience } from '../testing/audience.ts';
import { eventually } from '../testing/eventually.ts';
import { impatientClock } from '../testing/impatient-clock.ts';
import { thrown } from '../testing/thrown.ts';
import type { Client, KubeObject, Secret } from '../client/index.ts';
import { createClient, isAlreadyExists, isConflict, isNotFound, namespaces, secrets } from '../client/index.ts';
import { Reflector } from './reflector.ts';

// Client and reflector against the embedded API server: the two must agree on what the Kubernetes API is.

let sandbox: Sandbox;
let client: Client;
let round = 0;
let namespace = '';
beforeAll(async () => {
  sandbox = await startSandbox();
  client = createClient(sandbox.connection());
});
beforeEach(async () => {
  namespace = `round-${(round += 1)}`;
  await client.create(namespaces, { metadata: { name: namespace } });
});
afterAll(async () => {
  await client.close();
  await sandbox.stop();
});

const secret = (name: string, value: string): Secret => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name },
  data: { value: Buffer.from(value).toString('base64') },
});

test('create, get, replace with and without a conflict, patch, apply, delete with a precondition', async () => {
  const made = await client.create(secrets, secret('a', 'one'));
  expect(made.metadata.uid).toBeDefined();
  expect(isAlreadyExists(await thrown(client.create(secrets, secret('a', 'one'))))).toBe(true);

  const read = await client.get(secrets, made.metadata as { name: string });
  expect(read).toEqual(made);
  const replaced = await client.replace(secrets, { ...read, data: secret('a', 'two').data ?? {} });
  expect(replaced.metadata.resourceVersion).not.toBe(read.metadata.resourceVersion);
  expect(isConflict(await thrown(client.replace(secrets, { ...read, data: {} })))).toBe(true);

  const ref = { namespace, name: 'a' };
  const patched = await client.patch(secrets, ref, { metadata: { labels: { x: 'y' } } }, { type: 'merge' });
  expect(patched.metadata.labels).toEqual({ x: 'y' });
  const applied = await client.apply(secrets, secret('b', 'three'), { fieldManager: 'me' });
  expect(applied.data).toEqual(secret('b', 'three').data);

  expect(await thrown(client.delete(secrets, ref, { uid: 'another' }))).toMatchObject({ status: 409 });
  await client.delete(secrets, ref, { uid: made.metadata.uid });
  expect(isNotFound(await thrown(client.get(secrets, ref)))).toBe(true);
});

test('metadata only, by get and by pages', async () => {
  for (const name of ['a', 'b', 'c']) await client.create(secrets, secret(name, 'hunter2'));
  const one = await client.get(secrets, { namespace, name: 'a' }, { metadataOnly: true });
  expect(Object.keys(one).sort()).toEqual(['apiVersion', 'kind', 'metadata']);
  const names: unknown[] = [];
  for await (const page of client.list(secrets, { namespace, limit: 2, metadataOnly: true })) {
    for (const each of page.items) names.push([each.metadata.name, each.kind, 'data' in each]);
  }
  expect(names).toEqual(['a', 'b', 'c'].map((name) => [name, 'Secret', false]));
});

test.each([
  ['streaming lists', true],
  ['pages', false],
])('the reflector comes to agree over cuts and compaction (%s)', async (_name, watchList) => {
  for (const name of ['a', 'b', 'c']) await client.create(secrets, secret(name, 'one'));
  const clock = impatientClock();
  const reflector = new Reflector<KubeObject>({
    client,
    resource: secrets,
    namespace,
    metadataOnly: true,
    clock,
    watchList,
    pageSize: 2,
  });
  const audience = createAudience();
  reflector.subscribe(audience);
  const controller = new AbortController();
  const running = reflector.run(controller.signal);
  await reflector.synced();
  expect(audience.story).toEqual(['+a!', '+b!', '+c!']);

  // A writer of its own: a POST on a connection that was just cut fails, and rightly is not repeated.
  sandbox.dropConnections();
  const writer = createClient(sandbox.connection());
  await writer.delete(secrets, { namespace, name: 'a' });
  await writer.create(secrets, secret('a', 'again'));
  await writer.replace(secrets, secret('b', 'two'));
  await eventually('the changes are told', () => audience.story.length === 6);
  expect(audience.story.slice(3)).toEqual(['-a', '+a', '~b']);

  // Away while history is lost: only a new list can tell.
  let away = true;
  sandbox.intercept((request) =>
    away && request.path.endsWith(`/${namespace}/secrets`) && request.method === 'GET' ? 'reset' : undefined,
  );
  sandbox.dropConnections();
  await writer.close();
  const late = createClient(sandbox.connection());
  await late.delete(secrets, { namespace, name: 'c' });
  await late.create(secrets, secret('d', 'new'));
  await late.close();
  sandbox.compact();
  away = false;
  await eventually('the list is told', () => audience.believed.has('d') && !audience.believed.has('c'));
  expect(audience.story.slice(6).sort()).toEqual(['+d', '-c']);
  expect(audience.contradictions).toEqual([]);

  controller.abort();
  await running;
  sandbox.intercept();
});
