import { afterEach, describe, expect, test } from 'vitest';
import type { SecretStore } from '../secret-store.ts';
import { Canary } from './canary.ts';
import { readLarge, storeCases } from './store-cases.ts';
import type { Stage } from './store-cases.ts';
import type { StoreCase, StoreSetting, World } from './world.ts';

export type { StoreCase, StoreSetting, World } from './world.ts';

const mebibyte = 1 << 20;

/**
 * Declares the tests that every store passes, each in a world of its own. What a backend cannot have is declared with its reason and
 * stands in the title of a test that says so.
 *
 * @example describeStore('vault', { start: startVaultWorld, binary: false, cannot: { binary: 'values are JSON' } })
 */
export function describeStore(name: string, setting: StoreSetting): void {
  describe(`a store of ${name}`, () => {
    const canary = new Canary();
    const opened: SecretStore[] = [];
    let world: World | undefined;

    const enter = async (): Promise<Stage> => {
      const entered = await setting.start();
      world = entered;
      return {
        world: entered,
        canary,
        async open(limits = {}) {
          const store = await entered.open(entered.room.limitedTo(limits));
          opened.push(store);
          return store;
        },
        refOf: (key) => entered.refOf?.(key) ?? { key },
        proxy() {
          if (!entered.proxy) throw new Error('this case needs the proxy of the world');
          return entered.proxy;
        },
      };
    };

    afterEach(async () => {
      for (const store of opened.splice(0)) {
        canary.hearStore(store);
        await store.close();
      }
      if (world) canary.hearRoom(world.room);
      await world?.stop();
      world = undefined;
    });

    for (const [key, { title, run }] of Object.entries(storeCases) as [StoreCase, (typeof storeCases)[StoreCase]][]) {
      const reason = setting.cannot?.[key] ?? (key === 'binary' && !setting.binary ? 'its values are text' : undefined);
      if (reason !== undefined) {
        test(`${title}: cannot be with ${name}: ${reason}`, () => expect(reason.length).toBeGreaterThan(10));
      } else if (key === 'large') {
        const bytes = setting.largestBytes ?? mebibyte;
        test(`${title} (${bytes} bytes)`, async () => readLarge(await enter(), bytes));
      } else {
        test(title, async () => run(await enter()));
      }
    }

    test('promise 9: no error, log line or store that is printed holds a value', () => {
      expect(canary.leaks).toEqual([]);
    });
  });
}
