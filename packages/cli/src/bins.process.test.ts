import { generateSealingKey, Keyring, openingKey, readCertificate } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'signet-bins-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let keyring: Keyring;
beforeAll(async () => {
  const pair = await generateSealingKey({ bits: 2048 });
  const old = await generateSealingKey({ bits: 2048, validForMs: 1000, now: new Date('2026-02-28T23:59:59Z') });
  writeFileSync(join(folder, 'pub.pem'), pair.certificatePem);
  writeFileSync(join(folder, 'old.pem'), old.certificatePem);
  keyring = new Keyring([
    { key: await openingKey(pair.privateKeyPem), certificate: readCertificate(pair.certificatePem), orderedAt: new Date(0) },
  ]);
});

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function run(
  args: readonly string[],
  { input = '', env = {}, bin = 'signet' }: { input?: string; env?: Record<string, string>; bin?: string } = {},
): Promise<Ran> {
  const child = spawn(process.execPath, [join(import.meta.dirname, `../bin/${bin}.js`), ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: join(folder, 'home'), ...env },
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

async function open(sealed: string, scope: Scope, namespace: string, name: string): Promise<string> {
  return new TextDecoder().decode((await keyring.open(sealed, { scope, namespace, name })).plaintext);
}

const canary = 'canary-4711';
const secret = (name: string, value = canary): string =>
  `apiVersion: v1\nkind: Secret\nmetadata:\n  name: ${name}\n  namespace: web\nstringData:\n  password: ${value}\n`;

describe('streams that do not take what is written', () => {
  const shell = (line: string): Promise<Ran> => {
    const bin = join(import.meta.dirname, '../bin/signet.js');
    const child = spawn('bash', ['-c', `set -o pipefail; signet() { '${process.execPath}' '${bin}' "$@"; }; ${line}`], {
      cwd: folder,
    });
    const texts = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
    return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
  };
  beforeAll(() => writeFileSync(join(folder, 'large.yaml'), `${secret('db')}---\nkind: Note\ntext: ${'x'.repeat(1_000_000)}\n`));

  test('a reader that goes away early is no error', async () => {
    expect(await shell('signet seal --cert pub.pem large.yaml | head -c 4')).toEqual({ code: 0, stdout: 'apiV', stderr: '' });
  });

  test('a full disk is a coded error', async () => {
    const ran = await shell('signet seal --cert pub.pem large.yaml > /dev/full');
    expect({ code: ran.code, said: ran.stderr.split('\n')[0] }).toEqual({
      code: 1,
      said: expect.stringMatching(/^error: stdout cannot be written: no space left on device +SIGNET_CLI_OUTPUT_UNWRITABLE$/),
    });
  });

  test('stderr that nobody reads does not change the outcome', async () => {
    expect(await shell('signet seal nofile 2> >(true); echo $?')).toMatchObject({ stdout: '1\n' });
    expect(await shell('signet seal nofile 2> /dev/full; echo $?')).toMatchObject({ stdout: '1\n' });
  });
});

test('the hidden prompt whose terminal ends (Ctrl-D) counts as cancelled', async () => {
  const terminal = 'data:text/javascript,process.stdin.isTTY=true;process.stdin.setRawMode=()=>process.stdin';
  const args = ['seal', 'raw', '--cert', 'pub.pem', '-n', 'web', '--name', 'db'];
  const { code, stdout, stderr } = await run(args, { env: { NODE_OPTIONS: `--import=${terminal}` } });
  expect({ code, stdout }).toEqual({ code: 130, stdout: '' });
  expect(stderr).toContain('SIGNET_CLI_NO_PROMPT');
});

describe('signet seal', () => {
  test('from stdin to stdout, the certificate from the environment; no value shows anywhere', async () => {
    const ran = await run(['seal'], { input: secret('db'), env: { SIGNET_CERT: 'pub.pem' } });
    expect({ code: ran.code, stderr: ran.stderr }).toEqual({ code: 0, stderr: '' });
    const sealed = /password: (\S+)/.exec(ran.stdout)?.[1] ?? '';
    expect(await open(sealed, 'strict', 'web', 'db')).toBe(canary);
    expect(ran.stdout).not.toContain(canary);
  });

  test('files and folders become one stream that is in order', async () => {
    mkdirSync(join(folder, 'many'));
    writeFileSync(join(folder, 'many/b.yaml'), secret('b').trimEnd());
    writeFileSync(join(folder, 'many/a.yml'), `---\n${secret('a')}`);
    writeFileSync(join(folder, 'many/notes.txt'), 'not read');
    writeFileSync(join(folder, 'c.yaml'), secret('c'));
    const { code, stdout } = await run(['seal', '--cert', 'pub.pem', 'many', '-f', 'c.yaml']);
    expect(code).toBe(0);
    expect([...stdout.matchAll(/^ {2}name: (\w+)$/gm)].map(([, name]) => name)).toEqual(['a', 'b', 'c']);
    expect(stdout.match(/^---$/gm)).toHaveLength(3);
  });

  test('one bad document: every problem is told, nothing is written, the old output stays', async () => {
    writeFileSync(join(folder, 'out.yaml'), 'old');
    const input = `${secret('a')}---\n${secret('b', '8675309')}---\n${secret('c').replace('name: c', 'name: C')}`;
    const { code, stdout, stderr } = await run(['seal', '--cert', 'pub.pem', '-w', 'out.yaml'], { input });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toMatch(
      /stringData\.password must be text, not a number +SIGNET_CLI_FIELD_TYPE\n {2}at {2}<stdin>:15:stringData\.password \(document 2, Secret "b"\)/,
    );
    expect(stderr).toMatch(/"C" is not a valid Kubernetes name[^]*document 3[^]*2 problems; nothing was written\n$/);
    expect(stderr).not.toMatch(/8675309|canary/);
    expect(readFileSync(join(folder, 'out.yaml'), 'utf8')).toBe('old');
    expect(readdirSync(folder).filter((name) => name.endsWith('.tmp'))).toEqual([]);
  });

  test('in place, all files or none', async () => {
    writeFileSync(join(folder, 'p1.yaml'), `# kept\n${secret('p1')}`);
    writeFileSync(join(folder, 'p2.yaml'), secret('p2', '1'));
    expect((await run(['seal', '--cert', 'pub.pem', '-i', 'p1.yaml', 'p2.yaml'])).code).toBe(1);
    expect(readFileSync(join(folder, 'p1.yaml'), 'utf8')).toContain(canary);
    writeFileSync(join(folder, 'p2.yaml'), secret('p2'));
    expect(await run(['seal', '--cert', 'pub.pem', '-i', 'p1.yaml', 'p2.yaml'])).toMatchObject({ code: 0, stdout: '' });
    expect(readFileSync(join(folder, 'p1.yaml'), 'utf8')).toMatch(/^# kept\napiVersion: bitnami/);
    expect(readFileSync(join(folder, 'p2.yaml'), 'utf8')).not.toContain(canary);
  });

  test('an expired certificate is refused', async () => {
    const { code, stderr } = await run(['seal', '--cert', 'old.pem'], { input: secret('a') });
    expect(code).toBe(1);
    expect(stderr).toMatch(/^error: old\.pem expired on 2026-03-01 +SIGNET_CLI_CERT_EXPIRED\n/);
  });

  test('a certificate from an http URL, and one that is not there', async () => {
    const server = createServer((request, response) => {
      const asked = request.url ?? '';
      const allowed = request.headers.authorization === `Basic ${Buffer.from('me:p@ss').toString('base64')}`;
      if (asked === '/pub.pem' || (asked === '/private.pem' && allowed)) response.end(readFileSync(join(folder, 'pub.pem')));
      else if (asked === '/cut.pem') response.writeHead(200, { 'content-length': 9999 }).write('-', () => response.destroy());
      else response.writeHead(404).end();
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    try {
      expect((await run(['seal', '--cert', `${url}/pub.pem`], { input: secret('a') })).code).toBe(0);
      const named = `${url.replace('//', '//me:p@ss@')}/private.pem`;
      expect((await run(['seal', '--cert', named], { input: secret('a') })).code).toBe(0);
      const unnamed = await run(['seal', '--cert', named.replace('private', 'other')], { input: secret('a') });
      expect(unnamed.stderr).toContain(`cannot fetch "${url}/other.pem": 404 Not Found`);
      const cut = await run(['seal', '--cert', `${url}/cut.pem`], { input: secret('a') });
      expect({ code: cut.code, stderr: cut.stderr }).toEqual({ code: 3, stderr: expect.stringContaining('SIGNET_CLI_CERT_FETCH') });
      const { code, stderr } = await run(['seal', '--cert', `${url}/other`], { input: secret('a') });
      expect(code).toBe(3);
      expect(stderr).toContain(`cannot fetch "${url}/other": 404 Not Found`);
      expect((await run(['--cert', `${url}/other`], { input: secret('a'), bin: 'kubeseal' })).stderr).toBe(
        `error: cannot fetch "${url}/other": 404 Not Found\n`,
      );
    } finally {
      server.close();
    }
  });

  test('without a cluster and without a namespace, or without a certificate, the error says what is missing', async () => {
    const input = secret('a').replace('  namespace: web\n', '');
    expect((await run(['seal', '--cert', 'pub.pem'], { input })).stderr).toContain('SIGNET_CLI_NAMESPACE_MISSING');
    const withoutCertificate = await run(['seal'], { input: secret('a') });
    expect(withoutCertificate).toMatchObject({ code: 3, stdout: '' });
    expect(withoutCertificate.stderr).toMatch(/SIGNET_CLI_CERT_NONE[^]*fix pass --cert pub\.pem/);
  });

  test.each([
    [['seal', '--nonsense'], 2, /unknown option '--nonsense'/],
    [['nonsense'], 2, /unknown command 'nonsense'/],
    [['seal', '--cert', 'pub.pem', '-o', 'toml'], 2, /unsupported output format: toml/],
    [['seal', '--cert', 'pub.pem', 'missing.yaml'], 1, /missing\.yaml cannot be read: no such file or directory/],
    [['seal', '--cert', 'pub.pem'], 1, /SIGNET_CLI_NOTHING_TO_SEAL/],
    [['seal', '--cert', 'pub.pem', '--scope', 'wide'], 2, /--scope must be one of: strict, namespace-wide, cluster-wide/],
  ])('%j ends with %i', async (args, code, message) => {
    const ran = await run(args);
    expect(ran).toMatchObject({ code, stdout: '' });
    expect(ran.stderr).toMatch(message);
  });
});

describe('signet seal raw', () => {
  test('stdin, bytes as they are', async () => {
    const { code, stdout } = await run(['seal', 'raw', '--cert', 'pub.pem', '--name', 'a', '-n', 'b'], { input: `${canary}\n` });
    expect(code).toBe(0);
    expect(await open(stdout, 'strict', 'b', 'a')).toBe(`${canary}\n`);
  });

  test('a file, cluster-wide', async () => {
    writeFileSync(join(folder, 'value'), canary);
    const { stdout } = await run(['seal', 'raw', '--cert', 'pub.pem', '--scope', 'cluster-wide', '--from-file', 'value']);
    expect(await open(stdout, 'cluster-wide', '', '')).toBe(canary);
  });

  test('a place that is not complete is refused before the value is read', async () => {
    expect(await run(['seal', 'raw', '--cert', 'pub.pem', '--name', 'a'], { input: canary })).toMatchObject({
      code: 2,
      stdout: '',
    });
  });
});

describe('in a cluster', () => {
  const bin = (name: string): string => join(import.meta.dirname, `../bin/${name}.js`);

  test('without a controller, the error says which Services were looked for and how to name another', async () => {
    const { code, stdout, stderr } = await run(['sandbox', '--', process.execPath, bin('signet'), 'cert', 'fetch']);
    expect({ code, stdout }).toEqual({ code: 3, stdout: '' });
    expect(stderr).toMatch(
      /tried Service kube-system\/sealed-secrets-controller and kube-system\/sealed-secrets\)[^]*--controller-name/,
    );
  });

  test('a Secret without a namespace is sealed for that of the context, with a note', async () => {
    writeFileSync(join(folder, 'bare.yaml'), secret('bare').replace('  namespace: web\n', ''));
    const seal = [process.execPath, bin('signet'), 'seal', '--cert', 'pub.pem', 'bare.yaml'];
    const { code, stdout, stderr } = await run(['sandbox', '--', ...seal]);
    expect(code).toBe(0);
    expect(stderr).toMatch(/^note: .*"default"/);
    expect(await open(/password: (\S+)/.exec(stdout)?.[1] ?? '', 'strict', 'default', 'bare')).toBe(canary);
    const peer = await run([
      'sandbox',
      '--',
      process.execPath,
      bin('kubeseal'),
      '--cert',
      'pub.pem',
      '-f',
      'bare.yaml',
      '-o',
      'yaml',
    ]);
    expect(peer).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('  namespace: default\n') });
  });

  test('kubeseal without a controller says so in its own words', async () => {
    const { code, stderr } = await run(['sandbox', '--', process.execPath, bin('kubeseal'), '--fetch-cert']);
    expect(code).toBe(1);
    expect(stderr).toMatch(
      /^error: cannot get sealed secret service: .*not found\.\nPlease, use the flag --controller-name and --controller-namespace/,
    );
  });
});

describe('the other commands', () => {
  test('cert show tells validity, size and fingerprint', async () => {
    const { stdout } = await run(['cert', 'show', 'pub.pem']);
    expect(stdout).toMatch(
      /^key {10}RSA 2048\nfingerprint {2}SHA256:\S{43}\nsubject {6}\(none\)\nvalid from {3}\S+Z\nvalid until {2}\S+Z \(\d+ days left\)\n$/,
    );
    expect(
      JSON.parse((await run(['cert', 'show', '-o', 'json', '-'], { input: readFileSync(join(folder, 'old.pem'), 'utf8') })).stdout),
    ).toMatchObject({ expired: true });
  });

  test('--version, --help, and nothing at all', async () => {
    expect(await run(['--version'])).toMatchObject({ code: 0, stdout: expect.stringMatching(/^signet version: \d+\.\d+\.\d+\n$/) });
    expect(await run(['--help'])).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining('Exit codes:') });
    expect(await run([])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining('Usage: signet') });
    expect(await run(['cert'])).toMatchObject({ code: 2, stdout: '', stderr: expect.stringMatching(/^Usage: signet cert/) });
  });

  test('kubeseal does not leave out a document that it cannot read', async () => {
    const { code, stdout, stderr } = await run(['--cert', 'pub.pem'], {
      bin: 'kubeseal',
      input: `${secret('a')}---\nkind: Secret\ndata: {a: "***"}\n`,
    });
    expect({ code, stdout }).toEqual({ code: 1, stdout: '' });
    expect(stderr).toContain('data.a is not base64');
  });

  test('sandbox: a command with KUBECONFIG set; its exit code is ours', async () => {
    const script = 'process.stdout.write(require("fs").readFileSync(process.env.KUBECONFIG, "utf8")); process.exit(7)';
    const { code, stdout } = await run(['sandbox', '--', process.execPath, '-e', script]);
    expect(code).toBe(7);
    expect(stdout).toContain('current-context: sandbox');
  });

  test('sandbox: stays until SIGINT, then ends well and takes its kubeconfig along', async () => {
    const child = spawn(process.execPath, [join(import.meta.dirname, '../bin/signet.js'), 'sandbox'], {
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    const line = await new Promise<string>((resolve) => child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString())));
    const file = /^export KUBECONFIG=(\S+)\n$/.exec(line)?.[1] ?? '';
    expect(readFileSync(file, 'utf8')).toContain('server:');
    const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
    child.kill('SIGINT');
    expect(await ended).toBe(0);
    expect(() => readFileSync(file)).toThrow('ENOENT');
  });
});
