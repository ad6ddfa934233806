import { describe, expect, test } from 'vitest';
import { Chaos, rage, seeds } from './chaos.ts';
import { dice } from './dice.ts';
import { SealedWorld } from './sealed-world.ts';

describe('whatever breaks, each Secret is the old or the new one, and the system settles by itself', () => {
  test.concurrent.each(seeds('1,2,3,4,5,6'))('seed %i', async (seed) => {
    const world = await SealedWorld.start();
    await rage(new Chaos(world, dice(seed)), async (first) => world.trust(first.controller.url));
    expect(world.promised.violations).toEqual([]);
  });
});
