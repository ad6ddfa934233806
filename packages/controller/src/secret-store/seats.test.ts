import * as fc from 'fast-check';
import { manualClock } from '@signet/kube/client';
import type { ManualClock } from '@signet/kube/client';
import { expect, test } from 'vitest';
import { Seats } from './seats.ts';
import type { Seat } from './store-access.ts';

const key = (name: string): { namespace: string; name: string } => ({ namespace: 'web', name });

function setting(perStore: number, urgentOnly: number): { clock: ManualClock; seats: Seats; called: string[]; shut: Set<string> } {
  const clock = manualClock(0);
  const shut = new Set<string>();
  const called: string[] = [];
  const seats = new Seats({ clock, perStore, urgentOnly, isShut: (store) => shut.has(store) });
  seats.onRoom(({ name }, urgent) => called.push(urgent ? `${name}!` : name));
  return { clock, seats, called, shut };
}

test('so many sit at a store; some seats are kept for what was never synced', () => {
  const { seats } = setting(4, 1);
  for (const name of ['a', 'b', 'c']) expect(seats.take(['s'], key(name), false)).toBeDefined();
  expect(seats.take(['s'], key('d'), false)).toBeUndefined();
  expect(seats.take(['s'], key('new'), true)).toBeDefined();
  expect(seats.take(['s'], key('newer'), true)).toBeUndefined();
  expect(seats.take(['other'], key('e'), false)).toBeDefined();
  expect(seats.parkedAt('s')).toBe(2);
});

test('a freed seat calls one: the urgent ones first, then who waits longest', () => {
  const { seats, called } = setting(1, 0);
  const taken = seats.take(['s'], key('a'), false);
  for (const name of ['b', 'c']) seats.take(['s'], key(name), false);
  seats.take(['s'], key('new'), true);
  let seat: Seat | undefined = taken;
  for (const name of ['new', 'b', 'c']) {
    seat?.leave();
    seat = seats.take(['s'], key(name), name === 'new');
    expect(seat).toBeDefined();
  }
  expect(called).toEqual(['new!', 'b', 'c']);
});

test('a seat is given back once, however often it is left', () => {
  const { seats, called } = setting(1, 0);
  const first = seats.take(['s'], key('a'), false);
  seats.take(['s'], key('b'), false);
  seats.take(['s'], key('c'), false);
  first?.leave();
  first?.leave();
  expect(called).toEqual(['b']);
});

test('who was called and comes late keeps its place', () => {
  const { seats, called } = setting(1, 0);
  const first = seats.take(['s'], key('a'), false);
  for (const name of ['b', 'c']) seats.take(['s'], key(name), false);
  first?.leave(); // calls b
  const barged = seats.take(['s'], key('quick'), false);
  expect(barged).toBeDefined();
  expect(seats.take(['s'], key('b'), false)).toBeUndefined();
  barged?.leave();
  expect(called).toEqual(['b', 'b']);
});

test('who was called and does not come does not hold up the others', async () => {
  const { clock, seats, called } = setting(1, 0);
  seats.take(['s'], key('a'), false)?.leave();
  const first = seats.take(['s'], key('a'), false);
  for (const name of ['b', 'c']) seats.take(['s'], key(name), false);
  first?.leave();
  await clock.advance(2000);
  expect(called).toEqual(['b', 'c']);
  await clock.advance(10_000);
  expect([seats.parkedAt('s'), clock.pending]).toEqual([0, 0]);
});

test('an object that is gone makes room', () => {
  const { seats, called } = setting(1, 0);
  const first = seats.take(['s'], key('a'), false);
  for (const name of ['b', 'c']) seats.take(['s'], key(name), false);
  first?.leave();
  seats.forget(key('b'));
  expect(called).toEqual(['b', 'c']);
});

test('a store that refuses at once has room for everybody, and calls all who wait', () => {
  const { seats, called, shut } = setting(1, 0);
  seats.take(['s'], key('a'), false);
  for (const name of ['b', 'c']) seats.take(['s'], key(name), false);
  shut.add('s');
  seats.called('s');
  expect(called).toEqual(['b', 'c']);
  expect(seats.take(['s'], key('b'), false)).toBeDefined();
  expect(seats.take(['s'], key('x'), false)).toBeDefined();
});

test('a seat at every store or at none', () => {
  const { seats, called } = setting(1, 0);
  const slow = seats.take(['slow'], key('a'), false);
  expect(seats.take(['quick', 'slow'], key('b'), false)).toBeUndefined();
  expect(seats.take(['quick'], key('c'), false)).toBeDefined(); // b holds nothing at the quick one
  slow?.leave();
  expect(called).toEqual(['b']);
});

test('model: bounds hold, nobody is left waiting while there is room, and everybody sits in the end', async () => {
  const step = fc.record({
    object: fc.nat(12),
    stores: fc.subarray(['s', 't'], { minLength: 1 }),
    urgent: fc.boolean(),
    leaves: fc.nat(3),
  });
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: 1, max: 4 }), fc.array(step, { maxLength: 60 }), async (perStore, steps) => {
      const clock = manualClock(0);
      const seats = new Seats({ clock, perStore, urgentOnly: perStore - 1, isShut: () => false });
      const wants = new Map<string, { stores: string[]; urgent: boolean }>();
      const seated = new Map<string, { seat: Seat; stores: string[] }>();
      const calls: string[] = [];
      seats.onRoom(({ name }) => calls.push(name));
      const come = (name: string): void => {
        const want = wants.get(name);
        const seat = want && seats.take(want.stores, key(name), want.urgent);
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
      for (const { object, stores, urgent, leaves } of steps) {
        const name = `o${object}`;
        if (!seated.has(name)) {
          wants.set(name, { stores, urgent });
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
