import { readSealedSecret } from '@signet/api';
import { generateSealingKey, Keyring, openingKey, seal } from '@signet/sealing';
import type { KeyringEntry } from '@signet/sealing';
import { expect, test } from 'vitest';
import { FailureMemory } from './failure-memory.ts';

async function entry(): Promise<KeyringEntry> {
  const pair = await generateSealingKey({ bits: 2048 });
  return { key: await openingKey(pair.privateKeyPem), certificate: pair.certificate, orderedAt: new Date(0) };
}

// Promise 3: a new key mends a failure, also one that comes while the failure is being found out.
test('a key that comes during a try is tried as well', async () => {
  const [old, late] = [await entry(), await entry()];
  const ring = new Keyring([old]);
  const slow: KeyringEntry = {
    ...old,
    key: {
      id: old.key.id,
      unwrap: async (wrapped, label) => {
        ring.update([old, late]);
        return old.key.unwrap(wrapped, label);
      },
    },
  };
  ring.update([slow]);
  const place = { scope: 'strict', namespace: 'web', name: 'db' } as const;
  const raw = {
    metadata: { namespace: 'web', name: 'db', uid: 'u', generation: 1 },
    spec: { encryptedData: { a: await seal(Uint8Array.of(1), late.certificate, place) } },
  };
  const memory = new FailureMemory(ring);
  const { values, failures } = await memory.unseal(raw, readSealedSecret(raw));
  expect([failures, values.get('a')]).toEqual([[], Uint8Array.of(1)]);
  expect(memory.has(place)).toBe(false);
});

test('the same circumstances fail without another key operation; other keys, scope, generation or object are tried anew', async () => {
  const [one, other] = [await entry(), await entry()];
  const ring = new Keyring([one]);
  const memory = new FailureMemory(ring);
  const item = await seal(Uint8Array.of(1), other.certificate, { scope: 'cluster-wide', namespace: '', name: '' });
  const object = (metadata: object = {}): Parameters<FailureMemory['unseal']>[0] => ({
    metadata: { namespace: 'web', name: 'db', uid: 'u', generation: 1, ...metadata },
    spec: { encryptedData: { a: item } },
  });
  const costs = async (raw: Parameters<FailureMemory['unseal']>[0]): Promise<boolean> => {
    const before = ring.privateOperations;
    const { failures } = await memory.unseal(raw, readSealedSecret(raw));
    expect(failures.map(({ key }) => key)).toEqual(['a']);
    return ring.privateOperations > before;
  };
  expect(await costs(object())).toBe(true);
  expect(await costs(object())).toBe(false);
  expect(memory.has({ namespace: 'web', name: 'db' })).toBe(true);
  expect(await costs(object({ generation: 2 }))).toBe(true);
  expect(await costs(object({ uid: 'v' }))).toBe(true);
  expect(await costs(object({ annotations: { 'sealedsecrets.bitnami.com/namespace-wide': 'true' } }))).toBe(true);
  ring.update([{ ...one, key: { ...one.key, id: 'another', unwrap: one.key.unwrap.bind(one.key) } }]);
  expect(await costs(object({ annotations: { 'sealedsecrets.bitnami.com/namespace-wide': 'true' } }))).toBe(true);
  memory.forget({ namespace: 'web', name: 'db' });
  expect(memory.has({ namespace: 'web', name: 'db' })).toBe(false);
});
