import { annotations, sealedSecretKind } from '@signet/api';
import { secrets } from '@signet/kube/client';
import type { Secret } from '@signet/kube/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

// Source of the cases: acceptance checklist of sealed-secrets v0.38, items 29-31, and promise 3 where it goes further.

let cluster: TestCluster;
beforeAll(async () => {
  cluster = await startCluster();
});
afterAll(async () => cluster.stop());

const managed = { [annotations.managed]: 'true' };
const patch = { [annotations.patch]: 'true' };

async function existing(name: string, marks: Record<string, string>, labels?: Record<string, string>): Promise<Secret> {
  const metadata = { name, namespace: 'web', annotations: { ...marks, theirs: 'a' }, ...(labels && { labels }) };
  return cluster.client.create(secrets, { metadata, type: 'Opaque', data: { old: Buffer.from('1').toString('base64') } });
}
async function synced(name: string, wanted: string): Promise<string> {
  const status = await eventually(
    async () => (await cluster.status(name))?.conditions?.[0],
    (condition) => condition?.status === wanted,
    `Synced of ${name} is ${wanted}`,
  );
  return status?.message ?? '';
}

describe('a Secret that was there before', () => {
  test('foreign: refused in status and event, not a byte changed; taken once it is annotated', async () => {
    const before = await existing('foreign', {});
    await cluster.apply({ name: 'foreign', values: { a: '1' } });
    expect(await synced('foreign', 'False')).toBe(
      'failed update: Resource "foreign" already exists and is not managed by SealedSecret',
    );
    expect(await cluster.secret('foreign')).toEqual(before);
    const [event] = await eventually(
      async () => cluster.eventsOf('foreign'),
      (events) => events.length > 0,
      'an event',
    );
    expect(event).toMatchObject({
      type: 'Warning',
      reason: 'ErrUpdateFailed',
      message: 'Resource "foreign" already exists and is not managed by SealedSecret',
      source: { component: 'sealed-secrets' },
    });

    const ref = { name: 'foreign', namespace: 'web' };
    await cluster.client.patch(secrets, ref, { metadata: { annotations: managed } }, { type: 'merge' });
    await synced('foreign', 'True');
    expect(await cluster.data('foreign')).toEqual({ a: '1' });
  });

  test('managed: owned; data, labels and annotations replaced', async () => {
    await existing('managed', managed, { theirs: 'l' });
    const sealed = await cluster.apply({ name: 'managed', values: { a: '1' }, template: { metadata: { labels: { ours: 'l' } } } });
    await synced('managed', 'True');
    const secret = await cluster.secret('managed');
    expect(secret?.metadata.labels).toEqual({ ours: 'l' });
    expect(secret?.metadata.annotations ?? {}).toEqual({});
    expect(secret?.metadata.ownerReferences?.[0]?.uid).toBe(sealed.metadata.uid);
    expect(await cluster.data('managed')).toEqual({ a: '1' });
  });

  test('patch: merged, nobody owns it; its deletion is not undone', async () => {
    await existing('patched', patch);
    await cluster.apply({ name: 'patched', values: { a: '1' } });
    await synced('patched', 'True');
    expect(await cluster.data('patched')).toEqual({ old: '1', a: '1' });
    const secret = await cluster.secret('patched');
    expect(secret?.metadata.ownerReferences ?? []).toEqual([]);
    expect(secret?.metadata.annotations).toMatchObject({ theirs: 'a' });

    await cluster.client.delete(secrets, { name: 'patched', namespace: 'web' });
    expect(await synced('patched', 'False')).toContain('the Secret that the items were merged into is gone');
    expect(await cluster.secret('patched')).toBeUndefined();
    await existing('patched', patch);
    await synced('patched', 'True');
    expect(await cluster.data('patched')).toEqual({ old: '1', a: '1' });
  });

  test('managed and patch: owned and merged, annotations kept', async () => {
    await existing('both', { ...managed, ...patch });
    const sealed = await cluster.apply({ name: 'both', values: { a: '1' } });
    await synced('both', 'True');
    const secret = await cluster.secret('both');
    expect(secret?.metadata.ownerReferences?.[0]?.uid).toBe(sealed.metadata.uid);
    expect(secret?.metadata.annotations).toMatchObject({ ...managed, ...patch, theirs: 'a' });
    expect(await cluster.data('both')).toEqual({ old: '1', a: '1' });
  });

  test('patch on a Secret without data and labels', async () => {
    await cluster.client.create(secrets, { metadata: { name: 'bare', namespace: 'web', annotations: patch } });
    await cluster.apply({ name: 'bare', values: { a: '1' }, template: { metadata: { labels: { l: 'm' } } } });
    await synced('bare', 'True');
    expect(await cluster.data('bare')).toEqual({ a: '1' });
  });
});

test('skip-set-owner-references: no owner, no failure on its own creation, edits mended', async () => {
  const template = { metadata: { annotations: { [annotations.skipSetOwnerReferences]: 'true' } } };
  await cluster.apply({ name: 'skip', values: { a: '1' }, template });
  await synced('skip', 'True');
  expect((await cluster.secret('skip'))?.metadata.ownerReferences ?? []).toEqual([]);
  const ref = { name: 'skip', namespace: 'web' };
  await cluster.client.patch(secrets, ref, { data: { a: 'AAAA' } }, { type: 'merge' });
  await eventually(
    async () => cluster.data('skip'),
    (data) => data?.['a'] === '1',
    'the edit is mended',
  );
  await synced('skip', 'True');
  await cluster.client.delete(sealedSecretKind, ref);
  await eventually(
    async () => cluster.client.get(sealedSecretKind, ref).catch(() => 'gone'),
    (o) => o === 'gone',
    'deleted',
  );
  expect(await cluster.data('skip')).toEqual({ a: '1' });
});
