import { createHash } from 'node:crypto';
import { externalSecretMarks } from '@signet/api';
import type { KubeObject, Resource } from '@signet/kube/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { OpenBao } from '../../harness/openbao.ts';
import { startOpenBao } from '../../harness/openbao.ts';
import { until } from '../../control-plane/until.ts';
import { release, useCluster } from '../end-to-end/cluster.ts';
import type { Scene, StoredExternalSecret } from './scene.ts';
import { externalSecrets, openScene, textsOf } from './scene.ts';

// When an ExternalSecret is refreshed. Values change in a real OpenBao, behind the store's back.

const cluster = useCluster({ values: ['externalSecrets.enabled=true'] });
let bao: OpenBao;
let scene: Scene;
beforeAll(async () => {
  bao = await startOpenBao();
  scene = await openScene(cluster(), 'refresh');
  await scene.openBao('bao', bao);
});
afterAll(() => bao?.stop());

const patient = { timeout: 20_000 } as const;
const secretStoreRef = { name: 'bao' };
const kubectl = async (...args: string[]): Promise<string> => cluster().kubectl('-n', scene.namespace, ...args);
const value = async (key: string, text: string): Promise<unknown> => bao.admin.put('secret', key, { v: text });
const item = (secretKey: string, key: string): object => ({ secretKey, remoteRef: { key, property: 'v' } });
const refreshTime = async (name: string): Promise<string | null | undefined> => (await scene.object(name)).status?.refreshTime;
const status = async (name: string, change: object): Promise<string> =>
  kubectl('patch', 'externalsecret', name, '--subresource=status', '--type=merge', '-p', JSON.stringify({ status: change }));
/** A change of the Secret that is none of ours: the controller looks at the ExternalSecret, and finds all well. */
const nudge = async (name: string): Promise<string> => kubectl('label', 'secret', name, `nudge=${++nudges}`, '--overwrite');
let nudges = 0;
const data = async (name: string): Promise<Record<string, string> | undefined> => textsOf(await scene.secret(name));

/** An ExternalSecret of one value, `key` in OpenBao, synced; then the value changes to `new`. */
async function stale(name: string, spec: object): Promise<string | null | undefined> {
  await value(name, 'old');
  await scene.establish(name, { secretStoreRef, data: [item('a', name)], ...spec });
  expect(await data(name)).toEqual({ a: 'old' });
  await value(name, 'new');
  return refreshTime(name);
}

test('external acceptance 28: refreshInterval 0: fetched once, also after changes of spec and labels; a Secret that is deleted is fetched anew', async () => {
  const spec = { refreshInterval: '0' };
  const before = await stale('zero', spec);
  expect((await scene.object('zero')).status?.nextRefreshTime).toBeUndefined();
  const more = { secretStoreRef, data: [item('a', 'zero'), item('b', 'zero')], ...spec };
  await scene.external('zero', more, { labels: { team: 'a' } });
  await scene.ready('zero', 'True');
  await scene.settled();
  expect(await data('zero')).toEqual({ a: 'old' });
  expect(await refreshTime('zero')).toBe(before);
  await kubectl('delete', 'secret', 'zero');
  await scene.holds('zero', { a: 'new', b: 'new' });
});

describe('external acceptance 29: Periodic', () => {
  test('not before it is time; when generation, labels or annotations change, and when the Secret is deleted', async () => {
    const before = await stale('periodic', { refreshInterval: '1h' });
    await nudge('periodic');
    await scene.settled();
    expect(await refreshTime('periodic')).toBe(before);
    expect(await data('periodic')).toEqual({ a: 'old' });

    await kubectl('annotate', 'externalsecret', 'periodic', 'force-sync=1');
    await scene.holds('periodic', { a: 'new' });
    await value('periodic', 'newer');
    await kubectl('label', 'externalsecret', 'periodic', 'team=a');
    await scene.holds('periodic', { a: 'newer' });
    await value('periodic', 'newest');
    const spec = { secretStoreRef, data: [item('b', 'periodic')], refreshInterval: '1h' };
    await scene.external('periodic', spec);
    await scene.holds('periodic', { b: 'newest' });
    await value('periodic', 'fresh');
    await kubectl('delete', 'secret', 'periodic');
    await scene.holds('periodic', { b: 'fresh' });
  });

  test('when the interval is over', async () => {
    await stale('elapsed', { refreshInterval: '1s' });
    await scene.holds('elapsed', { a: 'new' });
    await value('elapsed', 'newer');
    await scene.holds('elapsed', { a: 'newer' });
  });

  test.each([
    ['none', null],
    ['in the future', '2099-01-01T00:00:00Z'],
  ])('when the time of the last refresh is %s', async (words, time) => {
    const name = `clock-${words.replaceAll(' ', '-')}`;
    await value(name, 'v');
    await scene.establish(name, { secretStoreRef, data: [item('a', name)] });
    await status(name, { refreshTime: time });
    await nudge(name);
    await until('it is refreshed', async () => {
      const at = await refreshTime(name);
      return typeof at === 'string' && Date.parse(at) <= Date.now();
    });
  });
});

describe('external acceptance 30: other policies', () => {
  test('OnChange: when spec, labels or annotations change, not by time', async () => {
    const spec = { refreshPolicy: 'OnChange', refreshInterval: '1s' };
    const before = await stale('on-change', spec);
    await stale('by-time', { refreshInterval: '1s' });
    await scene.holds('by-time', { a: 'new' });
    await nudge('on-change');
    await scene.settled();
    expect(await refreshTime('on-change')).toBe(before);
    await kubectl('label', 'externalsecret', 'on-change', 'team=a');
    await scene.holds('on-change', { a: 'new' });
    await value('on-change', 'newer');
    await kubectl('annotate', 'externalsecret', 'on-change', 'note=n');
    await scene.holds('on-change', { a: 'newer' });
    await value('on-change', 'newest');
    await scene.external('on-change', { secretStoreRef, data: [item('b', 'on-change')], ...spec });
    await scene.holds('on-change', { b: 'newest' });
  });

  test('CreatedOnce: until it was synced, never after', async () => {
    const spec = { refreshPolicy: 'CreatedOnce', secretStoreRef, data: [item('a', 'once')] };
    await scene.external('once', spec);
    await scene.ready('once', 'False');
    await value('once', 'first');
    await kubectl('annotate', 'externalsecret', 'once', 'hurry=yes'); // it is tried again by itself too, but not at once
    await scene.ready('once', 'True');
    const before = await refreshTime('once');
    await value('once', 'second');
    await scene.external('once', { ...spec, data: [item('b', 'once')] }, { labels: { team: 'a' } });
    await scene.ready('once', 'True');
    await scene.settled();
    expect(await data('once')).toEqual({ a: 'first' });
    expect(await refreshTime('once')).toBe(before);
  });
});

test('external acceptance 31: what was synced is told by generation and a hash of labels and annotations', async () => {
  const { admin } = cluster().plane;
  const hash = (text: string): string => createHash('sha3-224').update(text).digest('hex');
  await value('version', 'v');
  const metadata = { namespace: scene.namespace, name: 'version', annotations: { b: '2', a: '1' } };
  await admin.create(externalSecrets, { metadata, spec: { secretStoreRef, data: [item('a', 'version')] } });
  await scene.ready('version', 'True');
  const synced = async (): Promise<string | undefined> => (await scene.object('version')).status?.syncedResourceVersion;
  expect(await synced()).toBe(`1-${hash('{annotations:map[a:1 b:2] labels:map[]}')}`);
  await kubectl('patch', 'externalsecret', 'version', '--type=merge', '-p', '{"spec":{"refreshInterval":"2h"}}');
  await expect.poll(synced, patient).toBe(`2-${hash('{annotations:map[a:1 b:2] labels:map[]}')}`);
  await kubectl('label', 'externalsecret', 'version', 'team=a');
  await expect.poll(synced, patient).toBe(`2-${hash('{annotations:map[a:1 b:2] labels:map[team:a]}')}`);
});

describe('external acceptance 32: what changes of an object are looked at', () => {
  test('a status that somebody writes is left alone; a change of spec, labels or annotations is not', async () => {
    await value('watched', 'v');
    await scene.establish('watched', { secretStoreRef, data: [item('a', 'watched')] });
    const [first] = (await scene.object('watched')).status?.conditions ?? [];
    const message = async (): Promise<string | undefined> => (await scene.object('watched')).status?.conditions?.[0]?.message;
    const tamper = async (): Promise<string> => status('watched', { conditions: [{ ...first, message: 'tampered' }] });
    await tamper();
    await scene.settled();
    expect(await message()).toBe('tampered');
    for (const change of [
      ['label', 'externalsecret', 'watched', 'team=a'],
      ['annotate', 'externalsecret', 'watched', 'note=n'],
      ['patch', 'externalsecret', 'watched', '--type=merge', '-p', '{"spec":{"refreshInterval":"2h"}}'],
    ]) {
      await tamper();
      await kubectl(...change);
      await expect.poll(message, { ...patient, message: change.join(' ') }).toBe('secret synced');
    }
  });

  test('a deletion, and finalizers: that of external-secrets goes at once, others are left to others', async () => {
    const { finalizer } = externalSecretMarks;
    const spec = { secretStoreRef, data: [item('a', 'watched')] };
    await scene.establish('held', spec, { finalizers: ['example.com/hold'] });
    await kubectl('delete', 'externalsecret', 'held', '--wait=false');
    const finalizers = async (): Promise<readonly string[] | undefined> => (await scene.object('held')).metadata.finalizers;
    await scene.establish('leaves', spec, { finalizers: [finalizer, 'example.com/hold'] });
    expect((await scene.object('leaves')).metadata.finalizers).toEqual([finalizer, 'example.com/hold']);
    await kubectl('delete', 'externalsecret', 'leaves', '--wait=false');
    await until('its own finalizer is gone', async () => (await scene.object('leaves')).metadata.finalizers?.length === 1);
    expect(await finalizers()).toEqual(['example.com/hold']);
    for (const name of ['held', 'leaves'])
      await kubectl('patch', 'externalsecret', name, '--type=merge', '-p', '{"metadata":{"finalizers":null}}');
    await kubectl('wait', '--for=delete', 'externalsecret/held', 'externalsecret/leaves', '--timeout=20s');
  });
});

describe('external acceptance 33: sync windows', () => {
  /** Half a year from now, whatever the day. */
  const faraway = `0 0 1 ${((new Date().getUTCMonth() + 6) % 12) + 1} *`;
  const window = (kind: string, schedule: string): object => ({
    refreshInterval: '1s',
    syncWindows: { kind, windows: [{ schedule, duration: '5m' }] },
  });

  test.each([
    ['deny, active', window('deny', '* * * * *')],
    ['allow, not active', window('allow', faraway)],
    ['allow, not a schedule', window('allow', 'whenever')],
  ])('%s: no refresh by time; a change of the spec and a deleted Secret are not held back', async (words, spec) => {
    const name = `holds-${words.replaceAll(/\W+/g, '-')}`;
    const before = await stale(name, spec);
    await stale(`${name}-free`, { refreshInterval: '1s' });
    await scene.holds(`${name}-free`, { a: 'new' });
    await nudge(name);
    await scene.settled();
    expect(await data(name)).toEqual({ a: 'old' });
    expect(await refreshTime(name)).toBe(before);
    await scene.external(name, { secretStoreRef, data: [item('b', name)], ...spec });
    await scene.holds(name, { b: 'new' });
    await value(name, 'newer');
    await kubectl('delete', 'secret', name);
    await scene.holds(name, { b: 'newer' });
  });

  test.each([
    ['allow, active', window('allow', '* * * * *')],
    ['deny, not active', window('deny', faraway)],
    ['deny, not a schedule', window('deny', 'whenever')],
  ])('%s: refreshed by time', async (words, spec) => {
    const name = `lets-${words.replaceAll(/\W+/g, '-')}`;
    await stale(name, spec);
    await scene.holds(name, { a: 'new' });
  });
});

test('external acceptance 34: an object that is as it should be is written no more: not when its Secret is touched, not when the controller starts anew', async () => {
  await value('quiet', 'v');
  const names = ['quiet-1', 'quiet-2', 'quiet-3'];
  for (const name of names) await scene.establish(name, { secretStoreRef, data: [item('a', 'quiet')] });
  const versions = async (): Promise<(string | undefined)[]> =>
    Promise.all(names.map(async (name) => (await scene.object(name)).metadata.resourceVersion));
  const before = await versions();
  for (const name of names) await nudge(name);
  await scene.settled();
  expect(await versions()).toEqual(before);

  const pods: Resource = { group: '', version: 'v1', plural: 'pods', kind: 'Pod', namespaced: true };
  const uids = async (): Promise<string[]> => {
    const found: KubeObject[] = [];
    for await (const page of cluster().plane.admin.list(pods, { namespace: release.namespace })) found.push(...page.items);
    return found.map(({ metadata }) => metadata.uid ?? '');
  };
  const old = new Set(await uids());
  await cluster().kubectl('-n', release.namespace, 'delete', 'pods', '--all');
  await until('new Pods are there', async () => (await uids()).filter((uid) => !old.has(uid)).length === 2);
  await scene.settled();
  expect(await versions()).toEqual(before);
  const all = names.map(async (name): Promise<StoredExternalSecret> => scene.object(name));
  expect((await Promise.all(all)).map(({ status }) => status?.conditions?.[0]?.status)).toEqual(['True', 'True', 'True']);
});
