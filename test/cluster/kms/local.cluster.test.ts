import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { KmsScene, providerName } from './scene.ts';

let scene: KmsScene;
beforeAll(async () => {
  scene = await KmsScene.start();
});
afterAll(async () => scene[Symbol.asyncDispose]());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(await scene.diagnostics());
});

describe('a real API server with signet-kms and a key ring', () => {
  test('what etcd holds is encrypted under the provider, and is read back', async () => {
    await scene.create('db', 'hunter2-in-etcd');
    const stored = await scene.stored('db');
    expect(stored.startsWith(`k8s:enc:kms:v2:${providerName}:`)).toBe(true);
    expect(stored).not.toContain('hunter2-in-etcd');
    expect(stored).toContain((await scene.plugin.status()).keyId);
    expect(await scene.read('db')).toBe('hunter2-in-etcd');
  });
});
