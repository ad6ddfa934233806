import * as fc from 'fast-check';
import { manualClock } from '@signet/kube/client';
import type { ManualClock } from '@signet/kube/client';
import { expect, test } from 'vitest';
import { Seats } from './seats.ts';
import type { Rank, Seat } from './store-access.ts';

const key = (name: string): { namespace: string; name: string } => ({ namespace: 'web', name });

function setting(perStore: number, askedOnly: number): { clock: ManualClock; seats: Seats; called: string[]; shut: Set<string> } {
  const clock = manualClock(0);
  const shut = new Set<string>();
  const called: string[] = [];
  const seats = new Seats({ clock, perStore, askedOnly, isShut: (store) => shut.has(store) });
  seats.onRoom(({ name }, rank) => called.push(rank === 'due' ? name : `${name} ${rank}`));
  return { clock, seats, called, shut };
}

test('so many sit at a store; some seats are kept for what somebody has just asked for', () => {
  const { seats } = setting(4, 1);
  for (const name of ['a', 'b', 'c']) expect(seats.take(['s'], key(name), 'due')).toBeDefined();
  expect(seats.take(['s'], key('d'), 'due')).toBeUndefined();
  expect(seats.take(['s'], key('new'), 'asked')).toBeDefined();
  expect(seats.take(['s'], key('newer'), 'asked')).toBeUndefined();
  expect(seats.take(['other'], key('e'), 'due')).toBeDefined();
  expect(seats.parkedAt('s')).toBe(2);
});

test('a freed seat calls one: in the order of ranks, then who waits longest', () => {
  const { seats, called } = setting(1, 0);
  const taken = seats.take(['s'], key('a'), 'due');
  for (const name of ['b', 'c']) seats.take(['s'], key(name), 'due');
  seats.take(['s'], key('first'), 'new');
  seats.take(['s'], key('mine'), 'asked');
  const ranks: Readonly<Record<string, Rank>> = { mine: 'asked', first: 'new' };
  let seat: Seat | undefined = taken;
  for (const name of ['mine', 'first', 'b', 'c']) {
    seat?.leave();
    seat = seats.take(['s'], key(name), ranks[name] ?? 'due');
    expect(seat).toBeDefined();
  }
  expect(called).toEqual(['mine asked', 'first new', 'b', 'c']);
});

test('a seat is given back once, however often it is left', () => {
  const { seats, called } = setting(1, 0);
  const first = seats.take(['s'], key('a'), 'due');
  seats.take(['s'], key('b'), 'due');
  seats.take(['s'], key('c'), 'due');
  first?.leave();
  first?.leave();
  expect(called).toEqual(['b']);
});

test('who was called and comes late keeps its place', () => {
  const { seats, called } = setting(1, 0);
  const first = seats.take(['s'], key('a'), 'due');
  for (const name of ['b', 'c']) seats.take(['s'], key(name), 'due');
  first?.leave(); // calls b
  const barged = seats.take(['s'], key('quick'), 'due');
  expect(barged).toBeDefined();
  expect(seats.take(['s'], key('b'), 'due')).toBeUndefined();
  barged?.leave();
  expect(called).toEqual(['b', 'b']);
});

test('who was called and does not come does not hold up the others', async () => {
  const { clock, seats, called } = setting(1, 0);
  seats.take(['s'], key('a'), 'due')?.leave();
  const first = seats.take(['s'], key('a'), 'due');
  for (const name of ['b', 'c']) seats.take(['s'], key(name), 'due');
  first?.leave();
  await clock.advance(2000);
  expect(called).toEqual(['b', 'c']);
  await clock.advance(10_000);
  expect([seats.parkedAt('s'), clock.pending]).toEqual([0, 0]);
});

test('an object that is gone makes room', () => {
  const { seats, called } = setting(1, 0);
  const first = seats.take(['s'], key('a'), 'due');
  for (const name of ['b', 'c']) seats.take(['s'], key(name), 'due');
  first?.leave();
  seats.forget(key('b'));
  expect(called).toEqual(['b', 'c']);
});

test('a store that refuses at once has room for everybody, and calls all who wait', () => {
  const { seats, called, shut } = setting(1, 0);
  seats.take(['s'], key('a'), 'due');
  for (const name of ['b', 'c']) seats.take(['s'], key(name), 'due');
  shut.add('s');
  seats.called('s');
  expect(called).toEqual(['b', 'c']);
  expect(seats.take(['s'], key('b'), 'due')).toBeDefined();
  expect(seats.take(['s'], key('x'), 'due')).toBeDefined();
});

test('a seat at every store or at none', () => {
  const { seats, called } = setting(1, 0);
  const slow = seats.take(['slow'], key('a'), 'due');
  expect(seats.take(['quick', 'slow'], key('b'), 'due')).toBeUndefined();
  expect(seats.take(['quick'], key('c'), 'due')).toBeDefined(); // b holds nothing at the quick one
  slow?.leave();
  expect(called).toEqual(['b']);
});

test('model: bounds hold, nobody is left waiting while there is room, and everybody sits in the end', async () => {
  const step = fc.record({
    object: fc.nat(12),
    stores: fc.subarray(['s', 't'], { minLength: 1 }),
    rank: fc.constantFrom<Rank>('asked', 'new', 'due'),
    leaves: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), async (perStore, steps) => {
      const clock = manualClock(0);
      const seats = new Seats({ clock, perStore, askedOnly: perStore - 1, isShut: () => false });
      const wants = new Map<string, { stores: string[]; rank: Rank }>();
      const seated = new Map<string, { seat: Seat; stores: string[] }>();
      const calls: string[] = [];
      seats.onRoom(({ name }) => calls.push(name));
      const come = (name: string): void => {
        const want = wants.get(name);
        const seat = want && seats.take(want.stores, key(name), want.rank);
        if (!want || !seat) return;
        wants.delete(name);
        seated.set(name, { seat, stores: want.stores });
        for (const store of ['s', 't'])
          expect([...seated.values()].filter(({ stores }) => stores.includes(store)).length).toBeLessThanOrEqual(perStore);
      };
      const answer = (): void => {
        for (let name = calls.shift(); name !== undefined; name = calls.shift()) come(name);
      };
      const leave = (name: string): void => {
        seated.get(name)?.seat.leave();
        seated.delete(name);
        answer();
      };
      for (const { object, stores, rank, leaves } of steps) {
        const name = `o${object}`;
        if (!seated.has(name)) {
          wants.set(name, { stores, rank });
          come(name);
          answer();
        }
        for (const leaving of [...seated.keys()].slice(0, leaves)) leave(leaving);
      }
      while (seated.size > 0) leave([...seated.keys()][0] ?? '');
      await clock.advance(10_000);
      answer();
      while (seated.size > 0) leave([...seated.keys()][0] ?? '');
      expect([...wants.keys()]).toEqual([]);
      expect([seats.parkedAt('s'), seats.parkedAt('t')]).toEqual([0, 0]);
    }),
  );
});

test('who was called at one place and has to wait at another gives up what it was called for', () => {
  const { seats, called } = setting(1, 0);
  const [first, second] = [seats.take(['s'], key('a'), 'due'), seats.take(['t'], key('b'), 'due')];
  seats.take(['s', 't'], key('both'), 'due');
  seats.take(['s'], key('c'), 'due');
  first?.leave();
  expect(called).toEqual(['both']);
  expect(seats.take(['s', 't'], key('both'), 'due')).toBeUndefined();
  expect(called).toEqual(['both', 'c']);
  second?.leave();
  expect(called).toEqual(['both', 'c', 'both']);
});
