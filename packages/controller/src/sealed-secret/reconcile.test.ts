import { readSealedSecret } from '@signet/api';
import { silentLogger } from '@signet/kube/client';
import type { ObjectMeta } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { sealedSecretReconciler } from './reconcile.ts';
import type { Room } from './reconcile.ts';

const raw = {
  metadata: { namespace: 'web', name: 'db', uid: 'u', generation: 1 },
  spec: { encryptedData: { a: 'AgA' } },
  status: {
    observedGeneration: 1,
    conditions: [{ type: 'Synced', status: 'True' }],
    produced: { uid: 's', resourceVersion: '7', scope: 'strict' },
  },
};

/** A room with one settled object, in which nothing but looking is possible. */
function settledRoom(areUnseen: boolean): Room {
  const live: ObjectMeta = { uid: 's', resourceVersion: '7' };
  const room = {
    sealedSecrets: { get: () => raw },
    secrets: { metadata: () => Promise.resolve(live), areUnseen: () => areUnseen },
    report: { known: readSealedSecret, settled: () => undefined },
    metrics: { requested: () => undefined },
  };
  return room as unknown as Room;
}

// Promise 3: where a deletion or an edit of the Secret is not told to us, it is looked for.
test.each([
  ['where Secrets are watched, nothing more is done', false, undefined],
  ['where they cannot be watched yet, it is looked at again', true, { requeueAfterMs: 60_000 }],
])('a settled object: %s', async (_, areUnseen, expected) => {
  const attempt = { reconcileId: '1', failures: 0, logger: silentLogger };
  const reconciler = sealedSecretReconciler(settledRoom(areUnseen));
  expect(await reconciler.reconcile({ namespace: 'web', name: 'db' }, new AbortController().signal, attempt)).toEqual(expected);
});

/** A room whose SealedSecret opens to one value, and whose Secret is owned and differs. */
function openRoom(isCurrent: boolean): { room: Room; value: Uint8Array; written: unknown[] } {
  const value = new TextEncoder().encode('hunter2');
  const written: unknown[] = [];
  const controller = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name: 'db', uid: 'u', controller: true };
  const live = { metadata: { namespace: 'web', name: 'db', uid: 's', resourceVersion: '8', ownerReferences: [controller] } };
  const room = {
    sealedSecrets: { get: () => raw, isCurrent: () => Promise.resolve(isCurrent) },
    secrets: {
      metadata: () => Promise.resolve(live.metadata),
      read: () => Promise.resolve(live),
      replace: (secret: { data: unknown }) => {
        written.push(structuredClone(secret.data));
        return Promise.resolve(live.metadata);
      },
      areUnseen: () => false,
    },
    unseal: () => Promise.resolve({ values: new Map([['a', value]]), failures: [] }),
    keyPlace: { namespace: 'kube-system', prefix: 'sealed-secrets-key' },
    report: { known: readSealedSecret, tell: () => Promise.resolve() },
    contention: { pauseMs: () => 0, wrote: () => undefined },
    metrics: { requested: () => undefined, failed: () => undefined },
    logger: silentLogger,
    clock: { now: () => 0 },
  };
  return { room: room as unknown as Room, value, written };
}

// Promises 1 and 6: an old picture of the SealedSecret never overwrites what a newer one made; promise 9: values are wiped.
test.each([
  ['what is current', true, [{ a: 'aHVudGVyMg==' }]], // base64 of hunter2, by hand
  ['what is outdated', false, []],
])('the Secret is overwritten with %s: %s', async (_, isCurrent, expected) => {
  const { room, value, written } = openRoom(isCurrent);
  const attempt = { reconcileId: '1', failures: 0, logger: silentLogger };
  const key = { namespace: 'web', name: 'db' };
  const reconciled = Promise.resolve(sealedSecretReconciler(room).reconcile(key, new AbortController().signal, attempt));
  const outcome = reconciled.then(
    () => 'done',
    ({ message }: Error) => message,
  );
  expect(await outcome).toBe(isCurrent ? 'done' : 'the cache is behind the SealedSecret web/db');
  expect(written).toEqual(expected);
  expect(value).toEqual(new Uint8Array(7));
});

describe('a SealedSecret that is gone', () => {
  const controller = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', name: 'db', uid: 'u', controller: true };
  const other = { ...controller, controller: false, name: 'other' };
  const label = 'sealedsecrets.bitnami.com/sealed-secrets-key';
  const rows = [
    // --old-gc-behavior, owners of the Secret, whether there is a SealedSecret after all, labels -> deleted
    [true, [controller], false, {}, true],
    [true, [{ ...controller, name: 'other' }], false, {}, false],
    [true, [{ ...controller, controller: false }], false, {}, false],
    [true, [{ ...controller, apiVersion: 'apps/v1' }], false, {}, false],
    [true, [controller, other], false, {}, false], // somebody else still owns it
    [true, [], false, {}, false],
    [true, [controller], true, {}, false], // it lost the label of --label-selector, or was made again
    [true, [controller], false, { [label]: 'active' }, false], // promise 12
    [false, [controller], false, {}, false],
  ] as const;

  test.each(rows)('--old-gc-behavior=%s, owners %j, exists: %s, labels %j -> deleted: %s', async (...row) => {
    const [deletesOrphans, ownerReferences, exists, labels, expected] = row;
    const live = { metadata: { namespace: 'web', name: 'db', uid: 's', labels, ownerReferences } };
    const deleted: unknown[] = [];
    const room = {
      sealedSecrets: { get: () => undefined, exists: () => Promise.resolve(exists) },
      secrets: { read: () => Promise.resolve(live), delete: (secret: unknown) => Promise.resolve(deleted.push(secret)) },
      metrics: { requested: () => undefined },
      forget: () => undefined,
      isServed: () => true,
      keyPlace: { namespace: 'web', prefix: 'sealed-secrets-key' },
      deletesOrphans,
    };
    const attempt = { reconcileId: '1', failures: 0, logger: silentLogger };
    const key = { namespace: 'web', name: 'db' };
    await sealedSecretReconciler(room as unknown as Room).reconcile(key, new AbortController().signal, attempt);
    expect(deleted).toEqual(expected ? [live] : []);
  });
});
