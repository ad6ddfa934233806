import { describe, expect, test } from 'vitest';
import type { KubeObject, Logger, ManualClock } from '../client/index.ts';
import { ApiError, manualClock } from '../client/index.ts';
import type { ControllerOptions, Outcome } from './controller.ts';
import { Controller } from './controller.ts';
import type { ObjectKey } from '../cache/index.ts';
import type { Reconciler, Result } from './reconciler.ts';
import { TerminalError } from './reconciler.ts';

type Handler = Parameters<Parameters<Controller['watch']>[0]['subscribe']>[0];

interface Line {
  readonly level: string;
  readonly fields: Record<string, unknown>;
  readonly message: string;
}

interface Bench {
  readonly clock: ManualClock;
  readonly controller: Controller;
  readonly lines: Line[];
  readonly outcomes: Outcome[];
  readonly stop: AbortController;
  /** Starts the run; `ended` says whether it ended. */
  start(): { promise: Promise<void>; ended: boolean };
}

function bench(reconcile: Reconciler['reconcile'], options: Partial<ControllerOptions> = {}): Bench {
  const clock = manualClock();
  const lines: Line[] = [];
  const outcomes: Outcome[] = [];
  const write =
    (level: string) =>
    (fields: object, message: string): void =>
      void lines.push({ level, fields: fields as Record<string, unknown>, message });
  const logger: Logger = { debug: write('debug'), info: write('info'), warn: write('warn'), error: write('error') };
  const controller = new Controller({
    name: 'test',
    reconciler: { reconcile },
    clock,
    logger,
    random: () => 0.5,
    observer: { reconciled: (outcome) => void outcomes.push(outcome) },
    ...options,
  });
  const stop = new AbortController();
  return {
    clock,
    controller,
    lines,
    outcomes,
    stop,
    start() {
      const run = { promise: controller.run(stop.signal), ended: false };
      void run.promise.then(() => (run.ended = true));
      return run;
    },
  };
}

const key = (name: string): ObjectKey => ({ namespace: 'ns', name });
const conflict = new ApiError({ status: 409, reason: 'Conflict', message: 'the object has been modified' });
const forever = (): Promise<never> => new Promise(() => {});

async function end(b: Bench, run: { promise: Promise<void> }): Promise<void> {
  b.stop.abort();
  await b.clock.advance(0);
  await run.promise;
}

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

describe('isolation', () => {
  test('one poisoned object does not keep the others from their turn', async () => {
    const seen: string[] = [];
    const b = bench(async ({ name }) => {
      seen.push(name);
      if (name === 'poison') throw new Error('no');
    });
    const run = b.start();
    for (const name of ['poison', 'b', 'c']) b.controller.enqueue(key(name));
    await b.clock.advance(0);
    expect(seen).toEqual(['poison', 'b', 'c']);
    await end(b, run);
  });

  test('concurrency is what was asked for, and one key is never worked on twice at a time', async () => {
    const now = new Map<string, number>();
    let most = 0;
    const b = bench(
      async ({ name }) => {
        now.set(name, (now.get(name) ?? 0) + 1);
        expect(now.get(name)).toBe(1);
        most = Math.max(most, now.size);
        await b.clock.sleep(10);
        now.delete(name);
      },
      { concurrency: 3 },
    );
    const run = b.start();
    for (let i = 0; i < 40; i++) {
      b.controller.enqueue(key(`k${i % 8}`));
      await b.clock.advance(3);
    }
    await b.clock.advance(200);
    expect(most).toBe(3);
    expect(b.outcomes).not.toContain('error');
    await end(b, run);
  });

  test('a reconcile that takes too long sees its signal aborted and is tried again', async () => {
    const reasons: unknown[] = [];
    const b = bench(
      (_key, signal) =>
        new Promise((_resolve, reject) => {
          signal.addEventListener('abort', () => {
            reasons.push((signal.reason as { code: string }).code);
            reject(signal.reason as Error);
          });
        }),
      { reconcileTimeoutMs: 1000 },
    );
    const run = b.start();
    b.controller.enqueue(key('a'));
    await b.clock.advance(1000);
    expect(reasons).toEqual(['SIGNET_RUNTIME_RECONCILE_TIMEOUT']);
    expect(b.outcomes).toEqual(['error']);
    await b.clock.advance(1005);
    expect(reasons).toHaveLength(2);
    await end(b, run);
  });

  test('a reconcile that hangs and ignores its signal costs its own key only', async () => {
    const seen: string[] = [];
    let release = (): void => {};
    const b = bench(
      ({ name }) => {
        seen.push(name);
        return name === 'hung' ? new Promise<void>((resolve) => (release = resolve)) : Promise.resolve();
      },
      { reconcileTimeoutMs: 1000, graceMs: 500 },
    );
    const run = b.start();
    b.controller.enqueue(key('hung'));
    b.controller.enqueue(key('b'));
    await b.clock.advance(1499);
    expect(seen).toEqual(['hung']);
    await b.clock.advance(1);
    expect(seen).toEqual(['hung', 'b']);
    b.controller.enqueue(key('hung'));
    await b.clock.advance(10_000);
    expect(seen).toEqual(['hung', 'b']);
    release();
    await b.clock.advance(0);
    expect(seen).toEqual(['hung', 'b', 'hung']);
    release();
    await end(b, run);
  });
});

describe('the end of a run', () => {
  test('no attempt starts, those under way are told and waited for', async () => {
    const told: string[] = [];
    const seen: string[] = [];
    const b = bench(async ({ name }, signal) => {
      seen.push(name);
      signal.addEventListener('abort', () => told.push(name));
      await b.clock.sleep(200);
    });
    const run = b.start();
    b.controller.enqueue(key('a'));
    b.controller.enqueue(key('b'));
    await b.clock.advance(100);
    b.stop.abort();
    b.controller.enqueue(key('c'));
    await b.clock.advance(99);
    expect(run.ended).toBe(false);
    expect(told).toEqual(['a']);
    await b.clock.advance(1);
    expect(run.ended).toBe(true);
    expect(seen).toEqual(['a']);
    expect(b.clock.pending).toBe(0);
  });

  test('a reconcile that hangs for ever holds it up for the grace only', async () => {
    const b = bench(forever, { graceMs: 700 });
    const run = b.start();
    b.controller.enqueue(key('a'));
    await b.clock.advance(10);
    b.stop.abort();
    await b.clock.advance(699);
    expect(run.ended).toBe(false);
    await b.clock.advance(1);
    expect(run.ended).toBe(true);
    expect(b.lines.map(({ level, fields }) => [level, fields['key']])).toEqual([['error', 'ns/a']]);
  });

  test('what was interrupted is no error and is done by the next run', async () => {
    let count = 0;
    const b = bench(async (_key, signal) => {
      if (count++ === 0) await b.clock.sleep(1000, signal);
    });
    const run = b.start();
    b.controller.enqueue(key('a'));
    b.controller.enqueue(key('b'));
    await b.clock.advance(10);
    await end(b, run);
    expect(b.outcomes).toEqual(['interrupted']);
    expect(b.lines).toEqual([]);
    const second = new AbortController();
    const again = b.controller.run(second.signal);
    await b.clock.advance(0);
    expect(b.outcomes).toEqual(['interrupted', 'success', 'success']);
    second.abort();
    await again;
  });

  test('a second run at the same time is refused', async () => {
    const b = bench(async () => {});
    const run = b.start();
    await expect(b.controller.run(b.stop.signal)).rejects.toMatchObject({ code: 'SIGNET_RUNTIME_ALREADY_RUNNING' });
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
