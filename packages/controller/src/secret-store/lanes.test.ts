import { manualClock } from '@signet/kube/client';
import { expect, test } from 'vitest';
import { Lanes } from './lanes.ts';

const many = { perSecond: 1000, burst: 1000 };

/** A call that ends when told to. */
function call(name: string, log: string[], urgent = false): { turn: { urgent: boolean; start(): Promise<void> }; end: () => void } {
  const { promise, resolve } = Promise.withResolvers<void>();
  const start = async (): Promise<void> => {
    log.push(name);
    return promise;
  };
  return { turn: { urgent, start }, end: resolve };
}

test('so many calls at a time, the urgent ones first and otherwise in order', async () => {
  const clock = manualClock();
  const lanes = new Lanes({ ...many, calls: 2, clock });
  const log: string[] = [];
  const calls = ['a', 'b', 'c', 'd'].map((name) => call(name, log));
  for (const { turn } of calls) lanes.ask(turn);
  lanes.ask(call('urgent', log, true).turn);
  expect(log).toEqual(['a', 'b']);
  expect(lanes.busy).toBe(2);
  calls[0]?.end();
  await clock.advance(0);
  expect(log).toEqual(['a', 'b', 'urgent']);
  calls[1]?.end();
  await clock.advance(0);
  expect(log).toEqual(['a', 'b', 'urgent', 'c']);
});

test('so many calls a second', async () => {
  const clock = manualClock();
  const lanes = new Lanes({ perSecond: 10, burst: 2, calls: 100, clock });
  const log: string[] = [];
  for (let index = 0; index < 10; index++) lanes.ask({ urgent: false, start: async () => void log.push(`${index}`) });
  expect(log).toHaveLength(2);
  await clock.advance(500);
  expect(log).toHaveLength(7);
  await clock.advance(300);
  expect(log).toHaveLength(10);
});

test('a turn that nobody needs any more costs nothing', () => {
  const lanes = new Lanes({ perSecond: 1, burst: 1, calls: 1, clock: manualClock() });
  const log: string[] = [];
  for (let index = 0; index < 5; index++) lanes.ask({ urgent: true, start: () => undefined });
  lanes.ask(call('wanted', log).turn);
  expect(log).toEqual(['wanted']);
});

test('nobody moves while held; afterwards there is no burst', async () => {
  const clock = manualClock();
  const lanes = new Lanes({ perSecond: 10, burst: 10, calls: 100, clock });
  const log: string[] = [];
  lanes.hold();
  for (let index = 0; index < 20; index++) lanes.ask(call(`${index}`, log).turn);
  await clock.advance(60_000);
  expect(log).toEqual([]);
  lanes.release();
  await clock.advance(1000);
  expect(log).toHaveLength(10);
});

test('a call that fails gives its lane back', async () => {
  const clock = manualClock();
  const lanes = new Lanes({ ...many, calls: 1, clock });
  const log: string[] = [];
  lanes.ask({ urgent: false, start: async () => Promise.reject(new Error('no')) });
  lanes.ask(call('next', log).turn);
  await clock.advance(0);
  expect(log).toEqual(['next']);
});
