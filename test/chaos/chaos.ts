import type { Fault, FaultHook, SeenRequest } from '@signet/kube-sandbox';
import type { Dice } from './dice.ts';
import { fastClock } from './fast-clock.ts';
import type { Plaintext } from './promised.ts';
import type { Replica } from './replica.ts';
import { leaderOf, startReplica } from './replica.ts';
import { eventually, pause } from './world.ts';
import type { World } from './world.ts';

/** Controllers live this much faster than the API server: a watch that is silent for two minutes is one for six seconds. */
const speed = 20;
const flags = ['--lease-duration=40s', '--lease-renew-deadline=26s', '--lease-retry-period=5s'];
const names = ['api', 'cache', 'db', 'mail', 'queue'] as const;

/** Something bad, and how it is told of. */
export type Blow = readonly [says: string, strike: () => Promise<void> | void];

/** Who writes the next generation of an object, however long it takes. */
export interface Writer {
  write(name: string, plaintext: Plaintext): Promise<void>;
}

/** Two replicas and what befalls them. */
export class Chaos {
  readonly story: string[] = [];
  readonly world: World & Writer;
  readonly #dice: Dice;
  readonly #replicas: Replica[] = [];
  readonly #killed: Replica[] = [];
  readonly #generations = new Map<string, number>();
  #started = 0;

  readonly #more: (dice: Dice) => readonly Blow[];

  /** @param more blows of this world alone */
  constructor(world: World & Writer, of: Dice, more: (dice: Dice) => readonly Blow[] = () => []) {
    this.world = world;
    this.#dice = of;
    this.#more = more;
  }

  async startOne(): Promise<Replica> {
    const replica = await startReplica(this.world, { name: `replica-${++this.#started}`, clock: fastClock(speed), flags });
    this.#replicas.push(replica);
    return replica;
  }

  /** The next generation of one object: other values, and often other keys. */
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
    const blows: readonly Blow[] = [
      ...this.#more(this.#dice),
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
    const [says, strike] = this.#dice.pick(blows as [Blow, ...Blow[]]);
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

/** Fixed, so that a failure can be repeated; `CHAOS_SEEDS=7,8,9` looks further. */
export function seeds(usual: string): readonly number[] {
  return (process.env['CHAOS_SEEDS'] ?? usual).split(',').map(Number);
}

/** Twelve blows, twice as many writes, and then peace. @throws with the story when a promise is broken */
export async function rage(chaos: Chaos, until: (first: Replica) => Promise<void>): Promise<void> {
  const { world } = chaos;
  try {
    const first = await chaos.startOne();
    await first.controller.ready();
    await until(first);
    await chaos.startOne();
    for (let blow = 0; blow < 12; blow++) {
      await chaos.write();
      await Promise.all([chaos.strike(), chaos.write()]);
      await pause(20);
    }
    await chaos.write();
    chaos.calm();
    await world.settles().catch((error: unknown) => {
      throw new Error(`${String(error)}\n${chaos.tail()}`);
    });
    if (world.promised.violations.length > 0) throw new Error(`${world.promised.violations.join('\n')}\n${chaos.tail()}`);
    await eventually(
      () => leaderOf(world),
      (name) => name !== undefined,
      'somebody leads',
    );
  } finally {
    await chaos.end();
  }
}
