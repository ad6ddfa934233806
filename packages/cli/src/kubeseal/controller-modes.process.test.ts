// Source: sealed-secrets v0.38, kubeseal --validate and --re-encrypt; acceptance item 38. Against the controller, and against answers
// of its predecessor.
import { execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
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
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { runKubeseal } from './testing/run-kubeseal.ts';
import type { Ran } from './testing/run-kubeseal.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-modes-'));
const renewKey = new EventTarget();
let sandbox: Sandbox;
let client: Client;
let controller: RunningController;
let peer: Server;
let peerAnswers: { status: number; body: string };

beforeAll(async () => {
  sandbox = await startSandbox();
  client = createClient(sandbox.connection());
  await client.create(customResourceDefinitions, sealedSecretCrd() as unknown as Parameters<typeof client.create>[1]);
  const flags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'];
  const config = parseConfig([...flags, '--rate-limit=1000', '--rate-limit-burst=1000'], { POD_NAMESPACE: 'kube-system' });
  controller = await startController(config, { client, logger: silentLogger, renewKey });
  await controller.ready();
  await serveAs('sealed-secrets-controller', Number(new URL(controller.url).port));
  peer = createServer((_, response) => response.writeHead(peerAnswers.status).end(peerAnswers.body)).listen(0, '127.0.0.1');
  await once(peer, 'listening');
  await serveAs('peer', (peer.address() as AddressInfo).port);
  writeFileSync(join(folder, 'kubeconfig'), sandbox.kubeconfig(), { mode: 0o600 });
});
afterAll(async () => {
  peer.close();
  await controller.stop();
  await client.close();
  await sandbox.stop();
  rmSync(folder, { recursive: true, force: true });
});

async function serveAs(name: string, port: number): Promise<void> {
  const metadata = { name, namespace: 'kube-system' };
  await client.create(services, { metadata, spec: { ports: [{ name: 'http', port: 8080 }] } });
  const subsets = [{ addresses: [{ ip: '127.0.0.1' }], ports: [{ name: 'http', port }] }];
  await client.create(endpoints, { metadata, subsets });
}

const run = async (args: readonly string[], input = ''): Promise<Ran> =>
  runKubeseal(args, { input, env: { KUBECONFIG: join(folder, 'kubeconfig') } });
const secret = (name: string): string => `kind: Secret\nmetadata: {name: ${name}, namespace: web}\nstringData: {a: "1", b: "2"}\n`;
const sealed = async (name: string, ...args: string[]): Promise<string> => (await run(['-o', 'yaml', ...args], secret(name))).out;

describe('--validate', () => {
  test('acceptance 38: says nothing of what is valid; names the object that is not, after it was renamed', async () => {
    const stream = `${await sealed('one')}${await sealed('two')}`;
    expect(await run(['--validate'], stream)).toEqual({ code: 0, out: '', said: '' });
    const renamed = stream.replace('  name: two\n  namespace: web\nspec', '  name: other\n  namespace: web\nspec');
    expect(renamed).not.toBe(stream);
    expect(await run(['--validate'], renamed)).toEqual({
      code: 1,
      out: '',
      said: 'error: unable to decrypt sealed secret: other\n',
    });
  });

  test.each([
    [secret('a'), /^error: cannot validate sealed secret: .*not a SealedSecret of bitnami.com\/v1alpha1\n$/],
    ['', /^error: no secrets found/],
    ['[]', /^error: couldn't get version\/kind/],
  ])('%j is an error with its reason', async (input, said) => {
    expect(await run(['--validate'], input)).toEqual({ code: 1, out: '', said: expect.stringMatching(said) });
  });

  test('without a controller', async () => {
    expect((await run(['--validate', '--controller-name=nobody'], await sealed('one'))).said).toMatch(
      /^error: cannot get sealed secret service: services "nobody" not found\.\nPlease, use the flag --controller-name/,
    );
  });

  test.each([
    [500, '', 'the controller answers with status 500'],
    [429, 'limit exceeded\n', 'limit exceeded'],
    [503, '{"kind":"Status","message":"no endpoints available"}', 'no endpoints available'],
    [500, `\u001b[31m${'x'.repeat(9000)}\nsecond`, `[31m${'x'.repeat(496)}`],
  ])('an answer %i %j is told in one printable line', async (status, body, problem) => {
    peerAnswers = { status, body };
    const { code, said } = await run(['--validate', '--controller-name=peer'], await sealed('one'));
    expect({ code, said }).toEqual({ code: 1, said: `error: cannot validate sealed secret: ${problem}\n` });
  });
});

describe('--re-encrypt', () => {
  test('with a newer key the items change, in stdout or in the file, and still open', async () => {
    const before = await sealed('one', '--scope=namespace-wide');
    const certificate = (await run(['--fetch-cert'])).out;
    renewKey.dispatchEvent(new Event('renew'));
    await expect.poll(async () => (await run(['--fetch-cert'])).out, { timeout: 20_000 }).not.toBe(certificate);

    const toStdout = await run(['--re-encrypt', '-o', 'yaml'], before);
    expect(toStdout).toMatchObject({ code: 0, said: '' });
    const [was, is] = [parse(before) as Fields, parse(toStdout.out) as Fields];
    expect(Object.keys(is.spec.encryptedData)).toEqual(['a', 'b']);
    expect(is.spec.encryptedData['a']).not.toBe(was.spec.encryptedData['a']);
    expect({ ...is, spec: { ...is.spec, encryptedData: 0 } }).toEqual({ ...was, spec: { ...was.spec, encryptedData: 0 } });
    expect(await run(['--validate'], toStdout.out)).toEqual({ code: 0, out: '', said: '' });

    const file = join(folder, 'in-place.yaml');
    const original = `# ours\n${before}# about two\n${await sealed('two')}`;
    writeFileSync(file, original);
    expect(await run(['--rotate', '-f', file])).toEqual({ code: 0, out: '', said: '' });
    const rewritten = readFileSync(file, 'utf8');
    const isItem = (line: string): boolean => /^ {4}[ab]: /.test(line);
    const [then, now] = [original.split('\n'), rewritten.split('\n')];
    expect(now.map((line) => (isItem(line) ? 'item' : line))).toEqual(then.map((line) => (isItem(line) ? 'item' : line)));
    expect(now[then.findIndex(isItem)]).not.toBe(then.find(isItem));
    expect(await run(['--validate', '-f', file])).toEqual({ code: 0, out: '', said: '' });
    const other = join(folder, 'other.json');
    expect(await run(['--re-encrypt', '-f', file, '-w', other])).toEqual({ code: 0, out: '', said: '' });
    expect(readFileSync(file, 'utf8')).toBe(rewritten);
    expect(await run(['--validate', '-f', other])).toEqual({ code: 0, out: '', said: '' });
  });

  test('one document that does not open: an error, and the file stays', async () => {
    const file = join(folder, 'stays.yaml');
    const text = `${await sealed('one')}${(await sealed('two')).replaceAll('name: two', 'name: other')}`;
    writeFileSync(file, text);
    const { code, said } = await run(['--re-encrypt', '-f', file]);
    expect({ code, said }).toEqual({
      code: 1,
      said: 'error: cannot re-encrypt secret: no key could decrypt secret (a, b)\n',
    });
    expect(readFileSync(file, 'utf8')).toBe(text);
  });

  test('the answer of sealed-secrets, which has no kind: only the items are taken from it', async () => {
    const before = parse(await sealed('one')) as Fields;
    const { a = '', b = '' } = (parse(await sealed('one')) as Fields).spec.encryptedData;
    // A template that was rendered comes along as an item.
    const spec = { template: { metadata: { labels: { from: 'the answer' } } }, encryptedData: { b, rendered: a, a } };
    peerAnswers = { status: 200, body: JSON.stringify({ metadata: { name: 'evil' }, spec }) };
    const { out } = await run(['--re-encrypt', '--controller-name=peer'], JSON.stringify(before));
    expect(JSON.parse(out)).toEqual({ ...before, spec: { ...before.spec, encryptedData: { a, b } } });
    expect(Object.keys(JSON.parse(out) as object)).toEqual(['kind', 'apiVersion', 'metadata', 'spec']);

    const longer = (parse((await run(['-o', 'yaml'], secret('one').replace('"2"', '"22"'))).out) as Fields).spec.encryptedData['b'];
    for (const [encryptedData, problem] of [
      [{ a }, 'an object without the item b'],
      [{ a, b: longer }, 'another value for the item b'],
      [{ a, b: 'AgA' }, 'b: illegal base64 data at input byte 0'],
    ] as const) {
      peerAnswers = { status: 200, body: JSON.stringify({ spec: { encryptedData } }) };
      const { code, said } = await run(['--re-encrypt', '--controller-name=peer'], JSON.stringify(before));
      expect({ code, said }).toEqual({
        code: 1,
        said: `error: cannot re-encrypt secret: the controller answers with ${problem}\n`,
      });
    }
  });

  test('an object from before v0.7 may come back in items', async () => {
    const { a = '' } = (parse(await sealed('one')) as Fields).spec.encryptedData;
    const before = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name: 'one' }, spec: { data: a } };
    peerAnswers = { status: 200, body: JSON.stringify({ spec: { data: null, encryptedData: { user: a } } }) };
    const { out } = await run(['--re-encrypt', '--controller-name=peer'], JSON.stringify(before));
    expect(JSON.parse(out)).toMatchObject({ spec: { encryptedData: { user: a } } });
  });

  test('-f of a pipe is answered on stdout', async () => {
    const pipe = join(folder, 'pipe');
    execFileSync('mkfifo', [pipe]);
    const text = await sealed('one');
    const written = writeFile(pipe, text);
    const { code, out } = await run(['--re-encrypt', '-o', 'yaml', '-f', pipe]);
    await written;
    expect({ code, keys: Object.keys((parse(out) as Fields).spec.encryptedData) }).toEqual({ code: 0, keys: ['a', 'b'] });
  });

  test('an answer without items is no answer', async () => {
    for (const body of [
      '',
      'null',
      '[]',
      '{"spec":{}}',
      '{"spec":{"encryptedData":{"a":7}}}',
      '{"spec":{"data":7,"encryptedData":{}}}',
    ]) {
      peerAnswers = { status: 200, body };
      const { code, said } = await run(['--re-encrypt', '--controller-name=peer'], await sealed('one'));
      expect({ code, said }).toEqual({
        code: 1,
        said: 'error: cannot re-encrypt secret: the controller answers with something else\n',
      });
    }
  });
});

interface Fields {
  readonly spec: { readonly encryptedData: Readonly<Record<string, string>> };
}
