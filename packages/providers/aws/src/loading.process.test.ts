import { createRequire } from 'node:module';
import { testRoom } from '@signet/provider/testing';
import { expect, test } from 'vitest';
import { aws } from './index.ts';

/** Files of the SDK that this process has loaded. */
const loaded = (): number => Object.keys(createRequire(import.meta.url).cache).filter((file) => file.includes('@aws-sdk')).length;

test('the SDK is loaded by the first call, not by the program that could make one', async () => {
  const room = testRoom({
    env: { AWS_SECRETSMANAGER_ENDPOINT: 'http://127.0.0.1:1', AWS_ACCESS_KEY_ID: 'x', AWS_SECRET_ACCESS_KEY: 'y' },
  });
  const config = { service: 'SecretsManager', region: 'eu-central-1' };
  aws.problems(config, room.store);
  const store = aws.configure(config, room.store).open(room);
  expect(loaded()).toBe(0);
  await expect(store.fetch([{ key: 'db' }], new AbortController().signal)).rejects.toMatchObject({
    code: 'SIGNET_PROVIDER_UNAVAILABLE',
  });
  expect(loaded()).toBeGreaterThan(0);
  await store.close();
});
