import { describe, expect, test } from 'vitest';
import { FairShare } from './fair-share.ts';

const { signal } = new AbortController();

describe('promise 10: reading the items of one object', () => {
  test('lets others go on in between', async () => {
    let now = 0;
    const share = new FairShare(() => now);
    let others = 0;
    setImmediate(() => (others += 1));
    now = 19;
    await share.turn(signal);
    expect(others).toBe(0);
    now = 20;
    await share.turn(signal);
    expect(others).toBe(1);
  });

  test('ends when it has taken five seconds in all, and the error names the limit', async () => {
    let now = 0;
    const share = new FairShare(() => now);
    for (let item = 0; item < 50; item++) {
      now += 100;
      await share.turn(signal);
    }
    now += 100;
    await expect(share.turn(signal)).rejects.toMatchObject({ code: 'SIGNET_CONTROLLER_ITEMS_LIMIT' });
  });

  test('ends when it holds sixteen MiB', async () => {
    const share = new FairShare(() => 0);
    for (let item = 0; item < 16; item++) share.holds(2 ** 20);
    await share.turn(signal);
    share.holds(1);
    await expect(share.turn(signal)).rejects.toThrow('more than 16 MiB');
  });

  test('ends when nobody waits for it', async () => {
    let now = 0;
    const share = new FairShare(() => now);
    now = 50;
    await expect(share.turn(AbortSignal.abort(new Error('stopped')))).rejects.toThrow('stopped');
  });
});
