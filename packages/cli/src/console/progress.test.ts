import { expect, test } from 'vitest';
import type { Io } from './io.ts';
import { mapConcurrent } from './map-concurrent.ts';
import { progress } from './progress.ts';

function fakeIo(stderrIsTty: boolean): { io: Io; said: string[]; later(ms: number): void } {
  const said: string[] = [];
  let now = 1_000_000;
  const io: Io = {
    env: {},
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty,
    columns: 80,
    readStdin: async () => new Uint8Array(),
    out: async () => {},
    say: (text) => void said.push(text),
    now: () => new Date(now),
  };
  return { io, said, later: (ms) => void (now += ms) };
}

test('progress at a terminal: not more often than needed, the last one always, and it goes away', () => {
  const { io, said, later } = fakeIo(true);
  const line = progress(io, 'checking', 4);
  line.step();
  line.step();
  later(200);
  line.step();
  line.step();
  line.end();
  expect(said).toEqual(['\rchecking 1/4\u001B[K', '\rchecking 3/4\u001B[K', '\rchecking 4/4\u001B[K', '\r\u001B[K']);
});

test('elsewhere it says nothing', () => {
  const { io, said } = fakeIo(false);
  const line = progress(io, 'checking', 4);
  line.step();
  line.end();
  expect(said).toEqual([]);
});

test('at most so many at a time, results in order; after a failure nothing new begins', async () => {
  let running = 0;
  let most = 0;
  const work = async (item: number): Promise<number> => {
    most = Math.max(most, ++running);
    await new Promise(setImmediate);
    running -= 1;
    if (item === 5) throw new Error('five');
    return item * 2;
  };
  expect(await mapConcurrent([1, 2, 3, 4], { limit: 2 }, work)).toEqual([2, 4, 6, 8]);
  expect(most).toBe(2);
  const begun: number[] = [];
  await expect(mapConcurrent([5, 6, 7, 8, 9], { limit: 2 }, async (item) => (begun.push(item), work(item)))).rejects.toThrow(
    'five',
  );
  expect(begun.length).toBeLessThanOrEqual(3);
  expect(await mapConcurrent([], { limit: 2 }, work)).toEqual([]);
});
