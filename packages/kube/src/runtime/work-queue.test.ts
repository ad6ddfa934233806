import { describe, expect, test } from 'vitest';

import type { ManualClock } from '../client/index.ts';
import { manualClock } from '../client/index.ts';
import { drain, next, queueOn } from './testing/queue.ts';
import { WorkQueue } from './work-queue.ts';

describe('one key, one worker', () => {
  test('a key added three times comes out once', async () => {
    const queue = queueOn(manualClock());
    for (let i = 0; i < 3; i++) queue.add('a');
    expect(await drain(queue)).toEqual(['a']);
  });

  test('a key added while it is worked on comes out once more, after done', async () => {
    const queue = queueOn(manualClock());
    queue.add('a');
    expect(await next(queue)).toBe('a');
    queue.add('a');
    queue.add('a');
    expect(await next(queue)).toBeUndefined();
    queue.done('a');
    expect(await drain(queue)).toEqual(['a']);
  });

  test('keys that are objects are compared by their identity', async () => {
    const queue = new WorkQueue<{ name: string }>({ identify: (key) => key.name, clock: manualClock() });
    queue.add({ name: 'a' });
    queue.add({ name: 'a' });
    expect(queue.depth).toBe(1);
  });

  test('done for a key nobody works on is harmless', async () => {
    const queue = queueOn(manualClock());
    queue.add('a');
    queue.done('a');
    expect(await drain(queue)).toEqual(['a']);
  });
});

describe('priorities', () => {
  test('higher first, equal ones in order', async () => {
    const queue = queueOn(manualClock());
    queue.add('old-1', { priority: 'low' });
    queue.add('old-2', { priority: 'low' });
    queue.add('live-1');
    queue.add('urgent', { priority: 'high' });
    queue.add('live-2');
    expect(await drain(queue)).toEqual(['urgent', 'live-1', 'live-2', 'old-1', 'old-2']);
  });

  test('adding a queued key raises its priority and never lowers it', async () => {
    const queue = queueOn(manualClock());
    queue.add('a', { priority: 'low' });
    queue.add('b', { priority: 'high' });
    queue.add('c');
    queue.add('b', { priority: 'low' });
    queue.add('a', { priority: 'high' });
    expect(await drain(queue)).toEqual(['b', 'a', 'c']);
  });

  test('a retry keeps the priority of the work that failed', async () => {
    const clock = manualClock();
    const queue = queueOn(clock);
    queue.add('backlog', { priority: 'low' });
    await next(queue);
    queue.addRateLimited('backlog');
    queue.done('backlog');
    await clock.advance(5);
    queue.add('live');
    expect(await drain(queue)).toEqual(['live', 'backlog']);
  });

  test('an endless stream of urgent keys does not starve the others', async () => {
    const clock = manualClock();
    const queue = queueOn(clock);
    queue.add('patient', { priority: 'low' });
    const served: (string | undefined)[] = [];
    for (let i = 0; i < 10; i++) {
      await clock.advance(1);
      queue.add(`urgent-${i}`, { priority: 'high' });
      queue.add(`more-${i}`, { priority: 'high' });
      served.push(await next(queue));
    }
    expect(served).toContain('patient');
  });
});

describe('waiting', () => {
  test('a delayed key comes out at its time and not before', async () => {
    const clock = manualClock();
    const queue = queueOn(clock);
    queue.add('a', { afterMs: 1000 });
    const got: string[] = [];
    void queue.get().then((key) => got.push(key as string));
    await clock.advance(999);
    expect(got).toEqual([]);
    await clock.advance(1);
    expect(got).toEqual(['a']);
  });

  test('a key that waits for later and is added for now comes out now and not again', async () => {
    const clock = manualClock();
    const queue = queueOn(clock);
    queue.add('a', { afterMs: 1000 });
    queue.add('a');
    expect(await drain(queue)).toEqual(['a']);
    await clock.advance(2000);
    expect(await drain(queue)).toEqual([]);
  });

  test('the earlier of two times counts', async () => {
    const clock = manualClock();
    const queue = queueOn(clock);
    queue.add('a', { afterMs: 1000 });
    queue.add('a', { afterMs: 5000 });
    queue.add('b', { afterMs: 5000 });
    queue.add('b', { afterMs: 1000 });
    await clock.advance(1000);
    expect(await drain(queue)).toEqual(['a', 'b']);
  });

  test('a time asked for while the key is worked on counts after done', async () => {
    const clock = manualClock();
    const queue = queueOn(clock);
    queue.add('a');
    await next(queue);
    queue.add('a', { afterMs: 100 });
    queue.done('a');
    expect(await next(queue)).toBeUndefined();
    await clock.advance(100);
    expect(await next(queue)).toBe('a');
  });

  test('a wait longer than a timer can count is kept', async () => {
    const clock = manualClock();
    const capped: ManualClock = Object.create(clock, {
      setTimeout: { value: (callback: () => void, ms: number) => clock.setTimeout(callback, Math.min(ms, 1000)) },
    }) as ManualClock;
    const queue = queueOn(capped);
    queue.add('a', { afterMs: 2500 });
    const got: unknown[] = [];
    void queue.get().then((key) => got.push(key));
    await clock.advance(2499);
    expect(got).toEqual([]);
    await clock.advance(1);
    expect(got).toEqual(['a']);
  });

  test('no timer runs while nobody waits', async () => {
    const clock = manualClock();
    const queue = queueOn(clock);
    queue.add('a', { afterMs: 1000 });
    expect(clock.pending).toBe(0);
    const stop = new AbortController();
    const got = queue.get(stop.signal);
    expect(clock.pending).toBe(1);
    stop.abort();
    expect(await got).toBeUndefined();
    expect(clock.pending).toBe(0);
  });

  test('times that moved do not pile up', async () => {
    const clock = manualClock();
    let places = 0;
    const counted: ManualClock = Object.create(clock, { now: { value: () => (places++, clock.now()) } }) as ManualClock;
    const queue = queueOn(counted);
    for (let i = 0; i < 10_000; i++) {
      queue.add('a', { afterMs: 1e9 });
      queue.add('a');
      queue.done((await next(queue)) as string);
    }
    places = 0;
    await clock.advance(1e9);
    expect(await drain(queue)).toEqual([]);
    expect(places).toBeLessThan(100);
  });

  test('waiting getters are served in the order they came, one key each', async () => {
    const queue = queueOn(manualClock());
    const first = queue.get();
    const second = queue.get();
    queue.add('a');
    queue.add('b');
    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
  });
});

describe('retries', () => {
  test('5 ms doubled to the cap; forget starts again', async () => {
    const clock = manualClock();
    const queue = queueOn(clock, { maxBackoffMs: 35, retryRate: { perSecond: 1e6, burst: 1e6 } });
    const waits: number[] = [];
    const failOnce = async (): Promise<void> => {
      queue.addRateLimited('a');
      let waited = 0;
      while ((await next(queue)) === undefined) {
        await clock.advance(1);
        waited++;
      }
      queue.done('a');
      waits.push(waited);
    };
    for (let i = 0; i < 5; i++) await failOnce();
    expect(queue.failures('a')).toBe(5);
    queue.forget('a');
    await failOnce();
    expect(waits).toEqual([5, 10, 20, 35, 35, 5]);
  });

  test('two thousand failures in a row still wait exactly the cap of 1000 s', async () => {
    const clock = manualClock();
    const queue = queueOn(clock, { retryRate: { perSecond: 1e9, burst: 1e9 } });
    for (let i = 0; i < 2000; i++) queue.addRateLimited('worst');
    queue.add('worst');
    await drain(queue);
    queue.addRateLimited('worst');
    await clock.advance(999_999);
    expect(await next(queue)).toBeUndefined();
    await clock.advance(1);
    expect(await next(queue)).toBe('worst');
  });

  test('all keys together: a burst of 100, then 10 a second', async () => {
    const clock = manualClock();
    const queue = queueOn(clock);
    for (let i = 0; i < 130; i++) queue.addRateLimited(`k${i}`);
    await clock.advance(5);
    expect(await drain(queue)).toHaveLength(100);
    await clock.advance(995);
    expect(await drain(queue)).toHaveLength(10);
    await clock.advance(2000);
    expect(await drain(queue)).toHaveLength(20);
  });
});

describe('the end', () => {
  test('an aborted get answers undefined and takes no key with it', async () => {
    const queue = queueOn(manualClock());
    const stop = new AbortController();
    const got = queue.get(stop.signal);
    stop.abort();
    queue.add('a');
    expect(await got).toBeUndefined();
    expect(await queue.get(AbortSignal.abort())).toBeUndefined();
    expect(await drain(queue)).toEqual(['a']);
  });

  test('after shutdown every get answers undefined and adds are refused', async () => {
    const queue = queueOn(manualClock());
    const waiting = [queue.get(), queue.get()];
    queue.shutdown();
    queue.add('a');
    queue.addRateLimited('a');
    expect(await Promise.all([...waiting, queue.get()])).toEqual([undefined, undefined, undefined]);
    expect(queue.depth).toBe(0);
  });
});

test("the observer hears client-go's metrics", async () => {
  const clock = manualClock();
  const counts: Record<string, number> = {};
  const seen: [string, number][] = [];
  let read: () => object = () => ({});
  const queue = queueOn(clock, {
    observer: {
      gauges: (reader) => void (read = reader),
      count: (metric) => void (counts[metric] = (counts[metric] ?? 0) + 1),
      observe: (metric, seconds) => void seen.push([metric, seconds]),
    },
  });
  queue.add('a');
  queue.add('a');
  queue.add('b');
  await clock.advance(2000);
  expect(queue.oldestAgeMs).toBe(2000);
  await next(queue);
  await clock.advance(3000);
  expect(read()).toEqual({
    workqueue_depth: 1,
    workqueue_unfinished_work_seconds: 3,
    workqueue_longest_running_processor_seconds: 3,
  });
  queue.addRateLimited('a');
  queue.done('a');
  expect(counts).toEqual({ workqueue_adds_total: 2, workqueue_retries_total: 1 });
  expect(seen).toEqual([
    ['workqueue_queue_duration_seconds', 2],
    ['workqueue_work_duration_seconds', 3],
  ]);
});
