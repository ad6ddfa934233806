import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { chmod, copyFile, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { changeRingFile, createRingFile, newRing, rotated } from '@signet/provider-local/key-ring';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { KmsClient } from './testing/client.ts';

const program = fileURLToPath(new URL('../bin/signet-kms.js', import.meta.url));
const now = new Date('2026-03-01T00:00:00Z');
const seed = Buffer.alloc(32, 3);

let directory: string;
let client: KmsClient;
let child: ChildProcess | undefined;
let log = '';
let url = '';
const at = (file: string): string => join(directory, file);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signet-kms-'));
  await createRingFile(at('ring.json'), newRing({ name: 'signet', now }));
  await configure({});
  client = new KmsClient(at('kms.sock'));
});
afterEach(async () => {
  client.close();
  if (child && child.exitCode === null && child.signalCode === null) {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
  await rm(directory, { recursive: true });
});

async function configure(change: object): Promise<void> {
  const config = {
    provider: 'signet',
    cluster: 'test',
    socket: { path: at('kms.sock') },
    http: '127.0.0.1:0',
    key: { local: { file: at('ring.json') } },
    watch: { intervalSeconds: 1, retrySeconds: 0.5 },
    audit: { file: at('audit.log') },
    ...change,
  };
  await writeFile(at('next.yaml'), JSON.stringify(config));
  await rename(at('next.yaml'), at('config.yaml'));
}

async function until<T>(promised: string, ask: () => Promise<T | false | undefined> | T | false | undefined): Promise<T> {
  for (const end = performance.now() + 20_000; performance.now() < end; await sleep(20)) {
    const answer = await ask();
    if (answer !== false && answer !== undefined) return answer;
  }
  throw new Error(`${promised}: not within 20 s\n${log}`);
}

/** Starts the program; resolves when it serves. */
async function start(): Promise<ChildProcess> {
  log = '';
  const started = spawn(process.execPath, [program, 'serve', '--config', at('config.yaml')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  child = started;
  started.stderr.on('data', (chunk: Buffer) => (log += chunk.toString()));
  url = await until('it serves', () => /"http":"([^"]+)"/.exec(log)?.[1]);
  return started;
}

const page = async (path: string): Promise<string> => {
  const answer = await fetch(`${url}${path}`);
  return `${answer.status} ${(await answer.text()).trim()}`;
};
const keyId = async (): Promise<string> => (await client.status()).keyId;
const ready = async (): Promise<string> => until('it is ready', async () => (await page('/readyz')) === '200 ok' && 'ready');

describe('the program', () => {
  test('kms 18: has the same key id after a restart, and opens what it has encrypted before', async () => {
    await start();
    await ready();
    const made = await client.encrypt({ plaintext: seed, uid: 'a' });
    child?.kill('SIGKILL');
    await once(child as ChildProcess, 'exit');
    await start();
    await ready();
    expect(await keyId()).toBe(made.keyId);
    expect(Buffer.from((await client.decrypt({ ...made, uid: 'b' })).plaintext)).toEqual(seed);
  });

  test('kms 32: SIGTERM: exit code 0, and the socket is gone', async () => {
    const started = await start();
    await ready();
    expect(existsSync(at('kms.sock'))).toBe(true);
    started.kill('SIGTERM');
    expect(await once(started, 'exit')).toEqual([0, null]);
    expect(existsSync(at('kms.sock'))).toBe(false);
  });

  test('kms 21: kms 39: the key is away at the start: it listens, is alive and not ready, and recovers by itself', async () => {
    await rename(at('ring.json'), at('away.json'));
    await start();
    expect(existsSync(at('kms.sock'))).toBe(true);
    await expect(client.status()).rejects.toThrow('has not been seen to work yet');
    expect(await page('/livez')).toBe('200 ok');
    expect(await page('/readyz')).toBe('503 the key has not been seen to work yet');
    await rename(at('away.json'), at('ring.json'));
    await ready();
    expect((await client.status()).healthz).toBe('ok');
  });

  test('kms 22: kms 39: the key is away while it runs: alive, not ready, the same key id; what is in memory still opens', async () => {
    await start();
    await ready();
    const made = await client.encrypt({ plaintext: seed, uid: 'a' });
    await rename(at('ring.json'), at('away.json'));
    await until('it is told', async () => (await page('/readyz')) === '503 the key service cannot be reached');
    expect(await client.status()).toEqual({ version: 'v2', healthz: 'the key service cannot be reached', keyId: made.keyId });
    expect(await page('/livez')).toBe('200 ok');
    expect(Buffer.from((await client.decrypt({ ...made, uid: 'b' })).plaintext)).toEqual(seed);
    await rename(at('away.json'), at('ring.json'));
    await ready();
  });

  test('kms 23: a ring that others may read is not used: Status is an error until it is mended', async () => {
    await start();
    await ready();
    await chmod(at('ring.json'), 0o644);
    await until('it is told', async () => (await page('/readyz')) === '503 the key may not be used');
    await expect(client.status()).rejects.toMatchObject({ code: 9 });
    await expect(client.encrypt({ plaintext: seed, uid: 'a' })).rejects.toMatchObject({ code: 9 });
    await chmod(at('ring.json'), 0o600);
    await ready();
    expect((await client.status()).healthz).toBe('ok');
  });

  test('kms 4: kms 15: a rotation is seen without a restart; Status and Encrypt agree all the while', async () => {
    await start();
    await ready();
    const made = await client.encrypt({ plaintext: seed, uid: 'a' });
    await changeRingFile(at('ring.json'), (ring) => rotated(ring, now));
    const seen = new Set<string>();
    await until('the rotation is seen', async () => {
      const told = await keyId();
      expect((await client.encrypt({ plaintext: seed, uid: 'b' })).keyId).toBe(told);
      seen.add(told);
      return told !== made.keyId;
    });
    expect([...seen]).toHaveLength(2);
    expect(Buffer.from((await client.decrypt({ ...made, uid: 'c' })).plaintext)).toEqual(seed);
  });

  test('kms 44: another key by reload: it encrypts, the previous one decrypts, the socket stays', async () => {
    const started = await start();
    await ready();
    const made = await client.encrypt({ plaintext: seed, uid: 'a' });
    await createRingFile(at('other.json'), newRing({ name: 'other', now }));
    await configure({ key: { local: { file: at('other.json') } }, previous: [{ local: { file: at('ring.json') } }] });
    started.kill('SIGHUP');
    const next = await until('the other key encrypts', async () => {
      const told = await keyId();
      return told !== made.keyId && told;
    });
    expect((await client.encrypt({ plaintext: seed, uid: 'b' })).keyId).toBe(next);
    expect(Buffer.from((await client.decrypt({ ...made, uid: 'c' })).plaintext)).toEqual(seed);
    expect(await page('/readyz')).toBe('200 ok');
  });

  test.each<[string, () => Promise<void>]>([
    ['no YAML', async () => writeFile(at('config.yaml'), '{')],
    ['a misspelt setting', async () => configure({ retries: 1 })],
    ['a key that does not work', async () => configure({ key: { local: { file: at('nothing.json') } } })],
    ['a backend that there is not', async () => configure({ key: { other: {} } })],
    ['another cluster', async () => configure({ cluster: 'other' })],
  ])('kms 44: a bad reload keeps the old configuration, and says so: %s', async (_, spoil) => {
    const started = await start();
    await ready();
    const before = await client.status();
    await spoil();
    started.kill('SIGHUP');
    await until('it is refused', () => log.includes('the configuration stays as it was'));
    expect(await client.status()).toEqual(before);
    expect(await page('/metrics')).toContain('signet_kms_config_reloads_total{outcome="refused"} 1');
    await configure({ cache: { entries: 5000 }, logLevel: 'info' });
  });

  test('a second one does not take the socket of the first', async () => {
    await start();
    await ready();
    const second = spawn(process.execPath, [program, 'serve', '--config', at('config.yaml')], {
      stdio: ['ignore', 'ignore', 'pipe'],
    });
    let said = '';
    second.stderr.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect((await once(second, 'close'))[0]).toBe(1);
    expect(said).toContain('another process listens on it');
    expect((await client.status()).healthz).toBe('ok');
  });

  test('kms 38: metrics have few series, and the key id only as its hash', async () => {
    await start();
    await ready();
    for (let call = 0; call < 50; call++) {
      const made = await client.encrypt({ plaintext: seed, uid: `uid-${call}` });
      await client.decrypt({ ...made, uid: `uid-${call}` });
      await client.decrypt({ ...made, uid: 'x', keyId: `k-${call}` }).catch(() => undefined);
    }
    const told = await keyId();
    const text = await page('/metrics');
    const own = text.split('\n').filter((line) => line.startsWith('signet_kms_'));
    expect(own.length).toBeLessThan(100);
    expect(text).not.toContain('uid-');
    expect(text).not.toContain(told);
    expect(text).toContain('signet_kms_operations_total{operation="Decrypt",code="INVALID_ARGUMENT"} 50');
  });
});

describe('commands', () => {
  async function run(...args: readonly string[]): Promise<{ readonly code: unknown; readonly output: string }> {
    const ran = spawn(process.execPath, [program, ...args], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [ran.stdout, ran.stderr]) stream.on('data', (chunk: Buffer) => (output += chunk.toString()));
    const [code] = (await once(ran, 'close')) as [unknown];
    return { code, output };
  }

  test('preflight has exit codes that scripts can rely on', async () => {
    const preflight = async (): Promise<unknown> => (await run('preflight', '--config', at('config.yaml'))).code;
    expect(await preflight()).toBe(0);
    await configure({ key: { local: { file: at('nothing.json') } } });
    expect(await preflight()).toBe(3);
    await configure({ retries: 1 });
    expect(await preflight()).toBe(2);
    await configure({ key: { other: {} } });
    expect(await preflight()).toBe(2);
  });

  test('key create, key rotate, backup verify', async () => {
    const [ring, backup] = [at('new.json'), at('backup.json')];
    expect((await run('key', 'create', '--file', ring, '--name', 'prod')).code).toBe(0);
    const again = await run('key', 'create', '--file', ring);
    expect([again.code, again.output]).toEqual([1, expect.stringContaining('SIGNET_LOCAL_EXISTS')]);
    await copyFile(ring, backup);
    expect((await run('backup', 'verify', '--file', ring, '--backup', backup)).code).toBe(0);
    expect((await run('key', 'rotate', '--file', ring)).code).toBe(0);
    const stale = await run('backup', 'verify', '--file', ring, '--backup', backup);
    expect([stale.code, stale.output]).toEqual([1, expect.stringContaining('it lacks 2-')]);
  });

  test('a wrong command line ends with 2, and nothing is served', async () => {
    expect((await run('serve')).code).toBe(2);
    expect((await run('manifests', 'nothing', '--config', at('config.yaml'))).code).toBe(2);
  });

  test('policy and manifests are printed', async () => {
    expect((await run('policy', '--config', at('config.yaml'))).output).toContain(`chmod 0600 '${at('ring.json')}'`);
    for (const kind of ['encryption-a', 'encryption-b', 'static-pod', 'systemd', 'kubeadm']) {
      const { code, output } = await run('manifests', kind, '--config', at('config.yaml'));
      expect(code).toBe(0);
      expect(output).toContain(directory);
    }
  });
});
