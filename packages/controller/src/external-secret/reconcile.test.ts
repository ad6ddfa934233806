import type { ExternalSecretStatus } from '@signet/api';
import { readExternalSecret } from '@signet/api';
import type { KubeObject, Logger } from '@signet/kube/client';
import { silentLogger } from '@signet/kube/client';
import { providerErrors } from '@signet/provider';
import { Registry } from 'prom-client';
import { describe, expect, test } from 'vitest';
import { Contention } from '../cluster/contention.ts';
import { controllerErrors } from '../errors.ts';
import { ExternalSecretMetrics } from './metrics.ts';
import { Pace } from './pace.ts';
import { externalSecretReconciler } from './reconcile.ts';
import type { Room } from './reconcile.ts';
import { statusFor } from './status.ts';
import type { Outcome } from './status.ts';
import { WriteTurns } from './write-turns.ts';

const key = { namespace: 'web', name: 'app' };
const minuteMs = 60_000;
const start = Date.UTC(2026, 10, 21, 12);

/** One ExternalSecret without items, whose Secret is another one each time it is written. Time stands still unless a test moves it. */
function world(
  spec: object,
  { logger = silentLogger, storeFails }: { readonly logger?: Logger; readonly storeFails?: Error } = {},
): {
  told: Outcome[];
  /** One attempt at a time. @param edited somebody changed the Secret since the last one */
  attempt(at: number, edited?: 'edited'): Promise<number | undefined>;
} {
  let now = start;
  let isEdited = false;
  let raw: KubeObject = { metadata: { ...key, uid: 'u', generation: 1, resourceVersion: '1' }, spec };
  const told: Outcome[] = [];
  const produced = { uid: 's', resourceVersion: '1' };
  const room: Room = {
    externalSecrets: {
      get: () => raw,
      answer: () => false,
      askedAt: () => 0,
      outdated: () => undefined,
      refreshed: () => undefined,
      removeFinalizer: async () => undefined,
      isCurrent: async () => true,
      forget: () => undefined,
    },
    stores: {
      store: async () => Promise.reject(storeFails ?? new Error('no item asks for a store')),
      generate: async () => Promise.reject(new Error('no item asks for a generator')),
      isForeign: () => false,
      seat: () => ({ leave: () => undefined }),
      onRoom: () => undefined,
      onChange: () => undefined,
      forget: () => undefined,
    },
    target: {
      standing: async () => (isEdited ? undefined : { produced }),
      write: async () => {
        isEdited = false;
        const words = { reason: 'SecretSynced', message: 'secret synced' };
        return { did: 'replace', ...words, produced, binding: 'app', events: [], warnings: [] };
      },
      remove: async () => undefined,
    },
    writes: new WriteTurns(1),
    report: {
      known: readExternalSecret,
      found: () => undefined,
      tell: async (_, es, outcome) => {
        told.push(outcome);
        const status: ExternalSecretStatus = statusFor(es, outcome, now);
        raw = { ...raw, status };
        return { ...es, status };
      },
      forget: () => undefined,
    } satisfies Partial<Room['report']> as unknown as Room['report'],
    contention: new Contention(),
    pace: new Pace(() => 0),
    metrics: new ExternalSecretMetrics({ registry: new Registry(), omitNames: false, now: () => now }),
    logger,
    clock: { now: () => now },
  };
  const reconciler = externalSecretReconciler(room);
  const attempt = { reconcileId: 'a', failures: 0, logger: silentLogger };
  return {
    told,
    async attempt(at, edited) {
      now = at;
      isEdited = edited === 'edited';
      const result = await reconciler.reconcile(key, new AbortController().signal, attempt);
      return result ? result.requeueAfterMs : undefined;
    },
  };
}

describe('contention', () => {
  test('values that are others with each refresh are no fight over the Secret, however many refreshes there are', async () => {
    const { told, attempt } = world({ refreshInterval: '1m' });
    for (let refresh = 0; refresh < 40; refresh++) await attempt(start + refresh * minuteMs);
    expect(told.length).toBe(40);
    expect(told.filter(({ ready }) => !ready)).toEqual([]);
  });

  test('a Secret that somebody changes again and again is left alone for a while, and that is told', async () => {
    const { told, attempt } = world({ refreshInterval: '1h' });
    await attempt(start);
    for (let edit = 1; edit <= 20; edit++) await attempt(start + edit, 'edited');
    expect(told.at(-1)).toMatchObject({ ready: false, message: expect.stringContaining('changed again and again') as string });
    expect(told.filter(({ ready }) => ready).length).toBeLessThan(10);
  });
});

test('promise 10: an interval of a nanosecond is one of a second', async () => {
  const { attempt } = world({ refreshInterval: '1ns' });
  expect(await attempt(start)).toBe(1000);
  expect(await attempt(start + 999)).toBe(1);
  expect(await attempt(start + 1000)).toBe(1000);
});

describe('a failure is logged once', () => {
  const store = 'SecretStore "vault"';
  test.each([
    ['as a warning where it is about the object', controllerErrors.STORE_MISSING({ store }), 'warn'],
    ['in detail only where the store has a line of its own', providerErrors.UNAVAILABLE({ because: 'HTTP 500' }), 'debug'],
  ])('%s', async (_, storeFails, level) => {
    const lines: string[] = [];
    const at = (name: string) => (): void => void lines.push(name);
    const logger = { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') };
    const spec = { secretStoreRef: { name: 'vault' }, data: [{ secretKey: 'a', remoteRef: { key: 'db' } }] };
    const { attempt } = world(spec, { logger, storeFails });
    await attempt(start);
    await attempt(start + minuteMs);
    expect(lines).toEqual([level]);
  });
});
