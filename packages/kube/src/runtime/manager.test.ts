import { EventEmitter } from 'node:events';
import { describe, expect, test } from 'vitest';
import type { ManualClock } from '../client/index.ts';
import { manualClock } from '../client/index.ts';
import { HealthChecks } from './health-checks.ts';
import type { Runnable, RunnableGroup } from './manager.ts';
import { Manager } from './manager.ts';
import { signalFromProcess } from './signal-from-process.ts';

interface Stage {
  readonly clock: ManualClock;
  readonly manager: Manager;
  readonly log: string[];
  readonly stop: AbortController;
  /** A part that tells when it starts, is told to stop, and ends. */
  part(name: string, how?: { readyAfterMs?: number; endsAfterMs?: number }): Runnable;
}

function stage(): Stage {
  const clock = manualClock();
  const log: string[] = [];
  return {
    clock,
    log,
    manager: new Manager({ graceMs: 1000, clock }),
    stop: new AbortController(),
    part: (name, { readyAfterMs, endsAfterMs = 0 } = {}) => ({
      name,
      async run(signal) {
        log.push(`${name} starts`);
        await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
        log.push(`${name} is told`);
        await clock.sleep(endsAfterMs);
        log.push(`${name} ends`);
      },
      ...(readyAfterMs !== undefined && {
        async ready(signal) {
          await clock.sleep(readyAfterMs, signal);
          log.push(`${name} is ready`);
        },
      }),
    }),
  };
}

const idle = (signal: AbortSignal): Promise<void> => new Promise((resolve) => signal.addEventListener('abort', () => resolve()));

describe('order', () => {
  test('groups start one after the other when ready, and stop in reverse', async () => {
    const s = stage();
    const add = (group: RunnableGroup, part: Runnable): void => s.manager.add(group, part);
    add('controllers', s.part('controller', { endsAfterMs: 10 }));
    add('caches', s.part('cache-1', { readyAfterMs: 50 }));
    add('caches', s.part('cache-2', { readyAfterMs: 100 }));
    add('http', s.part('http', { readyAfterMs: 1 }));
    const run = s.manager.run(s.stop.signal);
    await s.clock.advance(99);
    expect(s.log).toEqual(['http starts', 'http is ready', 'cache-1 starts', 'cache-2 starts', 'cache-1 is ready']);
    await s.clock.advance(50);
    expect(s.log.slice(5)).toEqual(['cache-2 is ready', 'controller starts']);
    s.stop.abort();
    await s.clock.advance(5);
    expect(s.log.slice(7)).toEqual(['controller is told']);
    await s.clock.advance(10);
    await run;
    expect(s.log.slice(8)).toEqual([
      'controller ends',
      'cache-1 is told',
      'cache-2 is told',
      'cache-1 ends',
      'cache-2 ends',
      'http is told',
      'http ends',
    ]);
    expect(s.clock.pending).toBe(0);
  });

  test('a stop while caches fill starts nothing more', async () => {
    const s = stage();
    s.manager.add('caches', s.part('cache', { readyAfterMs: 1e6 }));
    s.manager.add('controllers', s.part('controller'));
    const run = s.manager.run(s.stop.signal);
    await s.clock.advance(100);
    s.stop.abort();
    await s.clock.advance(0);
    await run;
    expect(s.log).toEqual(['cache starts', 'cache is told', 'cache ends']);
  });

  test('a signal that is aborted already starts nothing', async () => {
    const s = stage();
    s.manager.add('http', s.part('http'));
    await s.manager.run(AbortSignal.abort());
    expect(s.log).toEqual([]);
  });
});

describe('failure', () => {
  const broken = new Error('broken');
  const ways: readonly [string, Runnable][] = [
    ['rejects', { name: 'bad', run: () => Promise.reject(broken) }],
    [
      'throws',
      {
        name: 'bad',
        run: () => {
          throw broken;
        },
      },
    ],
    ['does not become ready', { name: 'bad', run: idle, ready: () => Promise.reject(broken) }],
  ];
  test.each(ways)('a part that %s stops all others, and the run rejects with its error', async (_how, bad) => {
    const s = stage();
    s.manager.add('http', s.part('http'));
    s.manager.add('caches', bad);
    s.manager.add('controllers', s.part('controller', { readyAfterMs: 1e6 }));
    const outcome = s.manager.run(s.stop.signal).catch((error: unknown) => error);
    await s.clock.advance(10);
    expect(await outcome).toBe(broken);
    expect(s.log).toContain('http ends');
  });

  test('the first failure wins; what is thrown because of the stop is none', async () => {
    const s = stage();
    const rejects = (signal: AbortSignal): Promise<void> =>
      new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error)));
    s.manager.add('others', { name: 'obedient', run: rejects });
    s.manager.add('controllers', { name: 'bad', run: () => Promise.reject(broken) });
    const outcome = s.manager.run(s.stop.signal).catch((error: unknown) => error);
    await s.clock.advance(0);
    expect(await outcome).toBe(broken);

    const calm = stage();
    calm.manager.add('others', { name: 'obedient', run: rejects });
    const run = calm.manager.run(calm.stop.signal);
    await calm.clock.advance(0);
    calm.stop.abort();
    await calm.clock.advance(0);
    await expect(run).resolves.toBeUndefined();
  });

  test('parts that do not stop in time are named, and the rest is stopped all the same', async () => {
    const s = stage();
    s.manager.add('http', s.part('http'));
    s.manager.add('controllers', s.part('deaf', { endsAfterMs: 1e6 }));
    const outcome = s.manager.run(s.stop.signal).catch((error: unknown) => error);
    await s.clock.advance(10);
    s.stop.abort();
    await s.clock.advance(999);
    expect(s.log).not.toContain('http is told');
    await s.clock.advance(1);
    expect(await outcome).toMatchObject({
      code: 'SIGNET_RUNTIME_STOP_GRACE',
      message: expect.stringContaining('deaf') as string,
    });
    expect(s.log).toContain('http is told');
  });

  test('a part that ends by itself leaves the others running', async () => {
    const s = stage();
    s.manager.add('others', { name: 'short', run: async () => {} });
    s.manager.add('controllers', s.part('controller'));
    const run = s.manager.run(s.stop.signal);
    await s.clock.advance(1000);
    expect(s.log).toEqual(['controller starts']);
    s.stop.abort();
    await s.clock.advance(0);
    await run;
  });
});

describe('health', () => {
  test('ready when every part is, until the stop begins', async () => {
    const s = stage();
    s.manager.add('caches', s.part('secrets', { readyAfterMs: 50 }));
    s.manager.add('controllers', s.part('controller', { endsAfterMs: 10 }));
    expect(await s.manager.healthz.report()).toEqual({ healthy: true, text: '[+]ping ok\n' });
    const run = s.manager.run(s.stop.signal);
    await s.clock.advance(49);
    expect(await s.manager.readyz.report()).toEqual({
      healthy: false,
      text: '[-]running failed: starting\n[-]secrets failed: not ready\n',
    });
    await s.clock.advance(1);
    expect(await s.manager.readyz.report()).toEqual({ healthy: true, text: '[+]running ok\n[+]secrets ok\n' });
    s.stop.abort();
    await s.clock.advance(5);
    expect(await s.manager.readyz.report()).toMatchObject({ healthy: false });
    await s.clock.advance(5);
    await run;
  });

  test('checks may be asynchronous, and what they throw is shown', async () => {
    const checks = new HealthChecks();
    checks.add('fine', async () => {});
    checks.add('bad', () => Promise.reject(new Error('no route')));
    expect(await checks.report()).toEqual({ healthy: false, text: '[+]fine ok\n[-]bad failed: no route\n' });
    checks.add('bad', () => {});
    expect(await checks.report()).toMatchObject({ healthy: true });
  });
});

test('the first signal of the process asks, the second insists', () => {
  const exits: number[] = [];
  const fake = Object.assign(new EventEmitter(), { exit: (code: number) => void exits.push(code) });
  const signal = signalFromProcess(fake);
  expect(signal.aborted).toBe(false);
  fake.emit('SIGTERM');
  expect(signal.aborted).toBe(true);
  expect(exits).toEqual([]);
  fake.emit('SIGINT');
  expect(exits).toEqual([1]);
});
