import { describe, expect, test } from 'vitest';
import type { Blow } from '../chaos.ts';
import { Chaos, rage, seeds } from '../chaos.ts';
import { dice } from '../dice.ts';
import type { Dice } from '../dice.ts';
import { pause } from '../world.ts';
import type { Backend, Mood } from './backend.ts';
import { ExternalWorld } from './external-world.ts';

/** What befalls the backend; it recovers by itself. */
function blowsOf(backend: Backend): (dice: Dice) => readonly Blow[] {
  return (of) => {
    const ms = of.between(30, 600);
    const mood = of.pick<Mood>([
      'hang',
      'reset',
      'cut',
      'garbage',
      { delayMs: of.between(1, 300) },
      { status: 401 },
      { status: 404 },
      { status: 429, retryAfterS: of.between(1, 10) },
      { status: 500 },
      { status: 503 },
    ]);
    const says = JSON.stringify(mood);
    const during = async (begin: () => void): Promise<void> => {
      begin();
      await pause(ms);
      backend.heal();
    };
    return [
      [`the backend: ${says} for ${ms} ms`, async () => during(() => (backend.mood = mood))],
      [
        `the backend, to half of the questions: ${says} for ${ms} ms`,
        async () => during(() => (backend.moodOf = () => (of.roll() < 0.5 ? mood : undefined))),
      ],
      [`the backend is away for ${ms} ms`, async () => (await backend.goAway(), await pause(ms), backend.comeBack())],
    ];
  };
}

describe('whatever breaks, each Secret is the old or the new one, and the system settles by itself', () => {
  test.concurrent.each(seeds('1,2,3,4,5,6'))('seed %i', async (seed) => {
    const world = await ExternalWorld.start();
    await rage(new Chaos(world, dice(seed), blowsOf(world.backend)), async () => {});
    expect(world.promised.violations).toEqual([]);
  });
});
