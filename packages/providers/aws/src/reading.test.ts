import { providerErrors, troubleOf } from '@signet/provider';
import type { Document, Fetched } from '@signet/provider';
import { jumpingClock } from '@signet/provider/testing';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { markOfLogin } from './credentials/login.ts';
import { Reading } from './reading.ts';
import type { Shelf, Wanted } from './wanted.ts';

const never = new AbortController().signal;
const wanted = (id: string, metadata = false): Wanted => ({ id, key: id, version: undefined, metadata });
const documentOf = (text: string): Document => ({ value: () => new TextEncoder().encode(text), values: () => new Map() });
const told = (outcome: Fetched): string =>
  outcome instanceof Error ? troubleOf(outcome) : new TextDecoder().decode(outcome.value(undefined));
const denied = (): Error => providerErrors.ACCESS_DENIED({ because: 'test' });

/** A shelf that holds what it is asked for, but for what the rules say. */
function shelfOf(rules: {
  readonly batch?: (ids: readonly string[]) => Error | undefined;
  readonly one?: (id: string) => Error | undefined;
}) {
  const calls: string[] = [];
  const shelf: Shelf = {
    batchSize: 3,
    identify: ({ id }) => id,
    fitsBatch: ({ metadata }) => !metadata,
    async readBatch(all) {
      const ids = all.map(({ id }) => id);
      calls.push(`batch ${ids.join()}`);
      const error = rules.batch?.(ids);
      if (error) throw error;
      return new Map(all.map((each) => [each, rules.one?.(each.id) ?? documentOf(each.id)]));
    },
    async readOne({ id }) {
      calls.push(id);
      const error = rules.one?.(id);
      if (error) throw error;
      return documentOf(id);
    },
  };
  return { calls, shelf };
}

describe('as few calls as possible', () => {
  test('one alone is no batch; several are; what does not fit goes beside', async () => {
    const { calls, shelf } = shelfOf({});
    const reading = new Reading(shelf, jumpingClock());
    await reading.all([wanted('a')], never);
    await reading.all([wanted('a'), wanted('tags', true), wanted('b')], never);
    expect(calls).toEqual(['a', 'batch a,b', 'tags']);
  });

  test('more than fit into a batch are several', async () => {
    const { calls, shelf } = shelfOf({});
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const outcomes = await new Reading(shelf, jumpingClock()).all(
      ids.map((id) => wanted(id)),
      never,
    );
    expect(outcomes.map(told)).toEqual(ids);
    expect(calls).toEqual(['batch a,b,c', 'batch d,e']);
  });
});

describe('all are lost', () => {
  test.each([
    ['throttled', providerErrors.THROTTLED({ because: 'test' })],
    ['without a connection', providerErrors.UNAVAILABLE({ because: 'test' })],
    ['with a login that is refused', markOfLogin(denied())],
  ])('when a batch is %s: no single reads after it', async (_, error) => {
    const { calls, shelf } = shelfOf({ batch: () => error });
    await expect(new Reading(shelf, jumpingClock()).all([wanted('a'), wanted('b')], never)).rejects.toBe(error);
    expect(calls).toEqual(['batch a,b']);
  });

  test('when the login is refused at a single read: the others are not tried', async () => {
    const error = markOfLogin(denied());
    const { calls, shelf } = shelfOf({ one: () => error });
    const many = Array.from({ length: 3 }, (_, index) => wanted(`t${index}`, true));
    await expect(new Reading(shelf, jumpingClock()).all(many, never)).rejects.toBe(error);
    expect(calls.length).toBeLessThanOrEqual(3);
  });

  test('not when one of them is', async () => {
    const { shelf } = shelfOf({ one: (id) => (id === 'a' ? providerErrors.UNAVAILABLE({ because: 'test' }) : undefined) });
    const outcomes = await new Reading(shelf, jumpingClock()).all([wanted('a', true), wanted('b', true)], never);
    expect(outcomes.map(told)).toEqual(['unavailable', 'b']);
  });
});

test('property: outcomes are those of single reads, in order, whatever spoils a batch', async () => {
  const scene = fc.record({
    ids: fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e', 'f', 'g').map(String), { minLength: 1 }),
    forbidden: fc.uniqueArray(fc.constantFrom('a', 'c', 'g').map(String)),
    batchAllowed: fc.boolean(),
    rounds: fc.integer({ min: 1, max: 4 }),
  });
  await fc.assert(
    fc.asyncProperty(scene, async ({ ids, forbidden, batchAllowed, rounds }) => {
      const { shelf } = shelfOf({
        batch: (asked) => (!batchAllowed || asked.some((id) => forbidden.includes(id)) ? denied() : undefined),
        one: (id) => (forbidden.includes(id) ? denied() : undefined),
      });
      const reading = new Reading(shelf, jumpingClock());
      for (let round = 0; round < rounds; round++) {
        const outcomes = await reading.all(
          ids.map((id) => wanted(id)),
          never,
        );
        expect(outcomes.map(told)).toEqual(ids.map((id) => (forbidden.includes(id) ? 'denied' : id)));
      }
    }),
  );
});
