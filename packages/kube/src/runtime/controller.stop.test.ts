import { describe, expect, test } from 'vitest';
import { bench, end, key } from './testing/bench.ts';

const forever = (): Promise<never> => new Promise(() => {});

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

  test('a key handed out in the moment of the stop is not begun, and not lost', async () => {
    const seen: string[] = [];
    const b = bench(async ({ name }) => void seen.push(name));
    const run = b.start();
    await b.clock.advance(0);
    b.controller.enqueue(key('a'));
    await end(b, run);
    expect(seen).toEqual([]);
    expect(b.controller.queue.depth).toBe(1);
  });

  test('a second run at the same time is refused', async () => {
    const b = bench(async () => {});
    const run = b.start();
    await expect(b.controller.run(b.stop.signal)).rejects.toMatchObject({ code: 'SIGNET_RUNTIME_ALREADY_RUNNING' });
    await end(b, run);
  });
});
