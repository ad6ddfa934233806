import { isDeepStrictEqual } from 'node:util';
import { sealedSecretKind } from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import { generateSealingKey, readCertificate } from '@signet/sealing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { eventually, startCluster } from '../testing/cluster.ts';
import type { TestCluster } from '../testing/cluster.ts';

// Source: sealed-secrets v0.38, HTTP API; acceptance item 23; CVE-2026-22728; promise 8.

let cluster: TestCluster;
let good: KubeObject;
let wide: KubeObject;
beforeAll(async () => {
  cluster = await startCluster({ flags: ['--rate-limit=1000', '--rate-limit-burst=1000'] });
  good = await cluster.draft({ name: 'db', values: { user: 'ann', password: 'hunter2' } });
  wide = await cluster.draft({ name: 'any', scope: 'cluster-wide', values: { a: '1' } });
});
afterAll(async () => cluster.stop());

interface Answered {
  readonly status: number;
  readonly type: string | null;
  readonly body: string;
}
async function post(path: string, body: string): Promise<Answered> {
  const answer = await fetch(`${cluster.controller.url}${path}`, { method: 'POST', body });
  return { status: answer.status, type: answer.headers.get('content-type'), body: await answer.text() };
}
const verify = async (object: object): Promise<Answered> => post('/v1/verify', JSON.stringify(object));
const itemsOf = (object: KubeObject): Record<string, string> =>
  (object['spec'] as { encryptedData: Record<string, string> }).encryptedData;
const withTemplate = (object: KubeObject, template: object): KubeObject => ({
  ...object,
  spec: { ...(object['spec'] as object), template },
});
const named = (object: KubeObject, metadata: object): KubeObject => ({ ...object, metadata: { ...object.metadata, ...metadata } });

describe('/v1/verify', () => {
  test('200 for what opens, as JSON or YAML; 409 for what does not; both without a word', async () => {
    expect(await verify(good)).toMatchObject({ status: 200, body: '' });
    expect(await post('/v1/verify', stringify(good))).toMatchObject({ status: 200, body: '' });
    const rows = [
      named(good, { name: 'other' }),
      named(good, { namespace: 'other' }),
      named(good, { annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } }),
      named(wide, { annotations: {} }),
      { ...good, spec: { encryptedData: { ...itemsOf(good), extra: 'AgA=' } } },
      { ...good, spec: { encryptedData: { ...itemsOf(good), extra: '!' } } },
      { ...good, spec: { encryptedData: { ...itemsOf(good), extra: 7 } } },
      withTemplate(named(good, { name: 'other' }), { metadata: { name: 'db' } }),
    ];
    for (const object of rows) expect(await verify(object)).toMatchObject({ status: 409, body: '' });
  });

  // Promise 8: what a template makes of the values must not show in the answer.
  test.each(['{{ fail "x" }}', '{{ if eq .password "hunter2" }}{{ fail "x" }}{{ end }}', '{{ broken'])(
    'templates are not rendered: %s',
    async (text) => {
      expect(await verify(withTemplate(good, { data: { probe: text } }))).toMatchObject({ status: 200, body: '' });
    },
  );

  test.each([
    ['', /it is empty/],
    ['{', /neither JSON nor YAML/],
    ['[]', /not an object/],
    ['text', /not an object/],
    ['{"kind":"Secret","apiVersion":"v1"}', /not a SealedSecret of bitnami.com\/v1alpha1/],
    ['{"spec":{}}', /not a SealedSecret/],
    ['a: 1\n---\nb: 2\n', /more than one document/],
    [`a: &a [${'x,'.repeat(50)}]\nb: &b [${'*a,'.repeat(50)}]\nc: [${'*b,'.repeat(50)}]\n`, /by aliases/],
  ])('500 for %j, with the reason', async (body, reason) => {
    for (const path of ['/v1/verify', '/v1/rotate'])
      expect(await post(path, body)).toMatchObject({ status: 500, body: expect.stringMatching(reason) });
  });

  // 3 MB of closing braces kept the parser busy for half a minute, with 4 GB.
  test('a body of YAML that is costly to read keeps nobody waiting', async () => {
    const bomb = post('/v1/verify', '}'.repeat(3_000_000));
    let answers = 0;
    while (await Promise.race([bomb.then(() => false), fetch(`${cluster.controller.url}/healthz`).then(() => true)])) answers++;
    expect(await bomb).toMatchObject({ status: 500, body: expect.stringMatching(/takes too much/) });
    expect(answers).toBeGreaterThan(10);
    expect(await post('/v1/verify', stringify(good))).toMatchObject({ status: 200 });
  });

  test('nothing of a body is quoted', async () => {
    const { body } = await post('/v1/verify', 'password: hunter2 : [');
    expect(body).not.toContain('hunter2');
  });

  test('only POST', async () => {
    expect((await fetch(`${cluster.controller.url}/v1/verify`)).status).toBe(405);
  });
});

describe('acceptance 23: /v1/rotate', () => {
  test('what is on the newest key comes back as it was sent', async () => {
    const { status, type, body } = await post('/v1/rotate', JSON.stringify(good));
    expect({ status, type }).toEqual({ status: 200, type: 'application/json' });
    expect(JSON.parse(body)).toEqual(good);
  });

  test('items on an older key are sealed anew, for the same place; all else stays byte for byte', async () => {
    const template = {
      metadata: { labels: { app: 'x' }, annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' }, name: 'elsewhere' },
      data: { url: '{{ .password }}', broken: '{{' },
      unknown: [1, { two: null }],
    };
    const before = withTemplate(named(good, { labels: { own: 'yes' } }), template);
    const old = await cluster.certificate();
    cluster.renewKey();
    await eventually(
      async () => readCertificate(await (await fetch(`${cluster.controller.url}/v1/cert.pem`)).text()).fingerprint,
      (fingerprint) => fingerprint !== old.fingerprint,
      'there is a newer key',
    );
    const fresh = await cluster.draft({ name: 'db', values: { new: 'x' } });
    Object.assign(itemsOf(before), itemsOf(fresh));

    const { status, body } = await post('/v1/rotate', JSON.stringify(before));
    expect(status).toBe(200);
    const after = JSON.parse(body) as KubeObject;
    expect(Object.keys(after)).toEqual(Object.keys(before));
    expect({ ...after, spec: undefined }).toEqual({ ...before, spec: undefined });
    expect({ ...(after['spec'] as object), encryptedData: 0 }).toEqual({ ...(before['spec'] as object), encryptedData: 0 });
    const [was, is] = [itemsOf(before), itemsOf(after)];
    expect(Object.keys(is)).toEqual(Object.keys(was));
    expect(is['password']).not.toBe(was['password']);
    expect(is['user']).not.toBe(was['user']);
    expect(is['new']).toBe(was['new']);

    const applied = { ...after, spec: { encryptedData: is } };
    await cluster.client.create(sealedSecretKind, applied);
    await eventually(
      async () => cluster.data('db'),
      (data) => isDeepStrictEqual(data, { user: 'ann', password: 'hunter2', new: 'x' }),
      'it opens in its own, strict place',
    );
    // The template's scope was not taken over: the items open nowhere else.
    expect(await verify(named(after, { name: 'other' }))).toMatchObject({ status: 409 });
    expect(await verify(named(after, { annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' } }))).toMatchObject({
      status: 409,
    });
    const yaml = await post('/v1/rotate', stringify(before));
    expect(Object.keys(parse(yaml.body) as object)).toEqual(Object.keys(before));
  });

  test('what does not open is named by its key, and nothing comes back', async () => {
    const stranger = await generateSealingKey({ bits: 2048 });
    const sealed = await cluster.draft({ name: 'db', values: { p: 'x' }, certificate: stranger.certificate });
    const object = { ...sealed, spec: { encryptedData: { ...itemsOf(sealed), odd: '!', number: 7 } } };
    const { status, body } = await post('/v1/rotate', JSON.stringify(object));
    expect(status).toBe(500);
    expect(body).toBe(
      'the item is not a text (number)\nno key could decrypt secret (p)\nillegal base64 data at input byte 0 (odd)\n',
    );
  });
});

test('a client that asks too often is told so', async () => {
  await cluster.stopController();
  await cluster.start('--rate-limit=2', '--rate-limit-burst=2');
  const answers = await Promise.all(
    Array.from({ length: 8 }, async () => fetch(`${cluster.controller.url}/v1/verify`, { method: 'POST', body: '{}' })),
  );
  const denied = answers.filter(({ status }) => status === 429);
  expect(denied.length).toBeGreaterThanOrEqual(4);
  expect(await denied[0]?.text()).toBe('limit exceeded\n');
  expect(denied[0]?.headers.get('retry-after')).toBe('1');
  expect(denied[0]?.headers.get('x-ratelimit-limit')).toBe('3');
});
