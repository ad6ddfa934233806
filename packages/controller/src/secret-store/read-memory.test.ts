import { manualClock } from '@signet/kube/client';
import { expect, test } from 'vitest';
import { ReadMemory } from './read-memory.ts';

test('nothing is kept longer than its time, and no timer is left behind', async () => {
  const clock = manualClock(0);
  const memory = new ReadMemory({ clock, keepMs: 1000 });
  const dropped: string[] = [];
  memory.keep(10, () => dropped.push('a'));
  await clock.advance(600);
  memory.keep(10, () => dropped.push('b'));
  await clock.advance(400);
  expect([dropped, memory.size, memory.bytes]).toEqual([['a'], 1, 10]);
  await clock.advance(600);
  expect([dropped, memory.size, memory.bytes, clock.pending]).toEqual([['a', 'b'], 0, 0, 0]);
});

test('too many bytes, or too many answers: the oldest go first', () => {
  const dropped: string[] = [];
  const memory = new ReadMemory({ clock: manualClock(0), maxBytes: 100, maxReads: 3 });
  const keep = (name: string, bytes: number): void => void memory.keep(bytes, () => dropped.push(name));
  keep('a', 60);
  keep('b', 30);
  keep('c', 30);
  expect(dropped).toEqual(['a']);
  keep('d', 1);
  keep('e', 1);
  expect(dropped).toEqual(['a', 'b']);
  keep('huge', 1000);
  expect([dropped, memory.bytes]).toEqual([['a', 'b', 'c', 'd', 'e', 'huge'], 0]);
});

test('what is forgotten is not dropped later', async () => {
  const clock = manualClock(0);
  const memory = new ReadMemory({ clock, keepMs: 1000 });
  const dropped: string[] = [];
  const forget = memory.keep(5, () => dropped.push('a'));
  forget();
  forget();
  await clock.advance(2000);
  expect([dropped, memory.bytes]).toEqual([[], 0]);
});
