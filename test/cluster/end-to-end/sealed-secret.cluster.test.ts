import { setTimeout as sleep } from 'node:timers/promises';
import type { Secret } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { generateSealingKey } from '@signet/sealing';
import { writeFile } from 'node:fs/promises';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { useCluster } from './cluster.ts';

const cluster = useCluster();
const ns = 'work';
const word = (name: string): string => `sealedsecrets.bitnami.com/${name}`;
const base64 = (text: string): string => Buffer.from(text).toString('base64');

beforeAll(async () => {
  await cluster().namespace(ns);
});

const createSecret = (name: string, secret: Partial<Secret> & { annotations?: Record<string, string> } = {}): Promise<Secret> => {
  const { annotations, ...rest } = secret;
  const metadata = { namespace: ns, name, ...(annotations && { annotations }), ...rest.metadata };
  return cluster().plane.admin.create(secrets, { ...rest, metadata });
};

describe('create and update', () => {
  test('acceptance 26: create makes the Secret with data and labels, a status and the event Unsealed', async () => {
    const sealed = await cluster().establish({
      name: 'new',
      namespace: ns,
      values: { user: 'u', password: 'p' },
      labels: { app: 'x' },
    });
    const secret = await cluster().secret(ns, 'new');
    expect(await cluster().data(ns, 'new')).toEqual({ user: 'u', password: 'p' });
    expect(secret?.metadata.labels).toEqual({ app: 'x' });
    expect(secret?.type).toBe('Opaque');
    const live = await cluster().sealed(ns, 'new');
    expect(secret?.metadata.ownerReferences).toEqual([
      { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name: 'new', uid: live?.metadata.uid, controller: true },
    ]);
    expect(live?.spec.encryptedData).toEqual(sealed.spec.encryptedData);
    const [condition] = live?.status?.conditions ?? [];
    expect(condition).toMatchObject({ type: 'Synced', status: 'True' });
    expect(condition?.lastTransitionTime).toBe(condition?.lastUpdateTime);
    expect(await cluster().told(ns, 'new', 'Unsealed')).toEqual({
      type: 'Normal',
      reason: 'Unsealed',
      message: 'SealedSecret unsealed successfully',
    });
  });

  test('acceptance 27: update brings the new data; observedGeneration 2; it was Synced all the time', async () => {
    await cluster().establish({ name: 'changed', namespace: ns, values: { a: '1' } });
    await sleep(1100); // times in a status count whole seconds
    await cluster().establish({ name: 'changed', namespace: ns, values: { a: '2' } });
    const status = (await cluster().sealed(ns, 'changed'))?.status;
    expect(await cluster().data(ns, 'changed')).toEqual({ a: '2' });
    expect(status?.observedGeneration).toBe(2);
    expect(status?.conditions?.[0]?.lastTransitionTime).not.toBe(status?.conditions?.[0]?.lastUpdateTime);
  });

  test('acceptance 28: renaming an item renames its key; appending an item adds one', async () => {
    const first = await cluster().establish({ name: 'items', namespace: ns, values: { old: '1', kept: '2' } });
    const { old = '', ...others } = first.spec.encryptedData;
    await cluster().apply({ ...first, spec: { ...first.spec, encryptedData: { ...others, renamed: old } } });
    await until('the key is renamed', async () => (await cluster().data(ns, 'items'))?.['renamed'] === '1');
    expect(await cluster().data(ns, 'items')).toEqual({ kept: '2', renamed: '1' });
    const more = await cluster().seal({ name: 'items', namespace: ns, values: { more: '3' } });
    const encryptedData = { ...others, renamed: old, ...more.spec.encryptedData };
    await cluster().apply({ ...first, spec: { ...first.spec, encryptedData } });
    await until('the item is there', async () => (await cluster().data(ns, 'items'))?.['more'] === '3');
    expect(await cluster().data(ns, 'items')).toEqual({ kept: '2', renamed: '1', more: '3' });
  });

  test('acceptance 34: type and immutability reach the Secret', async () => {
    const values = { '.dockerconfigjson': '{"auths":{}}' };
    await cluster().establish({ name: 'registry', namespace: ns, values, type: 'kubernetes.io/dockerconfigjson', immutable: true });
    const secret = await cluster().secret(ns, 'registry');
    expect(secret?.type).toBe('kubernetes.io/dockerconfigjson');
    expect(secret?.immutable).toBe(true);
  });

  test('acceptance 34: changing an immutable Secret is refused: event ErrUpdateFailed, observedGeneration 2, the old data stays', async () => {
    await cluster().establish({ name: 'fixed', namespace: ns, values: { a: '1' }, immutable: true });
    await cluster().apply(await cluster().seal({ name: 'fixed', namespace: ns, values: { a: '2' }, immutable: true }));
    const condition = await cluster().synced(ns, 'fixed', 'False');
    expect(condition.message).toContain('the target Secret is immutable');
    expect((await cluster().told(ns, 'fixed', 'ErrUpdateFailed')).message).toContain('the target Secret is immutable');
    expect((await cluster().sealed(ns, 'fixed'))?.status?.observedGeneration).toBe(2);
    expect(await cluster().data(ns, 'fixed')).toEqual({ a: '1' });
  });
});

describe('acceptance 22: the status is written when it says something new', () => {
  test('from nothing; from False to True and back the transition time moves; False stays False without a write', async () => {
    const good = await cluster().seal({ name: 'flips', namespace: ns, values: { a: '1' } });
    const bad = { ...good, spec: { ...good.spec, encryptedData: { a: base64('not sealed at all') } } };
    const status = async (): Promise<unknown> => (await cluster().sealed(ns, 'flips'))?.status;

    await cluster().apply(bad);
    const failed = await cluster().synced(ns, 'flips', 'False');
    expect(failed.lastTransitionTime).toBe(failed.lastUpdateTime);
    const before = await status();
    await sleep(1100);
    await cluster().kubectl('-n', ns, 'annotate', 'sealedsecret/flips', 'touched=yes');
    await cluster().settled();
    expect(await status()).toEqual(before);

    await cluster().apply(good);
    const opened = await cluster().synced(ns, 'flips', 'True');
    expect(opened.lastTransitionTime).not.toBe(failed.lastTransitionTime);
    expect(opened.lastTransitionTime).toBe(opened.lastUpdateTime);
    await sleep(1100);
    await cluster().apply(bad);
    const again = await cluster().synced(ns, 'flips', 'False');
    expect(again.lastTransitionTime).not.toBe(opened.lastTransitionTime);
    expect(await cluster().data(ns, 'flips'), 'the last good Secret stays').toEqual({ a: '1' });
  });
});

describe('a Secret that is there already', () => {
  const live = { metadata: { labels: { theirs: 'yes' } }, data: { theirs: base64('1') } };

  test('acceptance 29: managed: owned, and data, labels and annotations are replaced', async () => {
    await createSecret('taken', { ...live, annotations: { [word('managed')]: 'true', theirs: 'yes' } });
    await cluster().establish({
      name: 'taken',
      namespace: ns,
      values: { ours: '2' },
      labels: { ours: 'yes' },
      annotations: { ours: 'yes' },
    });
    const secret = await cluster().secret(ns, 'taken');
    expect(await cluster().data(ns, 'taken')).toEqual({ ours: '2' });
    expect(secret?.metadata.labels).toEqual({ ours: 'yes' });
    expect(secret?.metadata.annotations).toEqual({ ours: 'yes' });
    expect(secret?.metadata.ownerReferences).toMatchObject([{ kind: 'SealedSecret', name: 'taken', controller: true }]);
  });

  test('acceptance 30: managed and patch: owned, and merged; annotations are kept', async () => {
    const annotations = { [word('managed')]: 'true', [word('patch')]: 'true', theirs: 'yes' };
    await createSecret('shared', { ...live, annotations });
    await cluster().establish({ name: 'shared', namespace: ns, values: { ours: '2' }, labels: { ours: 'yes' } });
    const secret = await cluster().secret(ns, 'shared');
    expect(await cluster().data(ns, 'shared')).toEqual({ theirs: '1', ours: '2' });
    expect(secret?.metadata.labels).toEqual({ theirs: 'yes', ours: 'yes' });
    expect(secret?.metadata.annotations).toEqual(annotations);
    expect(secret?.metadata.ownerReferences).toHaveLength(1);
  });

  test.each([
    ['with data and labels', 'patched', live, { theirs: '1', ours: '2' }],
    ['with neither', 'patched-empty', {}, { ours: '2' }],
  ] as const)('acceptance 30: patch only, %s: merged, and nobody owns it', async (_, name, secret, data) => {
    await createSecret(name, { ...secret, annotations: { [word('patch')]: 'true' } });
    await cluster().establish({ name, namespace: ns, values: { ours: '2' } });
    expect(await cluster().data(ns, name)).toEqual(data);
    expect((await cluster().secret(ns, name))?.metadata.ownerReferences ?? []).toEqual([]);
  });

  test.each(['managed', 'patch'])('acceptance 20: %s counts only with the exact word "true"', async (mark) => {
    const name = `almost-${mark}`;
    await createSecret(name, { ...live, annotations: { [word(mark)]: 'false' } });
    await cluster().apply(await cluster().seal({ name, namespace: ns, values: { ours: '2' } }));
    await cluster().synced(ns, name, 'False');
    for (const almost of ['TRUE', 'True', '1', 'yes', ' true']) {
      await cluster().kubectl('-n', ns, 'annotate', '--overwrite', `secret/${name}`, `${word(mark)}=${almost}`);
      await cluster().settled();
      expect(await cluster().data(ns, name), `marked ${almost}`).toEqual({ theirs: '1' });
    }
    expect((await cluster().told(ns, name, 'ErrUpdateFailed')).message).toBe(
      `Resource "${name}" already exists and is not managed by SealedSecret`,
    );
    await cluster().kubectl('-n', ns, 'annotate', '--overwrite', `secret/${name}`, `${word(mark)}=true`);
    await cluster().synced(ns, name, 'True');
  });
});

describe('acceptance 31: a Secret that is deleted', () => {
  const remove = (name: string): Promise<string> => cluster().kubectl('-n', ns, 'delete', 'secret', name);

  test('is made again and owned, when it was owned', async () => {
    await cluster().establish({ name: 'lost', namespace: ns, values: { a: '1' } });
    const before = await cluster().secret(ns, 'lost');
    await remove('lost');
    const secret = await until('it is back', () => cluster().secret(ns, 'lost'));
    expect(secret.metadata.uid).not.toBe(before?.metadata.uid);
    expect(secret.metadata.ownerReferences).toHaveLength(1);
  });

  test('is made again and owned, when it was not owned but managed', async () => {
    await cluster().establish({ name: 'lost-managed', namespace: ns, values: { a: '1' } });
    const patch = { metadata: { ownerReferences: null, annotations: { [word('managed')]: 'true' } } };
    const ref = { namespace: ns, name: 'lost-managed' };
    await cluster().kubectl('-n', ns, 'patch', 'secret/lost-managed', '--type=merge', '-p', JSON.stringify(patch));
    await remove(ref.name);
    const secret = await until('it is back', () => cluster().secret(ref.namespace, ref.name));
    expect(secret.metadata.ownerReferences).toHaveLength(1);
  });

  test('stays away, when it was merged into only, or never ours', async () => {
    await createSecret('lent', { annotations: { [word('patch')]: 'true' } });
    await cluster().establish({ name: 'lent', namespace: ns, values: { a: '1' } });
    await createSecret('foreign');
    await remove('lent');
    await remove('foreign');
    await cluster().settled();
    expect(await cluster().secret(ns, 'lent')).toBeUndefined();
    expect(await cluster().secret(ns, 'foreign')).toBeUndefined();
  });
});

describe('what a value is bound to', () => {
  beforeAll(async () => {
    await cluster().namespace('elsewhere');
  });

  /** Seals for `work/original` and applies it as another name or in another namespace. */
  async function moved(flags: readonly string[], to: { name: string; namespace: string }): Promise<void> {
    const sealed = await cluster().seal({ name: 'original', namespace: ns, values: { a: '1' } }, ...flags);
    const { template, ...spec } = sealed.spec;
    await cluster().apply({ ...sealed, metadata: { ...sealed.metadata, ...to }, spec });
    expect(template).toBeDefined();
  }

  async function refused({ name, namespace }: { name: string; namespace: string }): Promise<void> {
    const condition = await cluster().synced(namespace, name, 'False');
    expect(condition.message).toContain('no key could decrypt secret (a)');
    expect((await cluster().told(namespace, name, 'ErrUnsealFailed')).message).toContain('no key could decrypt secret (a)');
    expect(await cluster().secret(namespace, name)).toBeUndefined();
  }

  test('acceptance 32: a key the cluster does not have: no Secret, event ErrUnsealFailed', async () => {
    const { certificatePem } = await generateSealingKey({ bits: 2048 });
    const file = `${cluster().home}/stranger.pem`;
    await writeFile(file, certificatePem);
    await cluster().apply(await cluster().seal({ name: 'stranger', namespace: ns, values: { a: '1' } }, '--cert', file));
    await refused({ name: 'stranger', namespace: ns });
  });

  test.each([
    ['another name (strict)', [], { name: 'renamed', namespace: ns }],
    ['another namespace (strict)', [], { name: 'original', namespace: 'elsewhere' }],
    ['another namespace (namespace-wide)', ['--scope=namespace-wide'], { name: 'roamed', namespace: 'elsewhere' }],
  ] as const)('acceptance 32: %s: no Secret, event ErrUnsealFailed', async (_, flags, to) => {
    await moved(flags, to);
    await refused(to);
  });

  test('acceptance 4: a scope that is taken back after sealing closes the items: the status says so, the last good Secret stays', async () => {
    await cluster().establish({ name: 'narrowed', namespace: ns, values: { a: '1' } }, '--scope=cluster-wide');
    await cluster().kubectl('-n', ns, 'annotate', '--overwrite', 'sealedsecret/narrowed', `${word('cluster-wide')}=false`);
    const condition = await until('the status says that nothing opens', async () => {
      const [first] = (await cluster().sealed(ns, 'narrowed'))?.status?.conditions ?? [];
      return first?.status === 'False' && first;
    });
    expect(condition.message).toContain('no key could decrypt secret (a)');
    expect(await cluster().data(ns, 'narrowed')).toEqual({ a: '1' });
  });

  test('acceptance 12: what is not base64 is named as such, with its key, not as a failure to decrypt', async () => {
    const sealed = await cluster().seal({ name: 'not-base64', namespace: ns, values: { good: '1', bad: '2' } });
    const { good = '' } = sealed.spec.encryptedData;
    await cluster().apply({ ...sealed, spec: { ...sealed.spec, encryptedData: { good, bad: 'Ag!!' } } });
    const { message = '' } = await cluster().synced(ns, 'not-base64', 'False');
    expect(message).toContain('illegal base64 data at input byte 2');
    expect(message).toContain('bad');
    expect(message).not.toMatch(/decrypt|good/);
    expect(await cluster().secret(ns, 'not-base64')).toBeUndefined();
  });

  test.each([
    ['cluster-wide: another name', ['--scope=cluster-wide'], { name: 'wide-renamed', namespace: ns }],
    ['cluster-wide: another namespace', ['--scope=cluster-wide'], { name: 'wide-moved', namespace: 'elsewhere' }],
    ['namespace-wide: another name', ['--scope=namespace-wide'], { name: 'renamed-here', namespace: ns }],
  ] as const)('acceptance 33: %s works', async (_, flags, to) => {
    await moved(flags, to);
    await cluster().synced(to.namespace, to.name, 'True');
    expect(await cluster().data(to.namespace, to.name)).toEqual({ a: '1' });
  });
});

// Last: the garbage collector looks for new kinds only every 30 seconds, and ours was new when this file began.
describe('a SealedSecret that is deleted', () => {
  test('takes its Secret along', async () => {
    await cluster().establish({ name: 'goes', namespace: ns, values: { a: '1' } });
    await cluster().kubectl('-n', ns, 'delete', 'sealedsecret', 'goes');
    await until('the Secret is gone', async () => (await cluster().secret(ns, 'goes')) === undefined, { withinMs: 60_000 });
  });
});
