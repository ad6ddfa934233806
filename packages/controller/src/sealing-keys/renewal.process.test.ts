import { createClient, secrets, systemClock } from '@signet/kube/client';
import type { Client, Clock, Logger, Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { Sandbox } from '@signet/kube-sandbox';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { KeyOrder } from './key-secret.ts';
import { KeySet } from './key-set.ts';
import { KeyRenewal } from './renewal.ts';
import type { RenewalRule } from './renewal.ts';

// Promise 12, and what must never happen: keys without end.

const hour = 3_600_000;
const logger: Logger = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };
let sandbox: Sandbox;
let client: Client;
let stop: AbortController;
let running: Promise<unknown>[];
beforeEach(async () => {
  sandbox = await startSandbox();
  client = createClient(sandbox.connection(), { retries: 0 });
  stop = new AbortController();
  running = [];
});
afterEach(async () => {
  stop.abort();
  await Promise.all(running);
  await client.close();
  await sandbox.stop();
});

interface Wanted {
  readonly rule?: Partial<RenewalRule>;
  readonly order?: KeyOrder;
  /** How far the controller's clock is ahead of the API server's. */
  readonly aheadMs?: number;
}

/** Starts the renewal beside a watch. @returns where wishes go */
async function start({ rule, order = 'CertNotBefore', aheadMs = 0 }: Wanted = {}): Promise<EventTarget> {
  const place = { client, logger, namespace: 'kube-system', prefix: 'key', order };
  const keys = new KeySet(place);
  running.push(keys.run(stop.signal));
  await keys.synced(stop.signal);
  const clock: Clock = { ...systemClock, now: () => Date.now() + aheadMs };
  const options = { bits: 2048, validForMs: hour, commonName: '', labels: {}, annotations: {}, cutoff: undefined };
  const renewal = new KeyRenewal({ ...place, ...options, periodMs: 720 * hour, ...rule, clock, keyring: keys.keyring });
  const wishes = new EventTarget();
  running.push(renewal.run(stop.signal), renewal.onDemand(wishes, stop.signal));
  return wishes;
}
const pause = async (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
const created = (): number => sandbox.requests.filter(({ method, path }) => method === 'POST' && path.endsWith('/secrets')).length;
async function stored(): Promise<Secret[]> {
  const found: Secret[] = [];
  for await (const page of client.list(secrets, { namespace: 'kube-system' })) found.push(...page.items);
  return found;
}
async function storedCount(count: number): Promise<void> {
  await expect.poll(async () => (await stored()).length, { timeout: 10_000 }).toBe(count);
}

describe('keys do not come without end', () => {
  test.each([
    ['older than the period', { rule: { periodMs: hour }, aheadMs: 2 * hour }],
    ['before the cutoff', { rule: { cutoff: Date.now() + hour }, aheadMs: 2 * hour }],
  ])('when the clock of the API server makes each new one %s', async (_, wanted) => {
    await start({ ...wanted, order: 'SecretCreationTimestamp' });
    await storedCount(1);
    await pause(2500);
    expect(await stored()).toHaveLength(1);
  });

  test('when somebody removes each new one', async () => {
    await start();
    const until = Date.now() + 5000;
    while (Date.now() < until) {
      for (const { metadata } of await stored())
        await client.delete(secrets, { namespace: 'kube-system', name: metadata.name ?? '' }).catch(() => undefined);
      await pause(20);
    }
    // Pauses of 1, 2 and 4 seconds.
    expect(created()).toBeLessThanOrEqual(3);
  });

  test('when the answer to the storing gets lost each time: it is one key', async () => {
    const wishes = await start();
    await storedCount(1);
    sandbox.intercept(({ method, path }) => (method === 'POST' && path.endsWith('/secrets') ? 'reset-after' : undefined));
    wishes.dispatchEvent(new Event('renew'));
    await pause(5000);
    expect(await stored()).toHaveLength(2);
  });

  test('when wishes come without end: each next one waits longer', async () => {
    const wishes = await start();
    await storedCount(1);
    const until = Date.now() + 5000;
    while (Date.now() < until) {
      wishes.dispatchEvent(new Event('renew'));
      await pause(5);
    }
    expect((await stored()).length).toBeLessThanOrEqual(4);
  });

  test('a fault makes no new key at each try', async () => {
    const bodies = new Set<string>();
    sandbox.intercept(({ method, path }) => (method === 'POST' && path.endsWith('/secrets') ? { status: 403 } : undefined));
    const { create } = client;
    const spied: Client = {
      ...client,
      create: async (resource, object, options) => {
        bodies.add(JSON.stringify(object));
        return create(resource, object, options);
      },
    };
    client = spied;
    await start();
    await expect.poll(() => created(), { timeout: 10_000 }).toBeGreaterThanOrEqual(2);
    expect(bodies.size).toBe(1);
    sandbox.intercept();
    await storedCount(1);
  });
});
