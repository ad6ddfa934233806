import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Moto } from '../../harness/moto.ts';
import { startMoto } from '../../harness/moto.ts';
import type { OpenBao } from '../../harness/openbao.ts';
import { startOpenBao } from '../../harness/openbao.ts';
import { useCluster } from '../end-to-end/cluster.ts';
import type { Scene } from './scene.ts';
import { apiVersion, base64, openScene, textsOf } from './scene.ts';

// What comes out of real stores: OpenBao, AWS Secrets Manager (moto), and Secrets of the cluster itself.

const cluster = useCluster({ installs: false });
let scene: Scene;
let bao: OpenBao;
let moto: Moto;

const bytes = (text: string): string => base64(text);
/** moto checks no signature; it finds the service in the scope of one. */
const authorization =
  'AWS4-HMAC-SHA256 Credential=admin/20260101/eu-central-1/secretsmanager/aws4_request, SignedHeaders=host, Signature=0';

async function inAws(target: string, body: object): Promise<Record<string, unknown>> {
  const headers = { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': `secretsmanager.${target}`, authorization };
  const answer = await fetch(moto.url, { method: 'POST', headers, body: JSON.stringify(body) });
  if (!answer.ok) throw new Error(`moto refused ${target} with ${answer.status}`);
  return (await answer.json()) as Record<string, unknown>;
}

async function fill(): Promise<void> {
  const { admin } = bao;
  await admin.put('secret', 'db', { password: 'old' });
  await admin.put('secret', 'db', { user: 'u', password: 'p', 'a.b': 'dotted', deep: { list: [{ name: 'x', value: 'found' }] } });
  await admin.put('secret', 'one', { a: '1', both: 'first' });
  await admin.put('secret', 'two', { b: '2', both: 'second' });
  await admin.put('secret', 'coded', { text: bytes('hello'), zero: bytes('a\0b'), plain: '%' });
  await admin.put('secret', 'odd', { 'a b': '1', 'c/d': '2' });
  await admin.put('secret', 'documents', { left: '{"x":"1","same":"l"}', right: '{"y":"2","same":"r"}' });
  for (const [name, team] of [
    ['one', 'a'],
    ['two', 'b'],
  ] as const) {
    await admin.put('secret', `apps/${name}`, { key: name });
    await admin.label('secret', `apps/${name}`, { team });
  }
  await admin.put('secret', 'other/three', { key: 'three' });
  await admin.label('secret', 'other/three', { team: 'a' });
  await inAws('CreateSecret', { Name: 'db', SecretString: '{"user":"u","password":"p","n":1.50,"deep":{"b":1}}' });
  await inAws('CreateSecret', { Name: 'team/plain', SecretString: 'text', Tags: [{ Key: 'team', Value: 'a' }] });
  await inAws('CreateSecret', { Name: 'bytes', SecretBinary: Buffer.from([0, 255, 1]).toString('base64') });
}

beforeAll(async () => {
  [bao, moto] = await Promise.all([startOpenBao(), startMoto()]);
  const environment = ['extraEnv[0].name=AWS_SECRETSMANAGER_ENDPOINT', `extraEnv[0].value=${moto.url}`];
  await Promise.all([cluster().install(['externalSecrets.enabled=true', ...environment]), fill()]);
  scene = await openScene(cluster(), 'sources');
  await scene.openBao('bao', bao);
  await scene.apply({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'aws' },
    data: { id: bytes('AKIAIOSFODNN7EXAMPLE'), secret: bytes('x') },
  });
  const auth = {
    secretRef: { accessKeyIDSecretRef: { name: 'aws', key: 'id' }, secretAccessKeySecretRef: { name: 'aws', key: 'secret' } },
  };
  const aws = { service: 'SecretsManager', region: 'eu-central-1', auth };
  await scene.apply({ apiVersion, kind: 'SecretStore', metadata: { name: 'aws' }, spec: { provider: { aws } } });
}, 180_000);
afterAll(async () => {
  await Promise.all([bao.stop(), moto.stop()]);
});

const from = (store: string): object => ({ secretStoreRef: { name: store } });
const item = (secretKey: string, remoteRef: object): object => ({ secretKey, remoteRef });
const extract = (key: string, more: object = {}): object => ({ extract: { key, ...more } });
const rewritten = (key: string, ...rewrite: object[]): object => ({ dataFrom: [{ extract: { key }, rewrite }] });
const merged = (merge: object): object => rewritten('documents', { merge });

type Row = readonly [item: number, promise: string, store: string, spec: object, data: Readonly<Record<string, string>>];
const whole = '{"a.b":"dotted","deep":{"list":[{"name":"x","value":"found"}]},"password":"p","user":"u"}';

const rows: readonly Row[] = [
  [15, 'a value', 'bao', { data: [item('x', { key: 'db', property: 'user' })] }, { x: 'u' }],
  [
    15,
    'several',
    'bao',
    { data: ['user', 'password'].map((name) => item(name, { key: 'db', property: name })) },
    { user: 'u', password: 'p' },
  ],
  [15, 'all of it as JSON', 'bao', { data: [item('x', { key: 'db' })] }, { x: whole }],
  [15, 'an inner key', 'bao', { data: [item('x', { key: 'db', property: 'deep.list.0.value' })] }, { x: 'found' }],
  [15, 'by a query', 'bao', { data: [item('x', { key: 'db', property: 'deep.list.#(name=="x").value' })] }, { x: 'found' }],
  [15, 'a key with a dot', 'bao', { data: [item('x', { key: 'db', property: 'a.b' })] }, { x: 'dotted' }],
  [15, 'an older version', 'bao', { data: [item('x', { key: 'db', property: 'password', version: '1' })] }, { x: 'old' }],
  [15, 'text', 'aws', { data: [item('x', { key: 'team/plain' })] }, { x: 'text' }],
  [15, 'of JSON', 'aws', { data: [item('x', { key: 'db', property: 'deep.b' })] }, { x: '1' }],
  [16, 'every key', 'bao', { dataFrom: [extract('one')] }, { a: '1', both: 'first' }],
  [
    16,
    'every key of what is inside',
    'bao',
    { dataFrom: [extract('db', { property: 'deep.list.0' })] },
    { name: 'x', value: 'found' },
  ],
  [16, 'the later wins', 'bao', { dataFrom: [extract('one'), extract('two')] }, { a: '1', b: '2', both: 'second' }],
  [
    16,
    'and data over it',
    'bao',
    { dataFrom: [extract('one')], data: [item('both', { key: 'db', property: 'user' })] },
    { a: '1', both: 'u' },
  ],
  [
    16,
    'numbers and objects as they are written',
    'aws',
    { dataFrom: [extract('db')] },
    { user: 'u', password: 'p', n: '1.50', deep: '{"b":1}' },
  ],
  [
    17,
    'by name',
    'bao',
    { dataFrom: [{ find: { name: { regexp: '^apps/' } } }] },
    { apps_one: '{"key":"one"}', apps_two: '{"key":"two"}' },
  ],
  [
    17,
    'by tags',
    'bao',
    { dataFrom: [{ find: { tags: { team: 'a' } } }] },
    { apps_one: '{"key":"one"}', other_three: '{"key":"three"}' },
  ],
  [
    17,
    'by name and path',
    'bao',
    { dataFrom: [{ find: { path: 'apps', name: { regexp: 'two' } } }] },
    { apps_two: '{"key":"two"}' },
  ],
  [17, 'by tags and path', 'bao', { dataFrom: [{ find: { path: 'apps', tags: { team: 'a' } } }] }, { apps_one: '{"key":"one"}' }],
  [17, 'by tags', 'aws', { dataFrom: [{ find: { tags: { team: 'a' } } }] }, { team_plain: 'text' }],
  [
    17,
    'rewritten',
    'bao',
    { dataFrom: [{ find: { name: { regexp: '^apps/' } }, rewrite: [{ regexp: { source: '^apps/(.*)', target: 'my-$1' } }] }] },
    { 'my-one': '{"key":"one"}', 'my-two': '{"key":"two"}' },
  ],
  [
    19,
    'by regular expressions, in order',
    'bao',
    rewritten('one', { regexp: { source: '^', target: 'x_' } }, { regexp: { source: 'x_(?P<k>a)', target: '${k}_y' } }),
    { a_y: '1', x_both: 'first' },
  ],
  [19, 'by a template', 'bao', rewritten('one', { transform: { template: '{{ .value | upper }}' } }), { A: '1', BOTH: 'first' }],
  [
    19,
    'merged, one over the other',
    'bao',
    merged({ priority: ['left'], conflictPolicy: 'Ignore' }),
    { x: '1', y: '2', same: 'l' },
  ],
  [19, 'merged in the order of the names', 'bao', merged({ conflictPolicy: 'Ignore' }), { x: '1', y: '2', same: 'r' }],
  [
    19,
    'merged into a key',
    'bao',
    merged({ strategy: 'JSON', into: 'all', conflictPolicy: 'Ignore' }),
    { left: '{"x":"1","same":"l"}', right: '{"y":"2","same":"r"}', all: '{"same":"r","x":"1","y":"2"}' },
  ],
  [20, 'an item', 'bao', { data: [item('x', { key: 'coded', property: 'text', decodingStrategy: 'Base64' })] }, { x: 'hello' }],
  [
    20,
    'what is not encoded stays',
    'bao',
    { data: [item('x', { key: 'coded', property: 'plain', decodingStrategy: 'Auto' })] },
    { x: '%' },
  ],
  [
    20,
    'all keys',
    'bao',
    { dataFrom: [extract('coded', { decodingStrategy: 'Auto' })] },
    { text: 'hello', zero: 'a\0b', plain: '%' },
  ],
];

const names = rows.map(([number, promise, store, spec, data], index) => ({
  number,
  promise,
  store,
  spec,
  data,
  name: `row-${index}`,
}));

describe('what is asked for becomes a Secret', () => {
  beforeAll(async () => {
    for (const { name, store, spec } of names) await scene.external(name, { ...from(store), ...spec });
  });

  // The items: 15 data, 16 extract, 17 find, 19 rewrite, 20 decoding.
  test.each(names)('external acceptance $number: $promise, of $store', async ({ name, data }) => {
    await scene.ready(name, 'True');
    expect(textsOf(await scene.secret(name))).toEqual(data);
  });

  test('external acceptance 15: bytes are bytes', async () => {
    await scene.establish('binary', { ...from('aws'), data: [item('x', { key: 'bytes' })] });
    expect((await scene.secret('binary'))?.data).toEqual({ x: Buffer.from([0, 255, 1]).toString('base64') });
  });
});

describe('what cannot be is told, and no Secret is made', () => {
  const failing: readonly (readonly [item: number, promise: string, spec: object, told: RegExp])[] = [
    [18, 'keys are not converted behind a rewrite', rewritten('odd', { regexp: { source: 'x', target: 'y' } }), /a b|c\/d/],
    [19, 'two values of one key, whatever the priority', merged({ priority: ['left'] }), /same/],
    [19, 'a priority that is not there', merged({ priority: ['nowhere'], conflictPolicy: 'Ignore' }), /nowhere/],
    [
      20,
      'what is not base64',
      { data: [item('x', { key: 'coded', property: 'plain', decodingStrategy: 'Base64' })] },
      /spec\.data\[0\]/,
    ],
    [
      21,
      'a null byte in data',
      { data: [item('x', { key: 'coded', property: 'zero', decodingStrategy: 'Base64', nullBytePolicy: 'Fail' })] },
      /null|0x00|zero/i,
    ],
    [
      21,
      'a null byte in extract',
      { dataFrom: [extract('coded', { decodingStrategy: 'Auto', nullBytePolicy: 'Fail' })] },
      /null|0x00|zero/i,
    ],
  ];
  test.each(failing.map(([number, promise, spec, told], index) => ({ number, promise, spec, told, name: `failing-${index}` })))(
    'external acceptance $number: $promise',
    async ({ name, spec, told }) => {
      await scene.external(name, { ...from('bao'), ...spec });
      const { message } = await scene.ready(name, 'False', 'SecretSyncedError');
      expect(message).toMatch(told);
      expect(await scene.secret(name)).toBeUndefined();
    },
  );

  test('external acceptance 21: a null byte in find', async () => {
    await bao.admin.put('secret', 'nulls/zero', { a: 'b' });
    await inAws('CreateSecret', { Name: 'nulls', SecretBinary: base64('a\0b'), Tags: [{ Key: 'has', Value: 'nulls' }] });
    await scene.external('found-null', {
      ...from('aws'),
      dataFrom: [{ find: { tags: { has: 'nulls' }, nullBytePolicy: 'Fail' } }],
    });
    await scene.ready('found-null', 'False', 'SecretSyncedError');
    await scene.establish('found-null-kept', { ...from('aws'), dataFrom: [{ find: { tags: { has: 'nulls' } } }] });
    await scene.holds('found-null-kept', { nulls: 'a\0b' });
  });
});

describe('external acceptance 22: several sources in one', () => {
  test('items of three stores', async () => {
    const of = (name: string): object => ({ sourceRef: { storeRef: { name, kind: 'SecretStore' } } });
    const data = [
      { ...item('bao', { key: 'db', property: 'user' }), ...of('bao') },
      { ...item('aws', { key: 'team/plain' }), ...of('aws') },
      item('fake', { key: 'db' }),
    ];
    await scene.establish('mixed', { data, dataFrom: [{ ...extract('one'), ...of('bao') }] });
    await scene.holds('mixed', { a: '1', both: 'first', bao: 'u', aws: 'text', fake: 'first' });
  });

  test('a generator beside a store', async () => {
    const generatorRef = { apiVersion: 'generators.external-secrets.io/v1alpha1', kind: 'UUID', name: 'id' };
    await scene.apply({ apiVersion: generatorRef.apiVersion, kind: 'UUID', metadata: { name: 'id' }, spec: {} });
    await scene.establish('generated', { dataFrom: [extract('json'), { sourceRef: { generatorRef } }] });
    const { uuid, ...rest } = textsOf(await scene.secret('generated')) ?? {};
    expect(rest).toEqual({ user: 'u', host: 'h' });
    expect(uuid).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4/);
  });
});

describe('external acceptance 23: what changes in the store is there at the next refresh', () => {
  test.each([
    ['data', { data: [item('x', { key: 'moving', property: 'x' })] }, 'x'],
    ['dataFrom', { dataFrom: [extract('moving')] }, 'x'],
    [
      'a template',
      { data: [item('x', { key: 'moving', property: 'x' })], target: { template: { data: { url: 'at {{ .x }}' } } } },
      'url',
    ],
  ] as const)('%s', async (kind, spec, key) => {
    const name = `moving-${kind.toLowerCase().replace(' ', '-')}`;
    const prefix = key === 'url' ? 'at ' : '';
    await bao.admin.put('secret', 'moving', { x: 'before' });
    await scene.establish(name, { ...from('bao'), refreshInterval: '1s', ...spec });
    await scene.holds(name, { [key]: `${prefix}before` });
    await bao.admin.put('secret', 'moving', { x: 'after' });
    await scene.holds(name, { [key]: `${prefix}after` });
  });
});
