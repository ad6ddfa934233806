import { providerErrors } from '@signet/provider';
import { beforeEach, describe, expect, test } from 'vitest';
import { ManualClock, settled } from '../testing/manual-clock.ts';
import { forever } from '../testing/scripted-key.ts';
import { stage } from '../testing/stage.ts';
import type { Stage } from '../testing/stage.ts';

let clock: ManualClock;
let stood: Stage;
let stop: AbortController;
let watching: Promise<void>;

beforeEach(() => {
  clock = new ManualClock();
  stood = stage({ clock });
  stop = new AbortController();
});

async function watch(): Promise<void> {
  watching = stood.keys.watch(stop.signal);
  await settled();
}

async function end(): Promise<void> {
  stop.abort();
  await watching;
}

const down = (): never => {
  throw providerErrors.UNAVAILABLE({ because: 'away' });
};
const healthz = (): string => {
  try {
    return stood.plugin.status().healthz;
  } catch (error) {
    return (error as Error).message;
  }
};

describe('the loop that looks at the keys', () => {
  test('kms 2: looks at a healthy key once a minute: one description, one encryption, one decryption', async () => {
    await watch();
    await clock.forward(10 * 60_000);
    expect(stood.key.calls).toEqual({ describe: 11, encrypt: 11, decrypt: 11 });
    await end();
    expect(stood.key.isClosed).toBe(true);
  });

  test('looks again soon after a failure, then every ten seconds', async () => {
    stood.key.script = down;
    await watch();
    await clock.forward(1000);
    expect(stood.key.calls.describe).toBe(3); // at once, after 250 ms, after another 500 ms
    await clock.forward(120_000);
    const before = stood.key.calls.describe;
    await clock.forward(60_000);
    expect(stood.key.calls.describe - before).toBe(6);
    await end();
  });

  test('kms 21: recovers by itself', async () => {
    stood.key.script = down;
    await watch();
    await clock.forward(60_000);
    expect(healthz()).toBe('the key has not been seen to work yet');
    stood.key.script = () => undefined;
    await clock.forward(10_000);
    expect(healthz()).toBe('ok');
    await end();
  });

  test('kms 22: a backend that hangs is an outage after two looks, and the one that hung is given up', async () => {
    await watch();
    stood.key.script = async (_call, signal) => forever(signal);
    await clock.forward(60_000 + 10_000);
    expect(healthz()).toBe('ok');
    await clock.forward(250 + 10_000);
    expect(healthz()).toBe('the key service cannot be reached');
    expect(stood.key.aborted).toBe(2);
    await end();
  });

  test('kms 23: what is revoked is an error within a minute', async () => {
    await watch();
    stood.key.version = { ...stood.key.version, state: 'disabled' };
    await clock.forward(60_000);
    expect(healthz()).toBe('the key may not be used');
    await end();
  });

  test('kms 19: a backend whose replicas disagree makes the key id change once', async () => {
    await watch();
    const seen: string[] = [];
    const [old, next] = [stood.key.version, { ...stood.key.version, version: 'v2', ordinal: 2 }];
    stood.key.known.add('v2');
    for (let minute = 0; minute < 10; minute++) {
      stood.key.version = minute % 2 === 0 ? next : old;
      await clock.forward(60_000);
      seen.push(stood.plugin.status().keyId);
    }
    expect(new Set(seen).size).toBe(1);
    await end();
  });

  test('a day without events changes nothing', async () => {
    await watch();
    const before = stood.plugin.status();
    await clock.forward(24 * 3_600_000);
    expect(stood.plugin.status()).toEqual(before);
    await end();
  });
});
