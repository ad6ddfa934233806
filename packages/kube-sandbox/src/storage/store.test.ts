import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { KubeObject } from '../kinds/object.ts';
import { RevisionError, Store, storeKey } from './store.ts';
import type { Change } from './store.ts';

const collection = '/secrets';
const object = (namespace: string, name: string, value: number): KubeObject => ({
  apiVersion: 'v1',
  kind: 'Secret',
  metadata: { namespace, name },
  value,
});

type Step = { namespace: string; name: string; act: 'put' | 'delete'; value: number };

const step: fc.Arbitrary<Step> = fc.record({
  namespace: fc.constantFrom('a', 'a-b', 'b'),
  name: fc.constantFrom('x', 'y', 'y.z', 'z'),
  act: fc.constantFrom('put', 'put', 'delete'),
  value: fc.integer({ min: 0, max: 5 }),
});

/** Does one step on the store and on a plain map. */
function perform(store: Store, model: Map<string, number>, { namespace, name, act, value }: Step): void {
  const key = storeKey(namespace, name);
  if (act === 'delete') {
    if (model.delete(key)) store.delete(collection, key);
  } else {
    if (model.has(key)) store.update(collection, object(namespace, name, value));
    else store.create(collection, object(namespace, name, value));
    model.set(key, value);
  }
}

const sorted = (model: ReadonlyMap<string, number>): [string, number][] => [...model].sort(([a], [b]) => (a < b ? -1 : 1));
const seen = (items: readonly KubeObject[]): [string, number][] =>
  items.map((item) => [storeKey(item.metadata.namespace, item.metadata.name ?? ''), item['value'] as number]);

describe('the store behaves as a sorted map with a history', () => {
  test('every past revision can be read as it was', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const store = new Store({ historyLimit: 1000 });
        const model = new Map<string, number>();
        const snapshots: [revision: number, state: [string, number][]][] = [[store.revision, []]];
        for (const one of steps) {
          const before = store.revision;
          perform(store, model, one);
          if (store.revision !== before) snapshots.push([store.revision, sorted(model)]);
        }
        for (const [revision, state] of snapshots) expect(seen(store.range(collection, { revision }).items)).toEqual(state);
      }),
    );
  });

  test('pages of one revision make up that revision, whatever is written between them', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 40 }),
        fc.array(step, { maxLength: 40 }),
        fc.integer({ min: 1, max: 4 }),
        (first, later, limit) => {
          const store = new Store({ historyLimit: 1000 });
          const model = new Map<string, number>();
          for (const one of first) perform(store, model, one);
          const expected = sorted(model);
          const pending = [...later];
          const collected: [string, number][] = [];
          let page = store.range(collection, { limit });
          const { revision } = page;
          for (;;) {
            collected.push(...seen(page.items));
            if (page.next === undefined) break;
            expect(page.remaining).toBe(expected.length - collected.length);
            const next = pending.shift();
            if (next) perform(store, model, next);
            page = store.range(collection, { limit, revision, start: page.next });
          }
          expect(collected).toEqual(expected);
        },
      ),
    );
  });

  test('a watch from any revision tells every later change exactly once and in order', () => {
    fc.assert(
      fc.property(fc.array(step, { minLength: 1, maxLength: 50 }), fc.nat(), fc.nat(), (steps, from, startAt) => {
        const store = new Store({ historyLimit: 1000 });
        const model = new Map<string, number>();
        const all: Change[] = [];
        store.subscribe((change) => void all.push(change));
        const begin = startAt % steps.length;
        for (const one of steps.slice(0, begin)) perform(store, model, one);
        const revision = 1 + (from % store.revision);
        const told: Change[] = [];
        const stop = store.watch(collection, revision, (change) => void told.push(change));
        for (const one of steps.slice(begin)) perform(store, model, one);
        expect(told).toEqual(all.filter((change) => change.revision > revision));
        const length = told.length;
        stop();
        store.create(collection, object('c', 'late', 0));
        expect(told).toHaveLength(length);
      }),
    );
  });
});

describe('compaction', () => {
  test('a compacted revision is refused, the current one is not', () => {
    const store = new Store({ historyLimit: 1000 });
    const first = store.create(collection, object('a', 'x', 1));
    store.create(collection, object('a', 'y', 1));
    store.compact();
    const old = Number(first.metadata.resourceVersion);
    expect(() => store.watch(collection, old, () => {})).toThrow(RevisionError);
    expect(() => store.range(collection, { revision: old })).toThrow(RevisionError);
    expect(store.range(collection, { revision: store.revision }).items).toHaveLength(2);
    store.watch(collection, store.revision, () => {})();
  });

  test('at least the last `historyLimit` writes can be watched, and memory is bounded by twice that', () => {
    const store = new Store({ historyLimit: 10 });
    for (let index = 0; index < 100; index++) {
      store.create(collection, object('a', `n${index}`, index));
      expect(store.revision - store.compacted).toBeGreaterThanOrEqual(Math.min(10, index + 1));
      expect(store.revision - store.compacted).toBeLessThanOrEqual(20);
      const told: Change[] = [];
      store.watch(collection, store.compacted, (change) => void told.push(change))();
      expect(told).toHaveLength(store.revision - store.compacted);
    }
  });

  test('a revision of the future is refused', () => {
    const store = new Store({ historyLimit: 10 });
    expect(() => store.range(collection, { revision: store.revision + 1 })).toThrow(RevisionError);
  });
});

test('a listener that writes does not disturb the order others see', () => {
  const store = new Store({ historyLimit: 100 });
  const told: number[] = [];
  store.watch(collection, store.revision, (change) => {
    if (change.object.metadata.name === 'cause') store.create(collection, object('a', 'effect', 1));
  });
  store.watch(collection, store.revision, (change) => void told.push(change.revision));
  store.create(collection, object('a', 'cause', 1));
  expect(told).toEqual([2, 3]);
});
