// Against the controller, and against answers of others in its place.
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealedSecretCrd } from '@signet/api';
import { parseConfig, startController } from '@signet/controller';
import type { RunningController } from '@signet/controller';
import { createClient, customResourceDefinitions, endpoints, services, silentLogger } from '@signet/kube/client';
import type { Client } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { generateSealingKey, readCertificate } from '@signet/sealing';
import type { GeneratedKey, SealingCertificate } from '@signet/sealing';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { items, itemPattern, itemsIn, runSignet, without, written } from './testing/written.ts';
import type { Ran } from './testing/written.ts';

const root = mkdtempSync(join(tmpdir(), 'signet-reseal-'));
const renewKey = new EventTarget();
let sandbox: Sandbox;
let client: Client;
let controller: RunningController;
let peer: Server;
let peerAnswers: (body: string, count: number) => { status: number; body: string; retryAfter?: string };
let peerAsked = 0;
let folder = '';
let count = 0;

beforeAll(async () => {
  sandbox = await startSandbox();
  client = createClient(sandbox.connection());
  await client.create(customResourceDefinitions, sealedSecretCrd() as unknown as Parameters<typeof client.create>[1]);
  const flags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'];
  const config = parseConfig([...flags, '--rate-limit=20', '--rate-limit-burst=5'], { POD_NAMESPACE: 'kube-system' });
  controller = await startController(config, { client, logger: silentLogger, renewKey });
  await controller.ready();
  await serveAs('sealed-secrets-controller', Number(new URL(controller.url).port));
  peer = createServer((request, response) => {
    void text(request).then((body) => {
      peerAsked += 1;
      const answer = peerAnswers(body, peerAsked);
      response.writeHead(answer.status, answer.retryAfter ? { 'retry-after': answer.retryAfter } : {}).end(answer.body);
    });
  }).listen(0, '127.0.0.1');
  await once(peer, 'listening');
  await serveAs('peer', (peer.address() as AddressInfo).port);
  writeFileSync(join(root, 'kubeconfig'), sandbox.kubeconfig(), { mode: 0o600 });
});
afterAll(async () => {
  peer.close();
  await controller.stop();
  await client.close();
  await sandbox.stop();
  rmSync(root, { recursive: true, force: true });
});
beforeEach(() => {
  count += 1;
  folder = join(root, String(count));
  mkdirSync(folder);
  peerAsked = 0;
});

async function text(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}
async function serveAs(name: string, port: number): Promise<void> {
  const metadata = { name, namespace: 'kube-system' };
  await client.create(services, { metadata, spec: { ports: [{ name: 'http', port: 8080 }] } });
  const subsets = [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ name: 'http', port }] }];
  await client.create(endpoints, { metadata, subsets });
}

const run = async (args: readonly string[], signal = new AbortController().signal): Promise<Ran> =>
  runSignet(args, { env: { KUBECONFIG: join(root, 'kubeconfig') }, signal });
const put = (name: string, contents: string): string => {
  writeFileSync(join(folder, name), contents);
  return join(folder, name);
};
const get = (name: string): string => readFileSync(join(folder, name), 'utf8');

describe('by the controller', () => {
  const certificate = async (): Promise<SealingCertificate> => readCertificate((await run(['cert', 'fetch'])).out);

  test('only what is not on the newest key, in place, every other byte as it was; the second run finds nothing to do', async () => {
    const old = await certificate();
    put('a.yaml', `\uFEFF${await written(old, 'a', { a: '1', b: '2' })}---\nkind: ConfigMap\ndata: {x:   "0777"}\n`);
    put('b.yaml', (await written(old, 'b', { a: '1' })).replaceAll('\n', '\r\n'));
    const list = {
      apiVersion: 'v1',
      kind: 'List',
      items: [
        {
          apiVersion: 'bitnami.com/v1alpha1',
          kind: 'SealedSecret',
          metadata: { name: 'c', namespace: 'web' },
          spec: { encryptedData: Object.fromEntries(await items(old, 'c', { a: '1', z: '2' })) },
        },
      ],
    };
    put('list.json', JSON.stringify(list, null, '\t'));
    renewKey.dispatchEvent(new Event('renew'));
    await expect.poll(async () => (await certificate()).fingerprint, { timeout: 20_000 }).not.toBe(old.fingerprint);
    put('new.yaml', await written(await certificate(), 'd', { a: '1' }));
    put('chart.yaml', 'a: {{ .Values.a }}\n');
    const names = ['a.yaml', 'b.yaml', 'list.json', 'new.yaml'];
    const before = new Map(names.map((name) => [name, get(name)]));

    const dry = await run(['reseal', '--dry-run', folder]);
    expect(dry).toMatchObject({ code: 0, said: '3 to reseal, 1 on the newest key already, 0 failed\n' });
    expect(names.map(get)).toEqual([...before.values()]);

    const ran = await run(['reseal', folder]);
    expect(ran).toMatchObject({ code: 0, said: '3 resealed, 1 on the newest key already, 0 failed\n' });
    expect(ran.out).toContain(`resealed ${join(folder, 'a.yaml')}:2 web/a (a, b)\n`);
    for (const name of names.slice(0, 3)) {
      expect(without(get(name))).toBe(without(before.get(name) ?? ''));
      for (const item of itemsIn(get(name))) expect(before.get(name)).not.toContain(item);
      expect(itemsIn(get(name))).toHaveLength(itemsIn(before.get(name) ?? '').length);
    }
    expect(get('new.yaml')).toBe(before.get('new.yaml'));
    expect(await run(['check', '--cluster', folder, '-o', 'json'])).toMatchObject({ code: 0 });

    const after = names.map(get);
    expect(await run(['reseal', folder])).toMatchObject({
      code: 0,
      out: '',
      said: '0 resealed, 4 on the newest key already, 0 failed\n',
    });
    expect(names.map(get)).toEqual(after);
  });

  test('more objects than the rate limit lets through at once are all done', async () => {
    const certified = await certificate();
    for (let at = 0; at < 30; at++) put(`${at}.yaml`, await written(certified, `o${at}`, { a: '1' }));
    expect(await run(['reseal', '--concurrency', '16', folder])).toMatchObject({
      code: 0,
      said: expect.stringContaining('30 on the newest key'),
    });
  });

  test('what does not open is named, stays, and keeps nothing else from being done; check --cluster finds it', async () => {
    const stranger = await generateSealingKey({ bits: 2048 });
    const bad = put('bad.yaml', await written(stranger.certificate, 'bad', { a: '1' }));
    put('good.yaml', await written(await certificate(), 'good', { a: '1' }));
    const before = get('bad.yaml');
    const ran = await run(['reseal', folder]);
    expect(ran).toMatchObject({ code: 1, said: expect.stringContaining('no key could decrypt secret (a)') });
    expect(ran.said).toContain(`${bad}:2`);
    expect(ran.said).toMatch(/0 resealed, 1 on the newest key already, 1 failed\n$/);
    expect(get('bad.yaml')).toBe(before);
    const checked = await run(['check', '--cluster', folder, '-o', 'json']);
    expect(checked.code).toBe(1);
    expect(JSON.parse(checked.out)).toMatchObject({ findings: [{ rule: 'cluster-cannot-open', file: bad, line: 2 }] });
  });

  test('objects that name no namespace are asked about in the one that is given', async () => {
    const bare = (await written(await certificate(), 'a', { a: '1' })).replace("  namespace: 'web'\n", '');
    put('a.yaml', bare);
    expect((await run(['check', '--cluster', folder])).code).toBe(1);
    expect((await run(['check', '--cluster', '-n', 'web', folder])).code).toBe(0);
    expect((await run(['reseal', folder])).code).toBe(1);
    expect((await run(['reseal', '-n', 'web', folder])).code).toBe(0);
    expect(get('a.yaml')).toBe(bare);
  });

  test('no controller to ask', async () => {
    put('a.yaml', await written(await certificate(), 'a', { a: '1' }));
    for (const verb of [['reseal'], ['check', '--cluster']])
      expect(await run([...verb, '--controller-name', 'nobody', folder])).toMatchObject({
        code: 3,
        said: expect.stringContaining('SIGNET_CLI_CONTROLLER_NOT_FOUND'),
      });
  });
});

describe('by another controller in its place', () => {
  const peerFlags = ['reseal', '--controller-name', 'peer'];
  let key: GeneratedKey;
  beforeAll(async () => {
    key = await generateSealingKey({ bits: 2048 });
  });
  const answer = (change: (object: { spec: { encryptedData: Record<string, unknown> } }) => void) => (body: string) => {
    const object = JSON.parse(body) as { spec: { encryptedData: Record<string, unknown> } };
    change(object);
    return { status: 200, body: JSON.stringify(object) };
  };

  const longer = (item: unknown): string =>
    Buffer.concat([Buffer.from(String(item), 'base64'), Buffer.alloc(1)]).toString('base64');

  test.each<[string, (body: string) => { status: number; body: string }, string]>([
    ['an item is missing', answer(({ spec }) => delete spec.encryptedData['a']), 'it does not hold a'],
    ['an item is none', answer(({ spec }) => (spec.encryptedData['a'] = 'hunter2')), 'a: illegal base64 data at input byte 4'],
    ['an item is a number', answer(({ spec }) => (spec.encryptedData['a'] = 5)), 'it does not hold a'],
    [
      'an item of another length',
      answer(({ spec }) => (spec.encryptedData['a'] = longer(spec.encryptedData['a']))),
      'another value for a',
    ],
    ['no JSON', () => ({ status: 200, body: '<html>' }), 'it is not JSON'],
    ['an empty refusal', () => ({ status: 500, body: '' }), 'the controller answers with status 500'],
  ])('an answer that cannot be used changes nothing: %s', async (_name, answers, said) => {
    peerAnswers = answers;
    put('a.yaml', await written(key.certificate, 'a', { a: '1', b: '2' }));
    const before = get('a.yaml');
    const ran = await run([...peerFlags, folder]);
    expect(ran).toMatchObject({ code: 1, said: expect.stringContaining(said) });
    expect(ran.said).not.toContain('hunter2');
    expect(get('a.yaml')).toBe(before);
  });

  test('items that were rendered from templates are not taken over', async () => {
    const [[, fresh]] = (await items(key.certificate, 'a', { a: '1' })) as [[string, string]];
    peerAnswers = answer(({ spec }) => Object.assign(spec.encryptedData, { a: fresh, url: fresh }));
    put('a.yaml', await written(key.certificate, 'a', { a: '1', b: '2' }));
    const before = get('a.yaml');
    expect((await run([...peerFlags, folder])).code).toBe(0);
    expect(get('a.yaml')).toBe(before.replace(itemsIn(before)[0] ?? '', fresh));
  });

  test('429 is waited for, longer than the client does by itself', async () => {
    peerAnswers = (body, asked) =>
      asked <= 7 ? { status: 429, body: 'limit exceeded\n', retryAfter: '0' } : { status: 200, body };
    put('a.yaml', await written(key.certificate, 'a', { a: '1' }));
    expect(await run([...peerFlags, folder])).toMatchObject({ code: 0 });
    expect(peerAsked).toBe(8);
  });

  test('interrupted: files that were done are done, the others as they were, and the next run does them', async () => {
    const [[, fresh]] = (await items(key.certificate, 'a', { a: '1' })) as [[string, string]];
    const ending = new AbortController();
    const texts: string[] = [];
    for (let at = 0; at < 6; at++) {
      const manifest = await written(key.certificate, `o${at}`, { a: '1' });
      put(`${at}.yaml`, manifest);
      texts.push(manifest);
    }
    peerAnswers = (body, asked) => {
      if (asked === 3) ending.abort(new DOMException('ended', 'AbortError'));
      return answer(({ spec }) => (spec.encryptedData['a'] = fresh))(body);
    };
    const ran = await run([...peerFlags, '--concurrency', '1', folder], ending.signal);
    expect(ran.code).toBe(130);
    expect(ran.said).toMatch(/2 resealed.*4 not tried: run it again for those\n$/);
    expect(texts.map((_, at) => get(`${at}.yaml`))).toEqual(
      texts.map((one, at) => (at < 2 ? one.replace(itemPattern, fresh) : one)),
    );
    expect(await run([...peerFlags, folder])).toMatchObject({ code: 0 });
    expect(texts.map((_, at) => get(`${at}.yaml`))).toEqual(texts.map((one) => one.replace(itemPattern, fresh)));
  });

  test('a file that somebody changes meanwhile is left to them', async () => {
    const [[, fresh]] = (await items(key.certificate, 'a', { a: '1' })) as [[string, string]];
    const file = put('a.yaml', await written(key.certificate, 'a', { a: '1' }));
    peerAnswers = (body) => {
      writeFileSync(file, 'mine: true\n');
      return answer(({ spec }) => (spec.encryptedData['a'] = fresh))(body);
    };
    expect(await run([...peerFlags, file])).toMatchObject({ code: 1, said: expect.stringContaining('SIGNET_RESEAL_CHANGED') });
    expect(get('a.yaml')).toBe('mine: true\n');
  });

  test('--fail-fast begins nothing after the first failure', async () => {
    for (let at = 0; at < 5; at++) put(`${at}.yaml`, await written(key.certificate, `o${at}`, { a: '1' }));
    peerAnswers = () => ({ status: 500, body: 'no' });
    const ran = await run([...peerFlags, '--fail-fast', '--concurrency', '1', '-o', 'json', folder]);
    expect(ran.code).toBe(1);
    expect(JSON.parse(ran.out)).toMatchObject({ summary: { failed: 1, notTried: 4 } });
    expect(peerAsked).toBe(1);
  });

  test('links in a folder are not followed: what they lead to lies elsewhere', async () => {
    const outside = join(root, `outside-${count}.yaml`);
    writeFileSync(outside, await written(key.certificate, 'x', { a: '1' }));
    symlinkSync(outside, join(folder, 'link.yaml'));
    symlinkSync(folder, join(folder, 'loop'));
    expect(await run([...peerFlags, folder])).toMatchObject({ code: 1, said: expect.stringContaining('SIGNET_RESEAL_NOTHING') });
  });
});
