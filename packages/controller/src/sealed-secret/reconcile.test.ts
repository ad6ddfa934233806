import { readSealedSecret } from '@signet/api';
import { silentLogger } from '@signet/kube/client';
import type { ObjectMeta } from '@signet/kube/client';
import { expect, test } from 'vitest';
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
