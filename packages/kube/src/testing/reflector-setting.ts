import { afterEach, expect } from 'vitest';
import type { ReflectorOptions } from '../cache/reflector.ts';
import { Reflector } from '../cache/reflector.ts';
import type { KubeObject, Logger } from '../client/index.ts';
import { configMaps, createClient } from '../client/index.ts';
import type { Audience } from './audience.ts';
import { createAudience } from './audience.ts';
import { eventually } from './eventually.ts';
import type { ImpatientClock } from './impatient-clock.ts';
import { impatientClock } from './impatient-clock.ts';
import type { Fault, ModelOptions, ModelServer } from './model-server.ts';
import { startModel } from './model-server.ts';

/** A reflector that runs against a model server. */
export interface Setting {
  readonly model: ModelServer;
  readonly reflector: Reflector<KubeObject>;
  readonly audience: Audience;
  readonly clock: ImpatientClock;
  readonly logged: string[];
  readonly stop: () => Promise<void>;
  readonly running: Promise<void>;
}

/** What is special about a setting. */
export interface Given extends Omit<Partial<ReflectorOptions<KubeObject>>, 'watchList'>, ModelOptions {
  readonly names?: readonly string[];
  readonly fault?: Fault;
  /** Whether the reflector asks for a streaming list; `watchList` is what the server thinks of it. */
  readonly stream?: boolean;
}

const byName = (a: KubeObject['metadata'], b: KubeObject['metadata']): number => ((a.name ?? '') < (b.name ?? '') ? -1 : 1);

/** Settings that end with each test of the file that asks for them. */
export interface Settings {
  start(given?: Given): Promise<Setting>;
  /** Filled, and a watch stands. */
  synced(given?: Given): Promise<Setting>;
  /** Ends after the test, the last first. */
  readonly cleanups: (() => Promise<unknown>)[];
}

/** Fails unless store and audience come to equal the server, and the audience was told a consistent story. */
export async function converged({ model, reflector, audience }: Setting): Promise<void> {
  const want = JSON.stringify([...model.objects.values()].map((object) => object.metadata).sort(byName));
  await eventually('store and audience equal to the server', () =>
    [[...reflector.store.values()], [...audience.believed.values()]].every(
      (have) => JSON.stringify(have.map((o) => o.metadata).sort(byName)) === want,
    ),
  );
  expect(audience.contradictions).toEqual([]);
}

/** Call at the top of a test file. */
export function reflectorSettings(): Settings {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });

  const start = async ({
    names = ['a', 'b'],
    fault,
    gone,
    watchList,
    stream = false,
    ...options
  }: Given = {}): Promise<Setting> => {
    const model = await startModel(names, { ...(gone ? { gone } : {}), ...(watchList ? { watchList } : {}) });
    model.fault = fault;
    const client = createClient({ server: model.server.url }, { retries: 0 });
    const clock = impatientClock();
    const logged: string[] = [];
    const log = (level: string) => (fields: object, message: string) =>
      void logged.push(`${level} ${message} ${JSON.stringify(fields)}`);
    const logger: Logger = { debug: log('debug'), info: log('info'), warn: log('warn'), error: log('error') };
    const audience = createAudience();
    const reflector = new Reflector<KubeObject>({
      client,
      resource: configMaps,
      clock,
      logger,
      random: () => 0,
      watchList: stream,
      ...options,
    });
    reflector.subscribe(audience);
    const controller = new AbortController();
    const running = reflector.run(controller.signal);
    const stop = async (): Promise<void> => {
      controller.abort();
      await running;
    };
    cleanups.push(
      () => model.server.stop(),
      () => client.close(),
      stop,
    );
    return { model, reflector, audience, clock, logged, stop, running };
  };

  return {
    cleanups,
    start,
    async synced(given) {
      const setting = await start(given);
      await setting.reflector.synced();
      await eventually('a watch stands', () => setting.model.watching === 1);
      return setting;
    },
  };
}
