import { randomBytes } from 'node:crypto';
import type { KeyRoom } from '@signet/provider';
import type { Config, KeyConfig } from '../config/config.ts';
import { backendOf } from './backends.ts';
import { HeldKey } from './held-key.ts';
import { KeySet } from './key-set.ts';

/** Opens the keys of a configuration. Asks no backend. @throws INVALID_CONFIG */
export async function openKeys(config: Config, room: KeyRoom): Promise<KeySet> {
  const { provider, cluster, watch } = config;
  const open = async ({ backend, config: own, generation }: KeyConfig): Promise<HeldKey> => {
    const encryption = (await backendOf(backend)).configure(own).open(room);
    return new HeldKey({ backend, generation, encryption, home: { provider, cluster }, clock: room.clock, randomBytes });
  };
  return new KeySet({
    active: await open(config.key),
    previous: await Promise.all(config.previous.map(open)),
    clock: room.clock,
    logger: room.logger,
    random: room.random,
    intervalMs: watch.intervalSeconds * 1000,
    retryMs: watch.retrySeconds * 1000,
    timeoutMs: watch.timeoutSeconds * 1000,
  });
}
