import { readFile } from 'node:fs/promises';
import { configMaps } from '@signet/kube/client';
import { keyIdHash } from '@signet/provider';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import { signetKms } from './plugin-process.ts';
import { KmsScene, providerName } from './scene.ts';

let scene: KmsScene;
beforeAll(async () => {
  scene = await KmsScene.start();
});
afterAll(async () => scene[Symbol.asyncDispose]());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(await scene.diagnostics());
});

const prefix = `k8s:enc:kms:v2:${providerName}:`;

/** Waits until the API server has a seed of the key that the plugin tells of: what it writes is stored under that key id. */
async function encryptsWith(keyId: string): Promise<void> {
  await until(
    'the API server encrypts with the new key',
    async () => {
      await scene.plane.admin.apply(
        configMaps,
        { metadata: { namespace: 'web', name: 'probe' }, data: { at: String(Date.now()) } },
        { fieldManager: 'test' },
      );
      const bytes = (await scene.plane.stored('/registry/configmaps/web/probe')) ?? Buffer.alloc(0);
      return Buffer.from(bytes).toString('latin1').includes(keyId);
    },
    { withinMs: 110_000, everyMs: 1000 },
  );
}

describe('a real API server with signet-kms and a key ring', () => {
  test('what etcd holds of Secrets and ConfigMaps is encrypted under the provider, and is read back', async () => {
    await scene.create('db', 'hunter2-in-etcd');
    await scene.plane.admin.create(configMaps, { metadata: { namespace: 'web', name: 'page' }, data: { text: 'plain-in-etcd' } });
    const stored = await scene.stored('db');
    const page = Buffer.from((await scene.plane.stored('/registry/configmaps/web/page')) ?? []).toString('latin1');
    expect(stored.startsWith(prefix)).toBe(true);
    expect(page.startsWith(prefix)).toBe(true);
    expect(stored).not.toContain('hunter2-in-etcd');
    expect(page).not.toContain('plain-in-etcd');
    expect(stored).toContain((await scene.plugin.status()).keyId);
    expect(await scene.read('db')).toBe('hunter2-in-etcd');
  });

  test('kms 38: the hash of the key id is the one in the metrics of the API server', async () => {
    const { keyId, keyIdHash: hash } = await scene.plugin.status();
    expect(hash).toBe(keyIdHash(keyId ?? ''));
    const { body } = await scene.plane.admin.request({ method: 'GET', path: '/metrics', raw: true });
    expect(Buffer.from(body).toString()).toContain(`key_id_hash="${hash}"`);
    expect(await scene.plugin.metric(`signet_kms_key_id_info{key_id_hash="${hash}"}`)).toBe(1);
  });

  test('the API server restarted three times: one decryption at most for each seed, the others from memory', async () => {
    const seeds = await scene.plugin.metric('signet_kms_operations_total{operation="Encrypt",code="OK"}');
    for (let restart = 0; restart < 3; restart++) {
      await scene.plane.restart('kube-apiserver');
      expect(await scene.read('db')).toBe('hunter2-in-etcd');
    }
    expect(await scene.plugin.metric('signet_kms_decrypts_total{source="backend"}')).toBeLessThanOrEqual(seeds);
  });

  test('kms 4: kms 15: a rotation is seen without a restart, what is written again carries the new key id, and all stays readable', async () => {
    const names = ['before-1', 'before-2', 'before-3'];
    for (const name of names) await scene.create(name, `value of ${name}`);
    const before = await scene.plugin.status();
    expect((await signetKms('key', 'rotate', `--file=${scene.at('ring.json')}`)).code).toBe(0);
    const after = await until('the plugin has seen the rotation', async () => {
      const now = await scene.plugin.status();
      return now.keyId !== before.keyId && now;
    });
    expect(after.healthz).toBe('ok');
    await encryptsWith(after.keyId ?? '');
    for (const name of names) expect(await scene.read(name)).toBe(`value of ${name}`);
    for (const name of names) await scene.rewrite(name);
    for (const name of names) {
      expect(await scene.stored(name)).toContain(after.keyId);
      expect(await scene.read(name)).toBe(`value of ${name}`);
    }
    expect(await scene.stored('db')).toContain(before.keyId);
    expect(scene.plane.logs(2000)).not.toContain('failed to rotate DEK');
  });

  test('kms 30: killed and started again under load: nothing is lost, and what was written is readable', async () => {
    const written: string[] = [];
    const stop = new AbortController();
    const writing = (async () => {
      for (let count = 0; !stop.signal.aborted; count++) {
        const name = `load-${count}`;
        await scene.create(name, `value of ${name}`);
        written.push(name);
      }
    })();
    for (let kill = 0; kill < 3; kill++) {
      const goal = written.length + 5;
      await until('writes go on', () => written.length >= goal);
      await scene.plugin.stop({ graceMs: 0 });
      const without = written.length + 5;
      await until('writes go on without the plugin, with the seed that the API server has', () => written.length >= without);
      await scene.startPlugin();
      await until('the plugin is healthy', async () => (await scene.plugin.status()).healthz === 'ok');
    }
    stop.abort();
    await writing;
    await scene.plane.restart('kube-apiserver');
    for (const name of written) expect(await scene.read(name)).toBe(`value of ${name}`);
    const stored = await Promise.all(written.map(async (name) => scene.stored(name)));
    expect(stored.every((bytes) => bytes.startsWith(prefix))).toBe(true);
  });

  test('kms 36: the audit log has the calls with the uids of the API server, and its chain is whole through kills', async () => {
    const text = await readFile(scene.at('audit.log'), 'utf8');
    const calls = text
      .trimEnd()
      .split('\n')
      .map((line) => JSON.parse(line) as { event: string; uid?: string });
    const uids = calls.filter(({ event }) => event === 'Encrypt').map(({ uid }) => uid);
    expect(uids.length).toBeGreaterThan(0);
    for (const uid of uids) expect(uid).toMatch(/^[0-9a-f-]{36}$/);
    const { code, output } = await signetKms('audit', 'verify', scene.at('audit.log'));
    expect(output).toContain('is whole');
    expect(code).toBe(0);
  });

  test('kms 37: promise 9: neither keys nor seeds nor values are in the log, the audit log, or the environment', async () => {
    const ring = JSON.parse(await readFile(scene.at('ring.json'), 'utf8')) as { keys: readonly { key: string }[] };
    const environment = await readFile(`/proc/${scene.plugin.pid}/environ`, 'latin1');
    const commandLine = await readFile(`/proc/${scene.plugin.pid}/cmdline`, 'latin1');
    const heard = [scene.plugin.logs(), await readFile(scene.at('audit.log'), 'utf8'), environment, commandLine].join('\n');
    for (const { key } of ring.keys) {
      expect(heard).not.toContain(key);
      expect(heard).not.toContain(Buffer.from(key, 'base64').toString('hex'));
    }
    expect(heard).not.toContain('hunter2-in-etcd');
  });

  test('doctor and status agree with what the API server sees', async () => {
    const { keyIdHash: hash } = await scene.plugin.status();
    const doctor = await signetKms('doctor', `--config=${scene.at('signet-kms.yaml')}`);
    expect(doctor.output).toContain(hash);
    expect(doctor.code, doctor.output).toBe(0);
    const status = await signetKms('status', `--config=${scene.at('signet-kms.yaml')}`, `--url=${scene.plugin.url}`);
    expect(JSON.parse(status.output)).toMatchObject({ healthz: 'ok', keyIdHash: hash });
    expect(status.code).toBe(0);
  });
});
