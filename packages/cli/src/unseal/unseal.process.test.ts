import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSealingKey, seal } from '@signet/sealing';
import type { Binding, GeneratedKey } from '@signet/sealing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { parseAllDocuments, stringify } from 'yaml';
import type { Io } from '../console/io.ts';
import { main } from '../main.ts';

const root = mkdtempSync(join(tmpdir(), 'signet-unseal-'));
afterAll(() => rmSync(root, { recursive: true, force: true }));

const place: Binding = { scope: 'strict', namespace: 'web', name: 'db' };
let [old, fresh]: GeneratedKey[] = [];
let folder = '';
let count = 0;
beforeAll(async () => {
  [old, fresh] = await Promise.all([generateSealingKey({ bits: 2048 }), generateSealingKey({ bits: 2048 })]);
  writeFileSync(join(root, 'old.pem'), old.privateKeyPem);
  const keySecret = { apiVersion: 'v1', kind: 'Secret', data: { 'tls.key': Buffer.from(fresh.privateKeyPem).toString('base64') } };
  writeFileSync(join(root, 'keys.yaml'), stringify({ apiVersion: 'v1', kind: 'List', items: [keySecret] }));
});
beforeEach(() => {
  count += 1;
  folder = join(root, String(count));
  mkdirSync(folder);
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}
async function run(args: readonly string[], more: Partial<Io> & { readonly stdin?: string } = {}): Promise<Ran> {
  const [out, said]: [string[], string[]] = [[], []];
  const code = await main('signet', ['unseal', ...args], {
    env: {},
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => new TextEncoder().encode(more.stdin ?? ''),
    out: async (text) => void out.push(Buffer.from(text).toString()),
    say: (text) => void said.push(text),
    now: () => new Date('2031-05-06T07:08:09Z'),
    ...more,
  });
  return { code, out: out.join(''), said: said.join('') };
}

async function sealedSecret(
  values: Record<string, string>,
  { binding = place, by = old, template = {} }: { binding?: Binding; by?: GeneratedKey | undefined; template?: object } = {},
): Promise<string> {
  const encryptedData: Record<string, string> = {};
  for (const [key, value] of Object.entries(values))
    encryptedData[key] = await seal(new TextEncoder().encode(value), by!.certificate, binding);
  const { name, namespace } = binding;
  const annotations = binding.scope === 'strict' ? {} : { [`sealedsecrets.bitnami.com/${binding.scope}`]: 'true' };
  const metadata = { name, namespace, annotations };
  return stringify(
    { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata, spec: { encryptedData, template } },
    { lineWidth: 0 },
  );
}
const put = (name: string, text: string): string => {
  writeFileSync(join(folder, name), text);
  return join(folder, name);
};
const key = ['--key', join(root, 'old.pem')];
const read = (text: string): unknown[] => (parseAllDocuments(text) as { toJS(): unknown }[]).map((one) => one.toJS());
const base64 = (text: string): string => Buffer.from(text).toString('base64');

describe('what is opened', () => {
  test('a folder, with keys as PEM and as exported Secrets; templates rendered; other documents passed over', async () => {
    const template = { metadata: { labels: { app: 'x' } }, type: 'custom', data: { url: 'pg://{{ .user }}@db' } };
    put('a.yaml', `kind: ConfigMap\napiVersion: v1\n---\n${await sealedSecret({ user: 'ann', empty: '' }, { template })}`);
    mkdirSync(join(folder, 'deep'));
    const other: Binding = { scope: 'namespace-wide', namespace: 'web', name: 'other' };
    put('deep/b.yaml', `\uFEFF${(await sealedSecret({ p: 'x' }, { binding: other, by: fresh })).replaceAll('\n', '\r\n')}`);
    put('chart.yaml', 'a: {{ .Values.a }}\n');
    const ran = await run([...key, '--key', join(root, 'keys.yaml'), folder]);
    expect(ran).toMatchObject({ code: 0, said: '' });
    expect(read(ran.out)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'db', namespace: 'web', labels: { app: 'x' } },
        type: 'custom',
        data: { empty: '', url: base64('pg://ann@db'), user: base64('ann') },
      },
      { apiVersion: 'v1', kind: 'Secret', metadata: { name: 'other', namespace: 'web' }, data: { p: base64('x') } },
    ]);
  });

  test('the items of a List, from stdin, as JSON', async () => {
    const list = stringify({ apiVersion: 'v1', kind: 'List', items: [read(await sealedSecret({ a: '1' }))[0]] });
    const ran = await run([...key, '-o', 'json', '-'], { stdin: list });
    expect(JSON.parse(ran.out)).toMatchObject({ kind: 'Secret', data: { a: base64('1') } });
  });

  test("the form from before v0.7: name and namespace are the object's own", async () => {
    const inner = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name: 'x', namespace: 'y', labels: { l: '1' } },
      type: 'T',
      data: { a: base64('1') },
    };
    const data = await seal(Buffer.from(JSON.stringify(inner)), old!.certificate, place);
    const object = {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata: { name: 'db', namespace: 'web' },
      spec: { data },
    };
    const ran = await run([...key, '-'], { stdin: JSON.stringify(object) });
    expect(read(ran.out)).toEqual([
      {
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: 'db', namespace: 'web', labels: { l: '1' } },
        type: 'T',
        data: { a: base64('1') },
      },
    ]);
  });

  test('--raw: one item, its bytes as they are', async () => {
    const item = await seal(Uint8Array.of(0, 255, 10), old!.certificate, { ...place, scope: 'namespace-wide' });
    const out: Uint8Array[] = [];
    const flags = ['--raw', ...key, '--scope', 'namespace-wide', '-n', 'web'];
    await run(flags, { stdin: `${item}\n`, out: async (bytes) => void out.push(bytes as Uint8Array) });
    expect(Buffer.concat(out)).toEqual(Buffer.from([0, 255, 10]));
    const file = join(folder, 'value');
    expect(await run([...flags, '-w', file, put('item', item)])).toEqual({ code: 0, out: '', said: '' });
    expect([...readFileSync(file)]).toEqual([0, 255, 10]);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(await run(['--raw', ...key, '-n', 'web', '--name', 'db'], { stdin: item })).toMatchObject({ code: 1, out: '' });
  });
});

describe('where it goes', () => {
  test('files that only their owner may read, also one that was there and open to all', async () => {
    const input = put('a.yaml', await sealedSecret({ a: '1' }));
    const target = put('out.yaml', 'old');
    expect(statSync(target).mode & 0o077).not.toBe(0);
    expect(await run([...key, '-w', target, input])).toEqual({ code: 0, out: '', said: '' });
    expect(statSync(target).mode & 0o777).toBe(0o600);
    const dir = join(folder, 'out');
    expect(await run([...key, '--output-dir', dir, input])).toEqual({ code: 0, out: '', said: '' });
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(join(dir, 'web', 'db.yaml')).mode & 0o777).toBe(0o600);
    expect(readFileSync(join(dir, 'web', 'db.yaml'), 'utf8')).toBe(readFileSync(target, 'utf8'));
  });

  test('not out of the folder, and no two into one file', async () => {
    const dir = join(folder, 'out');
    const away: Binding = { scope: 'cluster-wide', namespace: '..', name: '../../evil' };
    const ran = await run([...key, '--output-dir', dir, '-'], { stdin: await sealedSecret({ a: '1' }, { binding: away }) });
    expect(ran).toMatchObject({ code: 1, said: expect.stringContaining('SIGNET_UNSEAL_UNSAFE_NAME') });
    const twice = await sealedSecret({ a: '1' });
    const both = await run([...key, '--output-dir', dir, '-'], { stdin: `${twice}---\n${twice}` });
    expect(both).toMatchObject({ code: 1, said: expect.stringContaining('SIGNET_UNSEAL_SAME_FILE') });
    expect(readdirSync(folder)).toEqual([]);
  });

  test('not onto a terminal, unless it is forced', async () => {
    const input = put('a.yaml', await sealedSecret({ a: '1' }));
    expect(await run([...key, input], { stdoutIsTty: true })).toMatchObject({
      code: 2,
      out: '',
      said: expect.stringContaining('SIGNET_UNSEAL_TERMINAL'),
    });
    expect((await run([...key, '--force', input], { stdoutIsTty: true })).code).toBe(0);
  });
});

describe('what does not open', () => {
  test('each item is named, and nothing is written; with --keep-going the others are', async () => {
    put('a.yaml', await sealedSecret({ good: '1' }));
    const bad = (await sealedSecret({ a: '1', b: '2' }, { by: fresh })).replace(
      'encryptedData:',
      'encryptedData:\n    c: 5\n    d: "!"',
    );
    put('b.yaml', bad);
    put('c.yaml', 'kind: SealedSecret\napiVersion: [\n');
    const ran = await run([...key, folder]);
    expect(ran).toMatchObject({ code: 1, out: '' });
    for (const said of ['encryptedData.a', 'encryptedData.b', 'encryptedData.c', 'encryptedData.d', 'c.yaml'])
      expect(ran.said).toContain(said);
    expect(ran.said).toContain('nothing was written');
    const going = await run([...key, '--keep-going', folder]);
    expect(going.code).toBe(1);
    expect(going.said).not.toContain('nothing was written');
    expect(read(going.out)).toMatchObject([{ metadata: { name: 'db' }, data: { good: base64('1') } }]);
  });

  test('it says where an item belongs that was renamed, moved or given another scope', async () => {
    const moved = (await sealedSecret({ a: '1' }, { template: { metadata: { name: 'db', namespace: 'web' } } }))
      .replace('name: db', 'name: other')
      .replace('namespace: web', 'namespace: shop');
    expect((await run([...key, '-'], { stdin: moved })).said).toContain('a: it opens as a strict item of web/db');
    const scoped = (await sealedSecret({ a: '1' })).replace(
      'annotations: {}',
      'annotations: {sealedsecrets.bitnami.com/cluster-wide: "true"}',
    );
    expect((await run([...key, '-'], { stdin: scoped })).said).toContain('a: it opens as a strict item of web/db');
  });

  test.each([
    [[], 2, 'SIGNET_UNSEAL_NO_KEY'],
    [['--key', 'nowhere.pem'], 1, 'SIGNET_CLI_FILE_UNREADABLE'],
    [['--name', 'x'], 2, 'SIGNET_CLI_USAGE'],
    [['--raw', '-n', 'web'], 2, 'SIGNET_CLI_USAGE'],
    [['-w', 'a', '--output-dir', 'b'], 2, 'SIGNET_CLI_USAGE'],
  ])('%j is refused', async (args, code, said) => {
    const with_ = args.length === 0 || args.includes('nowhere.pem') ? args : [...key, ...args];
    expect(await run([...with_, '-'], { stdin: 'kind: A' })).toMatchObject({ code, said: expect.stringContaining(said) });
  });

  test('no SealedSecret at all', async () => {
    expect(await run([...key, '-'], { stdin: 'kind: A' })).toMatchObject({
      code: 1,
      said: expect.stringContaining('SIGNET_UNSEAL_NOTHING'),
    });
  });
});
