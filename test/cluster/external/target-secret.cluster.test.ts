import { createHash } from 'node:crypto';
import { externalSecretMarks } from '@signet/api';
import type { Secret } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { useCluster } from '../end-to-end/cluster.ts';
import type { Scene } from './scene.ts';
import { base64, openScene, textsOf } from './scene.ts';

// What an ExternalSecret makes of its Secret: marks, names, metadata, creation and deletion policies.

const cluster = useCluster({ values: ['externalSecrets.enabled=true'] });
let scene: Scene;
beforeAll(async () => {
  scene = await openScene(cluster(), 'targets');
  await scene.establish('short-lived', { data: password });
  await remove('externalsecret', 'short-lived');
});

const password = [{ secretKey: 'password', remoteRef: { key: 'db' } }];
const { dataHash, managed, createdBy } = externalSecretMarks;
/** SHA3-224 of the text Go prints of `map[string][]byte{"bar": "value2", "foo": "value1"}`, as external-secrets v2.9 has it. */
const knownHash = '1bed8bcbcb4547ffe19a19cd47d9078e84aa6598266d86b99f992d64';

const exists = async (name: string, secret: Partial<Secret>): Promise<Secret> =>
  cluster().plane.admin.create(secrets, { ...secret, metadata: { namespace: scene.namespace, name, ...secret.metadata } });
const kubectl = async (...args: string[]): Promise<string> => cluster().kubectl('-n', scene.namespace, ...args);
const remove = async (kind: 'secret' | 'externalsecret', name: string): Promise<string> => kubectl('delete', kind, name);
const patch = async (name: string, change: object): Promise<string> =>
  kubectl('patch', 'secret', name, '--type=merge', '-p', JSON.stringify(change));
const versionOf = async (name: string): Promise<string | undefined> => (await scene.secret(name))?.metadata.resourceVersion;
/** A store of its own, whose values a test changes, and the reference to it. */
async function store(name: string, values: Record<string, string>): Promise<{ secretStoreRef: { name: string } }> {
  await scene.fake(name, values);
  return { secretStoreRef: { name } };
}

describe('external acceptance 1: the marks of external-secrets', () => {
  test('Owner: hash of the data, labels, a controlling owner; a Secret whose data is tampered with is put right', async () => {
    const from = await store('vector', { foo: 'value1', bar: 'value2' });
    await scene.establish('marked', { ...from, dataFrom: [{ find: { name: { regexp: '.' } } }] });
    const { metadata, data } = (await scene.secret('marked'))!;
    expect(data).toEqual({ foo: base64('value1'), bar: base64('value2') });
    expect(metadata.annotations?.[dataHash]).toBe(knownHash);
    expect(metadata.labels).toEqual({ [managed]: 'true', [createdBy]: sha3('targets/marked') });
    const { uid } = (await scene.object('marked')).metadata;
    const owner = { apiVersion: 'external-secrets.io/v1', kind: 'ExternalSecret', name: 'marked', uid };
    expect(metadata.ownerReferences).toEqual([{ ...owner, controller: true, blockOwnerDeletion: true }]);

    await patch('marked', { data: { foo: base64('tampered'), more: base64('1') } });
    await scene.holds('marked', { foo: 'value1', bar: 'value2' });
    expect((await scene.secret('marked'))?.metadata.annotations?.[dataHash]).toBe(knownHash);
  });

  test('Merge: the hash is that of all data, foreign keys too', async () => {
    await exists('marked-merge', { data: { foo: base64('value1') } });
    const from = await store('half', { bar: 'value2' });
    const data = [{ secretKey: 'bar', remoteRef: { key: 'bar' } }];
    await scene.establish('marked-merge', { ...from, data, target: { creationPolicy: 'Merge' } });
    const { metadata } = (await scene.secret('marked-merge'))!;
    expect(metadata.annotations?.[dataHash]).toBe(knownHash);
    expect(metadata.labels).toEqual({ [managed]: 'true' });
    expect(metadata.ownerReferences).toBeUndefined();
  });
});

describe('external acceptance 2: a target that is deleted', () => {
  test.each(['Owner', 'CreateOrMerge'])('%s: is made again at once', async (creationPolicy) => {
    const name = `again-${creationPolicy.toLowerCase()}`;
    await scene.establish(name, { data: password, target: { creationPolicy } });
    const before = (await scene.secret(name))?.metadata.uid;
    await remove('secret', name);
    await scene.became(name, 'it is made again', (now) => now !== undefined && now.metadata.uid !== before);
    await scene.holds(name, { password: 'first' });
  });

  test('Orphan with CreatedOnce: is not; Orphan with Periodic: at the next refresh', async () => {
    const target = { creationPolicy: 'Orphan' };
    await scene.establish('gone', { data: password, target, refreshPolicy: 'CreatedOnce' });
    await scene.establish('later', { data: password, target, refreshInterval: '3s' });
    const { refreshTime } = (await scene.object('later')).status ?? {};
    await remove('secret', 'gone');
    await remove('secret', 'later');
    await scene.settled();
    expect(await scene.secret('gone')).toBeUndefined();
    await scene.refreshedAfter('later', refreshTime);
    await scene.holds('later', { password: 'first' });
    expect(await scene.secret('gone')).toBeUndefined();
  });
});

describe('external acceptance 3: names', () => {
  test('the target has the name of the ExternalSecret, or its own; one of more than 63 characters works, by a hashed field manager', async () => {
    const long = `es-${'x'.repeat(60)}-of-more-than-63`;
    await scene.establish(long, { data: password });
    await scene.establish('named', { data: password, target: { name: 'its-own' } });
    expect(textsOf(await scene.secret('its-own'))).toEqual({ password: 'first' });
    expect(await scene.secret('named')).toBeUndefined();
    const fields = (await scene.secret(long))?.metadata.managedFields as readonly { readonly manager: string }[] | undefined;
    expect(fields?.map(({ manager }) => manager)).toEqual([`externalsecrets.external-secrets.io/sha3/${sha3(long)}`]);

    // Own fields are found again by that manager: what is wanted no more goes.
    await scene.establish(long, { data: password }, { labels: { team: 'a' } });
    await scene.became(long, 'the label is there', (secret) => secret?.metadata.labels?.['team'] === 'a');
    await scene.external(long, { data: password }, { labels: {} });
    await scene.became(long, 'the label is gone', (secret) => secret !== undefined && !('team' in (secret.metadata.labels ?? {})));
  });
});

test('external acceptance 4: a target that is renamed takes the old Secret of an Owner away, and says so', async () => {
  await scene.establish('moves', { data: password, target: { name: 'old-place' } });
  await scene.establish('moves', { data: password, target: { name: 'new-place' } });
  expect(textsOf(await scene.secret('new-place'))).toEqual({ password: 'first' });
  await scene.became('old-place', 'the old one is gone', (secret) => secret === undefined);
  expect((await scene.told('moves', 'Deleted')).message).toBe('secret deleted because it was orphaned');
});

test('external acceptance 5: there is a binding once there is a Secret, and none when nothing was synced', async () => {
  await scene.establish('bound', { data: password, target: { name: 'binding-of-it' } });
  expect((await scene.object('bound')).status?.binding).toEqual({ name: 'binding-of-it' });
  await scene.external('unbound', { data: [{ secretKey: 'a', remoteRef: { key: 'nowhere' } }] });
  await scene.ready('unbound', 'False');
  const { status } = await scene.object('unbound');
  expect(status?.binding).toBeUndefined();
  expect(status?.refreshTime ?? null).toBeNull();
  expect(status?.syncedResourceVersion).toBeUndefined();
});

test('external acceptance 6: labels and annotations are copied; those of a template come instead; outdated ones go, foreign ones stay', async () => {
  const metadata = { labels: { team: 'a', tier: 'b' }, annotations: { note: 'n' } };
  await scene.establish('labelled', { data: password }, metadata);
  const copied = (await scene.secret('labelled'))!.metadata;
  expect(copied.labels).toMatchObject(metadata.labels);
  expect(copied.annotations).toMatchObject(metadata.annotations);

  await patch('labelled', { metadata: { labels: { theirs: 'yes' }, annotations: { theirs: 'yes' } } });
  const template = { metadata: { labels: { app: '{{ .password }}' }, annotations: { link: 'l' } } };
  await scene.establish('labelled', { data: password, target: { template } }, metadata);
  const { labels, annotations } = (await scene.secret('labelled'))!.metadata;
  expect(labels).toEqual({ app: 'first', theirs: 'yes', [managed]: 'true', [createdBy]: sha3('targets/labelled') });
  expect(annotations).toEqual({ link: 'l', theirs: 'yes', [dataHash]: copied.annotations?.[dataHash] });
  expect(textsOf(await scene.secret('labelled'))).toEqual({ password: 'first' });
});

describe('external acceptance 7: Merge', () => {
  const target = { creationPolicy: 'Merge' };

  test('merges, overwrites a conflicting key, does not write what is the same, and follows changes of the target', async () => {
    await exists('shared', { data: { theirs: base64('1'), password: base64('old') } });
    await scene.establish('shared', { data: password, target, refreshInterval: '2s' });
    expect(textsOf(await scene.secret('shared'))).toEqual({ theirs: '1', password: 'first' });
    const before = await versionOf('shared');
    await scene.refreshedAfter('shared', (await scene.object('shared')).status?.refreshTime);
    await scene.refreshedAfter('shared', (await scene.object('shared')).status?.refreshTime);
    expect(await versionOf('shared')).toBe(before);

    await scene.external('shared', { data: password, target, refreshInterval: '1h' });
    await scene.ready('shared', 'True');
    await patch('shared', { data: { password: null, later: base64('2') } });
    await scene.holds('shared', { theirs: '1', later: '2', password: 'first' });
  });

  test('waits for a Secret that is not there, and says so; it is filled as soon as somebody makes it', async () => {
    await scene.external('awaited', { data: password, target });
    const { message } = await scene.ready('awaited', 'True', 'SecretMissing');
    expect(message).toBe('secret will not be created due to CreationPolicy=Merge');
    expect((await scene.object('awaited')).status?.binding).toBeUndefined();
    expect(await scene.secret('awaited')).toBeUndefined();
    await exists('awaited', { data: { theirs: base64('1') } });
    await scene.holds('awaited', { theirs: '1', password: 'first' });
    await scene.ready('awaited', 'True', 'SecretSynced');
    await remove('externalsecret', 'awaited');
    await scene.settled();
    expect(textsOf(await scene.secret('awaited')), 'its keys stay when it goes').toEqual({ theirs: '1', password: 'first' });
  });
});

test('external acceptance 8: Orphan never deletes a Secret: not with the ExternalSecret, not when the sources are gone', async () => {
  await exists('before', { data: { theirs: base64('1') } });
  const from = await store('dries-up', { db: 'first' });
  const target = { creationPolicy: 'Orphan', deletionPolicy: 'Delete' };
  await scene.establish('before', { ...from, data: password, target });
  const { metadata } = (await scene.secret('before'))!;
  expect(metadata.ownerReferences).toBeUndefined();
  await store('dries-up', { other: 'first' });
  expect((await scene.ready('before', 'False')).message).toContain('could not delete secret');
  expect(textsOf(await scene.secret('before'))).toEqual({ password: 'first' });
  await remove('externalsecret', 'before');
  await scene.settled();
  expect((await scene.secret('before'))?.metadata.uid).toBe(metadata.uid);
});

describe('external acceptance 9: CreateOrMerge', () => {
  test('creates what is missing, keeps foreign keys, and leaves the Secret when it goes', async () => {
    const target = { creationPolicy: 'CreateOrMerge' };
    await scene.establish('either', { data: password, target });
    expect((await scene.secret('either'))?.metadata.ownerReferences).toBeUndefined();
    await patch('either', { data: { theirs: base64('1') } });
    await scene.settled();
    await scene.holds('either', { theirs: '1', password: 'first' });
    await remove('externalsecret', 'either');
    await scene.settled();
    expect(textsOf(await scene.secret('either'))).toEqual({ theirs: '1', password: 'first' });
  });

  test('immutable: creates, and freezes', async () => {
    const from = await store('melts', { db: 'first' });
    const target = { creationPolicy: 'CreateOrMerge', immutable: true };
    await scene.establish('frozen-either', { ...from, data: password, target });
    const before = await scene.secret('frozen-either');
    expect(before?.immutable).toBe(true);
    await store('melts', { db: 'second' });
    await scene.settled();
    await scene.ready('frozen-either', 'True');
    expect(textsOf(await scene.secret('frozen-either'))).toEqual({ password: 'first' });
  });
});

describe('external acceptance 10: immutable', () => {
  test('what is there stays as it is when the ExternalSecret is made anew; deleted, it is made anew', async () => {
    const from = await store('changes', { db: 'first' });
    const orphan = { creationPolicy: 'Orphan', immutable: true };
    await scene.establish('frozen', { ...from, data: password, target: orphan });
    await remove('externalsecret', 'frozen');
    await store('changes', { db: 'second' });
    await scene.establish('frozen', { ...from, data: password, target: { immutable: true } });
    expect(textsOf(await scene.secret('frozen'))).toEqual({ password: 'first' });
    await remove('secret', 'frozen');
    await scene.holds('frozen', { password: 'second' });
    expect((await scene.secret('frozen'))?.immutable).toBe(true);
  });

  test('a frozen Secret that should be another is refused with the cause, until somebody deletes it', async () => {
    await exists('frozen-theirs', { data: { password: base64('theirs') }, immutable: true });
    await scene.external('frozen-theirs', { data: password });
    expect((await scene.ready('frozen-theirs', 'False')).message).toContain('could not update secret, target is immutable');
    await remove('secret', 'frozen-theirs');
    await scene.holds('frozen-theirs', { password: 'first' });
    await scene.ready('frozen-theirs', 'True');
  });
});

test('external acceptance 11: CreatedOnce: made anew without immutable, it writes over what is there', async () => {
  const from = await store('once', { db: 'first' });
  const spec = { ...from, data: password, refreshPolicy: 'CreatedOnce', target: { creationPolicy: 'Orphan' } };
  await scene.establish('once', spec);
  await store('once', { db: 'second' });
  await scene.settled();
  expect(textsOf(await scene.secret('once'))).toEqual({ password: 'first' });
  await remove('externalsecret', 'once');
  await scene.establish('once', spec);
  expect(textsOf(await scene.secret('once'))).toEqual({ password: 'second' });
});

test('external acceptance 12: a target of another ExternalSecret is left alone, and taken once that one is gone', async () => {
  await scene.establish('owner', { data: password, target: { name: 'contested' } });
  const before = await versionOf('contested');
  const other = [{ secretKey: 'other', remoteRef: { key: 'db' } }];
  await scene.external('rival', { data: other, target: { name: 'contested' } });
  const { message } = await scene.ready('rival', 'False', 'SecretSyncedError');
  expect(message).toContain('target is owned by another ExternalSecret');
  expect(message).toContain('owner');
  expect(await versionOf('contested')).toBe(before);
  // Its Secret goes with it; here somebody is faster than the cluster's garbage collection.
  await remove('externalsecret', 'owner');
  await kubectl('delete', 'secret', 'contested', '--ignore-not-found');
  await scene.holds('contested', { other: 'first' });
  await scene.ready('rival', 'True');
});

describe('external acceptance 13: what the sources have no more', () => {
  const two = [...password, { secretKey: 'user', remoteRef: { key: 'user' } }];

  test('Delete: the Secret loses keys that are gone, and goes with the last; it returns with them', async () => {
    const from = await store('leaves', { db: 'first', user: 'u' });
    await scene.establish('leaves', { ...from, data: two, target: { deletionPolicy: 'Delete' } });
    await store('leaves', { db: 'first' });
    await scene.holds('leaves', { password: 'first' });
    await store('leaves', { elsewhere: 'x' });
    const { message } = await scene.ready('leaves', 'True', 'SecretDeleted');
    expect(message).toBe('secret deleted due to DeletionPolicy=Delete');
    expect(await scene.secret('leaves')).toBeUndefined();
    expect((await scene.told('leaves', 'MissingProviderSecret')).message).toContain('(key=user)');
    expect((await scene.told('leaves', 'Deleted')).message).toBe(message);
    expect((await scene.object('leaves')).status?.binding).toBeUndefined();
    await store('leaves', { db: 'back', user: 'u' });
    await scene.holds('leaves', { password: 'back', user: 'u' });
  });

  test('Merge: the Secret stays, own keys go', async () => {
    const from = await store('thins', { db: 'first', user: 'u' });
    await scene.establish('thins', { ...from, data: two, target: { deletionPolicy: 'Merge' } });
    const { uid } = (await scene.secret('thins'))!.metadata;
    await store('thins', { elsewhere: 'x' });
    await scene.holds('thins', {});
    expect((await scene.secret('thins'))?.metadata.uid).toBe(uid);
    await scene.ready('thins', 'True', 'SecretSynced');
  });

  test('Retain: a missing key is an error and the Secret stays; a search that finds nothing keeps it, and says so', async () => {
    const from = await store('keeps', { db: 'first', user: 'u' });
    await scene.establish('keeps', { ...from, data: two });
    await scene.establish('finds', { ...from, dataFrom: [{ find: { name: { regexp: '^(db|user)$' } } }] });
    await store('keeps', { elsewhere: 'x' });
    const failed = await scene.ready('keeps', 'False', 'SecretSyncedError');
    expect(failed.message).toContain('could not get secret data from provider: spec.data[0] (key "db")');
    expect(textsOf(await scene.secret('keeps'))).toEqual({ password: 'first', user: 'u' });
    const told = 'secret retained due to DeletionPolicy=Retain';
    await scene.refreshedAfter('finds', undefined);
    await expect.poll(async () => (await scene.ready('finds', 'True')).message, { timeout: 20_000 }).toBe(told);
    expect(textsOf(await scene.secret('finds'))).toEqual({ db: 'first', user: 'u' });
    expect((await scene.object('finds')).status?.binding).toEqual({ name: 'finds' });
  });
});

// It began before all others: the garbage collection of a young cluster takes its time.
test('external acceptance 8: with Owner the Secret goes with the ExternalSecret', async () => {
  await scene.became('short-lived', 'the cluster collects it', (secret) => secret === undefined);
});

function sha3(text: string): string {
  return createHash('sha3-224').update(text).digest('hex');
}
