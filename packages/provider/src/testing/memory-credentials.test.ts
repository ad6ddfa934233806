import { describe, expect, test } from 'vitest';
import { testRoom } from './test-room.ts';

const { signal } = new AbortController();
const cluster = { kind: 'ClusterSecretStore', name: 'all' } as const;

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => 'found',
    (error: unknown) => String((error as { code?: string }).code).replace('SIGNET_PROVIDER_', ''),
  );
}

describe('promise 10: the cluster in memory keeps tenants apart as the real one does', () => {
  const rows = [
    // store                 user        selector                                  outcome
    ['namespaced', undefined, { name: 'login', key: 'a' }, 'found'],
    ['namespaced', undefined, { name: 'login', key: 'a', namespace: 'default' }, 'found'],
    ['namespaced', undefined, { name: 'login', key: 'a', namespace: 'other' }, 'INVALID_CONFIG'],
    ['namespaced', undefined, { name: 'login' }, 'INVALID_CONFIG'],
    ['namespaced', undefined, { name: 'login', key: 'b' }, 'CREDENTIALS_MISSING'],
    ['namespaced', undefined, { name: 'absent', key: 'a' }, 'CREDENTIALS_MISSING'],
    ['cluster', 'default', { name: 'login', key: 'a' }, 'found'],
    ['cluster', 'other', { name: 'login', key: 'a' }, 'CREDENTIALS_MISSING'],
    ['cluster', 'other', { name: 'login', key: 'a', namespace: 'default' }, 'found'],
    ['cluster', null, { name: 'login', key: 'a' }, 'INVALID_CONFIG'],
  ] as const;
  test.each(rows)('%s store used from %s, %j: %s', async (kind, namespace, selector, expected) => {
    const room = testRoom({ ...(kind === 'cluster' && { store: cluster }), ...(namespace !== undefined && { namespace }) });
    room.credentials.setSecret('default', 'login', { a: 'x' });
    expect(await codeOf(room.credentials.secretKey(selector, signal))).toBe(expected);
  });

  test('a cluster store names the namespace of an authority', async () => {
    const room = testRoom({ store: cluster });
    room.credentials.setConfigMap('default', 'ca', { 'ca.crt': 'PEM' });
    const ca = { type: 'ConfigMap', name: 'ca', key: 'ca.crt' } as const;
    expect(await codeOf(room.credentials.certificateAuthority(ca, signal))).toBe('INVALID_CONFIG');
    expect(await room.credentials.certificateAuthority({ ...ca, namespace: 'default' }, signal)).toBe('PEM');
  });
});

test('tokens are made anew each time, for a ServiceAccount that is there', async () => {
  const { credentials, clock } = testRoom();
  expect(await codeOf(credentials.serviceAccountToken({ name: 'app' }, signal))).toBe('CREDENTIALS_MISSING');
  credentials.setServiceAccount('default', 'app', { role: 'x' });
  const [first, second] = [
    await credentials.serviceAccountToken({ name: 'app', expirationSeconds: 600 }, signal),
    await credentials.serviceAccountToken({ name: 'app' }, signal),
  ];
  expect(first.token).not.toBe(second.token);
  expect(first.expiresAt - clock.now()).toBeLessThanOrEqual(600_000);
  expect(await credentials.serviceAccount({ name: 'app' }, signal)).toEqual({ namespace: 'default', annotations: { role: 'x' } });
});

test('a clock that is put forward shows the later time', () => {
  const { clock } = testRoom();
  const before = clock.now();
  clock.jump(3_600_000);
  expect(clock.now() - before).toBeGreaterThanOrEqual(3_600_000);
});
