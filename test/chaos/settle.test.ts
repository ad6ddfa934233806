import { describe, expect, test } from 'vitest';
import type { Fault, FaultHook, SeenRequest } from '@signet/kube-sandbox';
import type { Dice } from './dice.ts';
import { dice } from './dice.ts';
import { fastClock } from './fast-clock.ts';
import type { Replica } from './replica.ts';
import { leaderOf, startReplica } from './replica.ts';
import { SealedWorld } from './sealed-world.ts';
import { eventually, pause } from './world.ts';

/** Controllers live this much faster than the API server: a watch that is silent for two minutes is one for six seconds. */
const speed = 20;
const flags = ['--lease-duration=40s', '--lease-renew-deadline=26s', '--lease-retry-period=5s'];
const names = ['api', 'cache', 'db', 'mail', 'queue'] as const;

/** Fixed, so that a failure can be repeated; `CHAOS_SEEDS=7,8,9` looks further. */
const seeds = (process.env['CHAOS_SEEDS'] ?? '1,2,3,4,5,6').split(',').map(Number);

/** Two replicas and what befalls them. */
class Chaos {
  readonly story: string[] = [];
  readonly world: SealedWorld;
  readonly #dice: Dice;
  readonly #replicas: Replica[] = [];
  readonly #killed: Replica[] = [];
  readonly #generations = new Map<string, number>();
  #started = 0;

  constructor(world: SealedWorld, of: Dice) {
    this.world = world;
    this.#dice = of;
  }

  async startOne(): Promise<Replica> {
    const replica = await startReplica(this.world, { name: `replica-${++this.#started}`, clock: fastClock(speed), flags });
    this.#replicas.push(replica);
    return replica;
  }

  /** The next generation of one SealedSecret: other values, and often other keys. */
  async write(): Promise<void> {
    const name = this.#dice.pick(names);
    const generation = (this.#generations.get(name) ?? 0) + 1;
    this.#generations.set(name, generation);
    const keys = ['user', 'password', 'url', 'token'].slice(0, this.#dice.between(1, 4));
    await this.world.write(name, Object.fromEntries(keys.map((key) => [key, `${key} of generation ${generation}`])));
  }

  /** One blow. Most leave the system to recover by itself. */
  async strike(): Promise<void> {
    const { world } = this;
    const ms = this.#dice.between(30, 400);
    const leader = this.#leader();
    const blows: readonly [string, () => Promise<void> | void][] = [
      [`storm for ${ms} ms`, async () => this.#during(ms, this.#storm())],
      ['the next write fails', () => world.disturb(this.#once(({ method }) => method !== 'GET'))],
      ['the next request fails', () => world.disturb(this.#once(() => true))],
      ['all connections drop', () => world.sandbox.dropConnections()],
      [`API server away for ${ms} ms`, async () => world.restartApi(ms)],
      ['history is compacted, connections drop', () => (world.sandbox.compact(), world.sandbox.dropConnections())],
      [`${leader.name} is cut off for ${ms} ms`, async () => (leader.link.cut(), pause(ms).then(() => leader.link.mend()))],
      [
        `${leader.name} is frozen for ${6 * ms} ms`,
        async () => (leader.link.freeze(), pause(6 * ms).then(() => leader.link.mend())),
      ],
      [`${leader.name} is killed`, async () => this.#kill(leader)],
    ];
    const [says, strike] = this.#dice.pick(blows as [(typeof blows)[number], ...typeof blows]);
    this.story.push(says);
    await strike();
  }

  /** The world is at peace again; nobody helps. */
  calm(): void {
    this.story.push('calm');
    this.world.disturb();
    for (const { link } of this.#replicas) link.mend();
  }

  async end(): Promise<void> {
    this.world.disturb();
    for (const { link } of this.#replicas) link.mend();
    await Promise.all([...this.#replicas, ...this.#killed].map(async (replica) => replica.stop()));
    await this.world.stop();
  }

  tail(): string {
    const logs = this.#replicas.map(({ name, log }) => `${name}:\n  ${log.slice(-25).join('\n  ')}`);
    return `story:\n  ${this.story.join('\n  ')}\n${logs.join('\n')}`;
  }

  #leader(): Replica {
    const name = leaderOf(this.world);
    return this.#replicas.find((replica) => replica.name === name) ?? (this.#replicas[0] as Replica);
  }

  /** As a machine that loses its power: nothing it does arrives any more, and it gives no lease back. */
  async #kill(replica: Replica): Promise<void> {
    replica.link.cut();
    this.#replicas.splice(this.#replicas.indexOf(replica), 1);
    this.#killed.push(replica);
    await this.startOne();
  }

  async #during(ms: number, hook: FaultHook): Promise<void> {
    this.world.disturb(hook);
    await pause(ms);
    this.world.disturb();
  }

  #storm(): FaultHook {
    return () => (this.#dice.roll() < 0.4 ? this.#fault() : undefined);
  }

  #once(wanted: (request: SeenRequest) => boolean): FaultHook {
    let isOver = false;
    const fault = this.#fault();
    return (request) => {
      if (isOver || !wanted(request)) return undefined;
      isOver = true;
      this.story.push(`  ${request.method} ${request.path} suffers ${JSON.stringify(fault)}`);
      return fault;
    };
  }

  #fault(): Fault {
    return this.#dice.pick<Fault>([
      'reset',
      'reset-after',
      'reset-after',
      'hang',
      'half-open',
      { delayMs: this.#dice.between(1, 300) },
      { status: 429, retryAfter: 1 },
      { status: 500 },
      { status: 503 },
    ]);
  }
}

describe('whatever breaks, each Secret is the old or the new one, and the system settles by itself', () => {
  test.concurrent.each(seeds)('seed %i', async (seed) => {
    const world = await SealedWorld.start();
    const chaos = new Chaos(world, dice(seed));
    try {
      const first = await chaos.startOne();
      await first.controller.ready();
      await world.trust(first.controller.url);
      await chaos.startOne();
      for (let blow = 0; blow < 12; blow++) {
        await chaos.write();
        await Promise.all([chaos.strike(), chaos.write()]);
        await pause(20);
      }
      await chaos.write();
      chaos.calm();
      await world.settles().catch((error: unknown) => {
        throw new Error(`seed ${seed}: ${String(error)}\n${chaos.tail()}`);
      });
      expect(world.promised.violations, `seed ${seed}\n${chaos.tail()}`).toEqual([]);
      await eventually(
        () => leaderOf(world),
        (name) => name !== undefined,
        'somebody leads',
      );
    } finally {
      await chaos.end();
    }
  });
});
