import type { Logger } from '@signet/provider';
import { HeldKey } from '../keys/held-key.ts';
import { KeySet } from '../keys/key-set.ts';
import { DecryptCache } from '../plugin/decrypt-cache.ts';
import type { Clock } from '@signet/provider';
import { Plugin } from '../plugin/plugin.ts';
import type { ManualClock } from './manual-clock.ts';
import { ScriptedKey } from './scripted-key.ts';

/** Hears nothing. */
export const silent: Logger = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

/** Where a test's plugin stands. */
export interface StageOptions<C extends Clock = ManualClock> {
  readonly clock: C;
  readonly key?: ScriptedKey;
  readonly previous?: readonly ScriptedKey[];
  readonly provider?: string;
  readonly cluster?: string;
  readonly cacheEntries?: number;
  readonly generation?: number;
  readonly maxCalls?: number;
}

/** A plugin with a scripted key. Nobody looks at the key until the test does. */
export interface Stage {
  readonly plugin: Plugin;
  readonly keys: KeySet;
  readonly key: ScriptedKey;
  readonly cache: DecryptCache;
  /** Looks at the keys once. */
  look(): Promise<unknown>;
}

const { signal } = new AbortController();

/** Sets a stage. */
export function stage<C extends Clock>({
  clock,
  key = new ScriptedKey(),
  previous = [],
  provider = 'signet',
  cluster = 'test',
  cacheEntries = 100,
  generation = 0,
  maxCalls = 256,
}: StageOptions<C>): Stage {
  const hold = (encryption: ScriptedKey, of: number): HeldKey =>
    new HeldKey({
      backend: 'scripted',
      generation: of,
      encryption,
      home: { provider, cluster },
      clock,
      randomBytes: (count) => new Uint8Array(count).fill(7),
    });
  const keys = new KeySet({
    active: hold(key, generation),
    previous: previous.map((each) => hold(each, 0)),
    clock,
    logger: silent,
    random: () => 0.5,
    intervalMs: 60_000,
    retryMs: 10_000,
    timeoutMs: 10_000,
  });
  const cache = new DecryptCache(cacheEntries);
  const plugin = new Plugin({ keys, cache, clock, random: () => 0.5, callTimeoutMs: 2500, maxCalls });
  return { plugin, keys, key, cache, look: async () => keys.look(signal) };
}
