import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../client/index.ts';
import { ApiError } from '../client/index.ts';
import type { Controller, Outcome } from './controller.ts';
import type { Result } from './reconciler.ts';
import { TerminalError } from './reconciler.ts';
import { bench, end, key } from './testing/bench.ts';

type Handler = Parameters<Parameters<Controller['watch']>[0]['subscribe']>[0];

const conflict = new ApiError({ status: 409, reason: 'Conflict', message: 'the object has been modified' });

describe('what an attempt leads to', () => {
  interface Row {
    readonly says: string;
    readonly attempt: () => Promise<Result | void>;
    readonly outcome: Outcome;
    /** Attempts after 4 ms and after 6 ms: the first retry of a failing key is due at 5 ms. */
    readonly attempts: readonly [number, number];
    readonly logged: readonly string[];
  }
  const rows: readonly Row[] = [
    { says: 'nothing', attempt: async () => {}, outcome: 'success', attempts: [1, 1], logged: [] },
    {
      says: 'requeue after 6 ms',
      attempt: async () => ({ requeueAfterMs: 6 }),
      outcome: 'requeue_after',
      attempts: [1, 2],
      logged: [],
    },
    { says: 'requeue after 0', attempt: async () => ({ requeueAfterMs: 0 }), outcome: 'success', attempts: [1, 1], logged: [] },
    { says: 'a rejection', attempt: () => Promise.reject(new Error('no')), outcome: 'error', attempts: [1, 2], logged: ['error'] },
    {
      says: 'a synchronous throw',
      attempt: () => {
        throw new Error('no');
      },
      outcome: 'error',
      attempts: [1, 2],
      logged: ['error'],
    },
    {
      says: 'a rejection that is no Error',
      // oxlint-disable-next-line typescript/prefer-promise-reject-errors -- that is the case
      attempt: () => Promise.reject('no'),
      outcome: 'error',
      attempts: [1, 2],
      logged: ['error'],
    },
    { says: 'a conflict', attempt: () => Promise.reject(conflict), outcome: 'conflict', attempts: [1, 2], logged: ['debug'] },
    {
      says: 'a terminal error',
      attempt: () => Promise.reject(new TerminalError('never')),
      outcome: 'terminal',
      attempts: [1, 1],
      logged: ['error'],
    },
  ];
  test.each(rows)('$says -> $outcome', async ({ attempt, outcome, attempts, logged }) => {
    let count = 0;
    const b = bench(() => (count++, attempt()));
    const run = b.start();
    b.controller.enqueue(key('a'));
    await b.clock.advance(4);
    expect(count).toBe(attempts[0]);
    expect(b.outcomes).toEqual([outcome]);
    expect(b.lines.map((line) => line.level)).toEqual(logged);
    await b.clock.advance(2);
    expect(count).toBe(attempts[1]);
    await end(b, run);
  });

  test('a failing object is tried for ever, later each time, up to the cap', async () => {
    const at: number[] = [];
    const b = bench(
      async () => {
        at.push(b.clock.now());
        throw new Error('no');
      },
      { maxBackoffMs: 60 },
    );
    const run = b.start();
    b.controller.enqueue(key('a'));
    await b.clock.advance(400);
    expect(at.slice(1).map((time, index) => time - (at[index] as number))).toEqual([5, 10, 20, 40, 60, 60, 60, 60, 60]);
    await end(b, run);
  });

  test('success forgets the failures', async () => {
    const script = [false, false, true, false];
    const b = bench(async () => {
      if (!script.shift()) throw new Error('no');
      return { requeueAfterMs: 100 };
    });
    const run = b.start();
    b.controller.enqueue(key('a'));
    await b.clock.advance(15);
    expect(b.controller.queue.failures(key('a'))).toBe(0);
    await b.clock.advance(100);
    expect(b.controller.queue.failures(key('a'))).toBe(1);
    await end(b, run);
  });

  test('a terminal error waits for the next event', async () => {
    let count = 0;
    const b = bench(async () => {
      count++;
      throw new TerminalError('never');
    });
    const run = b.start();
    b.controller.enqueue(key('a'));
    await b.clock.advance(1e7);
    expect(count).toBe(1);
    b.controller.enqueue(key('a'));
    await b.clock.advance(0);
    expect(count).toBe(2);
    await end(b, run);
  });

  test('a server that asks for time gets it', async () => {
    let count = 0;
    const busy = new ApiError({ status: 429, reason: 'TooManyRequests', message: 'slow down', retryAfterMs: 3000 });
    const b = bench(async () => {
      count++;
      throw busy;
    });
    const run = b.start();
    b.controller.enqueue(key('a'));
    await b.clock.advance(2999);
    expect(count).toBe(1);
    await b.clock.advance(1);
    expect(count).toBe(2);
    await end(b, run);
  });
});

describe('watching', () => {
  const object = (name: string): KubeObject => ({ metadata: { namespace: 'ns', name } });

  test('new objects overtake changes, changes overtake the initial list', async () => {
    const seen: string[] = [];
    const b = bench(async ({ name }) => void seen.push(name));
    let handler = {} as Handler;
    b.controller.watch({ subscribe: (h) => ((handler = h), () => {}) });
    handler.changed(object('first-list'), undefined, true);
    handler.changed(object('edited'), object('edited'), false);
    handler.removed(object('gone'));
    handler.changed(object('new'), undefined, false);
    const run = b.start();
    await b.clock.advance(0);
    expect(seen).toEqual(['new', 'edited', 'gone', 'first-list']);
    await end(b, run);
  });

  test('a change may concern other objects, and a broken mapping is logged, not thrown', async () => {
    const seen: string[] = [];
    const b = bench(async ({ name }) => void seen.push(name));
    let handler = {} as Handler;
    b.controller.watch({ subscribe: (h) => ((handler = h), () => {}) }, (changed) => {
      if (changed.metadata.name === 'broken') throw new Error('no');
      return [key('x'), key('y')];
    });
    handler.changed(object('broken'), undefined, false);
    handler.changed(object('secret'), undefined, false);
    const run = b.start();
    await b.clock.advance(0);
    expect(seen).toEqual(['x', 'y']);
    expect(b.lines.map((line) => line.level)).toEqual(['error']);
    await end(b, run);
  });
});

test('every line of an attempt names the controller, the object and the attempt', async () => {
  const b = bench(async (_key, _signal, attempt) => {
    attempt.logger.info({ step: 1 }, 'from inside');
    throw new Error('no');
  });
  const run = b.start();
  b.controller.enqueue(key('a'));
  await b.clock.advance(0);
  const common = { controller: 'test', key: 'ns/a', reconcileId: '80000000' };
  expect(b.lines).toHaveLength(2);
  for (const line of b.lines) expect(line.fields).toMatchObject(common);
  await end(b, run);
});
