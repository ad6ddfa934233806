import type { KubeObject } from '@signet/kube/client';
import { beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { useCluster } from './cluster.ts';

// Source: acceptance checklist of sealed-secrets v0.38, items 6 to 9; promises 1 and 11.

const cluster = useCluster();
const ns = 'templates';
beforeAll(async () => {
  await cluster().namespace(ns);
});

/** Seals the values for a name, puts the templates beside them, and applies it. */
async function apply(name: string, values: Record<string, string>, template: object): Promise<void> {
  const sealed = await cluster().seal({ name, namespace: ns, values });
  await cluster().apply({ ...sealed, spec: { ...sealed.spec, template } });
}

describe('templates', () => {
  test('acceptance 6: index and toJson', async () => {
    const data = {
      key: '{{ index . "a-b" }}',
      json: '{{ dict "user" (index . "a-b") "n" 1 | toJson }}',
      shout: '{{ .user | upper }}',
    };
    await apply('functions', { 'a-b': 'dash', user: 'ann' }, { data });
    await cluster().synced(ns, 'functions', 'True');
    expect(await cluster().data(ns, 'functions')).toEqual({
      'a-b': 'dash',
      user: 'ann',
      key: 'dash',
      json: '{"n":1,"user":"dash"}',
      shout: 'ANN',
    });
  });

  test('acceptance 7: with nothing sealed at all', async () => {
    const object: KubeObject = {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'plain', namespace: ns },
      spec: { encryptedData: {}, template: { data: { motd: 'hello {{ "world" }}' } } },
    };
    await cluster().apply(object);
    await cluster().synced(ns, 'plain', 'True');
    expect(await cluster().data(ns, 'plain')).toEqual({ motd: 'hello world' });
  });

  test('acceptance 8: texts beside a template are seen raw; a sealed item wins in the data and in the Secret', async () => {
    const data = { url: 'http://{{ .host }}/{{ .path }}', host: 'db.{{ "x" }}', path: 'not this one' };
    await apply('siblings', { path: 'sealed' }, { data });
    await cluster().synced(ns, 'siblings', 'True');
    expect(await cluster().data(ns, 'siblings')).toEqual({ path: 'sealed', host: 'db.x', url: 'http://db.{{ "x" }}/sealed' });
  });

  test('acceptance 9: owner references, unless they are not wanted', async () => {
    const skip = { 'sealedsecrets.bitnami.com/skip-set-owner-references': 'true' };
    await apply('owned', { a: '1' }, { data: { b: '{{ .a }}' } });
    await apply('free', { a: '1' }, { metadata: { annotations: skip }, data: { b: '{{ .a }}' } });
    for (const name of ['owned', 'free']) await cluster().synced(ns, name, 'True');
    expect((await cluster().secret(ns, 'owned'))?.metadata.ownerReferences).toHaveLength(1);
    expect((await cluster().secret(ns, 'free'))?.metadata.ownerReferences ?? []).toEqual([]);
  });

  test('one that fails is named; the last good Secret stays; a mended template is noticed', async () => {
    await apply('broken', { a: '1' }, { data: { good: '{{ .a }}' } });
    await cluster().synced(ns, 'broken', 'True');
    await apply('broken', { a: 's3cret' }, { data: { good: '{{ .a }}', bad: '{{ .a.b }}' } });
    const { reason, message } = await cluster().synced(ns, 'broken', 'False');
    expect(reason).toBe('CannotRender');
    expect(message).toBe(`template: bad:1:5: executing "bad" at <.a.b>: can't evaluate field b in type string (bad)`);
    expect(await cluster().data(ns, 'broken')).toEqual({ a: '1', good: '1' });
    await apply('broken', { a: '2' }, { data: { good: '{{ .a }}' } });
    await until('the new Secret', async () => (await cluster().data(ns, 'broken'))?.['good'] === '2');
  });

  test('a random value is made once: an edit beside it is mended, and it stays', async () => {
    await apply('once', { a: '1' }, { data: { token: '{{ randAlphaNum 24 }}' } });
    await cluster().synced(ns, 'once', 'True');
    const { token = '' } = (await cluster().data(ns, 'once')) ?? {};
    expect(token).toMatch(/^[0-9A-Za-z]{24}$/);
    await cluster().kubectl('-n', ns, 'patch', 'secret/once', '-p', '{"stringData":{"a":"edited"}}');
    await until('it is mended', async () => (await cluster().data(ns, 'once'))?.['a'] === '1');
    expect(await cluster().data(ns, 'once')).toEqual({ a: '1', token });
    expect((await cluster().secret(ns, 'once'))?.metadata.annotations?.['signet.dev/rendered-once']).toMatch(
      /^\{"token":"[\w-]{22}\.[\w-]{22}"\}$/,
    );
  });
});
