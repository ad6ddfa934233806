import { externalSecretKind } from '@signet/api';
import { secrets } from '@signet/kube/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startExternalRoom } from '../testing/external-room.ts';
import type { ExternalRoom } from '../testing/external-room.ts';

const password = [{ secretKey: 'password', remoteRef: { key: 'db' } }];

interface Json {
  readonly externalSecrets: readonly {
    readonly name: string;
    readonly result: string;
    readonly message: string;
    readonly durationMs: number;
  }[];
}

describe('signet external sync', () => {
  let room: ExternalRoom;
  beforeAll(async () => {
    room = await startExternalRoom();
    await room.store('fake', { db: 'hunter2' });
  });
  afterAll(async () => room.stop());

  const results = (out: string): string[] =>
    (JSON.parse(out) as Json).externalSecrets.map(({ name, result }) => `${name} ${result}`);

  test('has an object fetched now: the refresh time moves, and no value is shown', async () => {
    await room.external('app', { data: password });
    await room.ready('app', 'True');
    const before = await room.client.get(externalSecretKind, { namespace: 'web', name: 'app' });
    const { code, out } = await room.signet('external', 'sync', 'app', '-n', 'web');
    expect(code).toBe(0);
    expect(out).toMatch(
      /^NAME +RESULT +READY +REASON +TOOK +MESSAGE\napp +synced +True +SecretSynced +\d+\.\d s +secret synced\n$/,
    );
    expect(out).not.toContain('hunter2');
    const after = await room.client.get(externalSecretKind, { namespace: 'web', name: 'app' });
    expect(after.metadata.annotations?.['force-sync']).toMatch(/^\d{10}$/);
    expect((after as { status?: { syncedResourceVersion?: string } }).status?.syncedResourceVersion).not.toBe(
      (before as { status?: { syncedResourceVersion?: string } }).status?.syncedResourceVersion,
    );
  });

  test('twice in one second is twice', async () => {
    await room.external('twice', { data: password });
    await room.ready('twice', 'True');
    for (let count = 0; count < 2; count++) {
      const { code, out } = await room.signet('external', 'sync', 'twice', '-n', 'web', '-o', 'json');
      expect([code, ...results(out)]).toEqual([0, 'twice synced']);
    }
  });

  test('a failure is told with its cause and exit code 1, also when it is the same as before', async () => {
    await room.external('broken', { data: [{ secretKey: 'a', remoteRef: { key: 'nowhere' } }] });
    await room.ready('broken', 'False');
    for (let count = 0; count < 2; count++) {
      const { code, out } = await room.signet('external', 'sync', 'broken', '-n', 'web', '-o', 'json', '--timeout', '3s');
      expect([code, ...results(out)]).toEqual([1, 'broken failed']);
      expect((JSON.parse(out) as Json).externalSecrets[0]?.message).toContain('spec.data[0] (key "nowhere")');
    }
  });

  test('what is fetched only once is left alone and told', async () => {
    await room.external('once', { data: password, refreshPolicy: 'CreatedOnce' });
    await room.external('zero', { data: password, refreshInterval: '0s' });
    for (const name of ['once', 'zero']) await room.ready(name, 'True');
    const { code, out } = await room.signet('external', 'sync', 'once', 'zero', '-n', 'web');
    expect(code).toBe(1);
    expect(out).toContain('refreshPolicy CreatedOnce: it was fetched, and is not again');
    expect(out).toContain('refreshInterval 0: it was fetched, and is not again');
    const { metadata } = await room.client.get(externalSecretKind, { namespace: 'web', name: 'once' });
    expect(metadata.annotations?.['force-sync']).toBeUndefined();
  });

  test('--all takes every object of the namespace, more than can be read one by one', async () => {
    const names = Array.from({ length: 12 }, (_, at) => `many-${at}`);
    for (const name of names) await room.external(name, { data: password });
    for (const name of names) await room.ready(name, 'True');
    const { out } = await room.signet('external', 'sync', '--all', '-n', 'web', '-o', 'json');
    expect(results(out)).toEqual(expect.arrayContaining(names.map((name) => `${name} synced`)));
    const { metadata } = await room.client.get(secrets, { namespace: 'web', name: 'many-0' });
    expect(metadata.name).toBe('many-0');
  });

  test('without a controller there is no answer: exit code 3, and what was known before', async () => {
    await room.external('quiet', { data: password });
    await room.ready('quiet', 'True');
    await room.stopController();
    const { code, out } = await room.signet('external', 'sync', 'quiet', '-n', 'web', '--timeout', '1s');
    await room.startController();
    expect(code).toBe(3);
    expect(out).toContain('no answer in time; before: secret synced');
  });

  test.each([
    [['sync', '-n', 'web'], 2, 'give names of ExternalSecrets, or --all'],
    [['sync', 'a', '--all', '-n', 'web'], 2, 'give names of ExternalSecrets, or --all'],
    [['sync', 'a', '--timeout', 'soon', '-n', 'web'], 2, '--timeout takes a duration such as 90s or 5m'],
    [['sync', 'nothing', '-n', 'web'], 3, 'namespace "web" has no ExternalSecret "nothing"'],
    [['explain', 'nothing', '-n', 'web'], 3, 'namespace "web" has no ExternalSecret "nothing"'],
  ])('%j ends with %d', async (args, expected, message) => {
    const { code, said } = await room.signet('external', ...args);
    expect(code).toBe(expected);
    expect(said).toContain(message);
  });
});
