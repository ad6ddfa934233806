import type { Client, Clock, Logger } from '@signet/kube/client';
import { isNotFound, secrets } from '@signet/kube/client';
import type { Keyring } from '@signet/sealing';
import type { KeyOrder } from './key-secret.ts';
import { keyLabel, keySecret, readKeySecret } from './key-secret.ts';
import { nextKey } from './next-key.ts';

/** When a new key is due. Times in milliseconds since 1970. */
export interface RenewalRule {
  /** Age of the newest key at which the next one is made; 0: keys are not renewed by age. */
  readonly periodMs: number;
  /** A newest key from before this moment is not trusted any more for sealing. */
  readonly cutoff: number | undefined;
}

/**
 * The moment at which a cluster with this newest key needs the next one; undefined: never. Pure.
 *
 * No key: at once. Otherwise by age, or at the cutoff for a key that is older than it, whichever comes first. A cutoff in the
 * future is waited for, since a key made before it would not satisfy it.
 */
export function dueAt(newest: Date | undefined, { periodMs, cutoff }: RenewalRule): number | undefined {
  if (!newest) return Number.NEGATIVE_INFINITY;
  const made = newest.getTime();
  const byAge = periodMs > 0 ? made + periodMs : undefined;
  const byCutoff = cutoff !== undefined && made < cutoff ? cutoff : undefined;
  return byAge === undefined || byCutoff === undefined ? (byAge ?? byCutoff) : Math.min(byAge, byCutoff);
}

/** How new keys shall be, and where they go. */
export interface RenewalOptions extends RenewalRule {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  /** What the watch has shown. */
  readonly keyring: Keyring;
  readonly order: KeyOrder;
  readonly namespace: string;
  readonly prefix: string;
  readonly bits: number;
  readonly validForMs: number;
  readonly commonName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
  /** Called for each key that was stored. */
  readonly onStored?: (() => void) | undefined;
}

const retryMs = 2000;
/** A timer of Node cannot wait for a month, and the clock of the machine may be set. */
const longestSleepMs = 3_600_000;
/** How long a stored key may take to come back by the watch. */
const appearsWithinMs = 30_000;

/**
 * Keeps the cluster supplied with sealing keys: the first one, one by age, one after a cutoff, and one on demand.
 *
 * A key is stored before anybody sees its certificate: certificates are served from what the watch has shown, never from what was
 * generated (promise 12: keys are never lost). Faults of the API server are retried until the signal aborts.
 */
export class KeyRenewal {
  readonly #options: RenewalOptions;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** Renews by the rule until `signal` aborts. For the leader only. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, keyring, logger } = this.#options;
    while (!signal.aborted) {
      const waitMs = this.#waitMs(keyring.newest?.orderedAt);
      try {
        if (waitMs > 0) await clock.sleep(Math.min(waitMs, longestSleepMs), signal);
        else await this.#renewIfDue(signal);
      } catch (error) {
        if (signal.aborted) return;
        logger.error({ err: error }, 'could not make a sealing key; trying again');
        await clock.sleep(retryMs, signal).catch(() => undefined);
      }
    }
  }

  /** Makes a new key for each event `renew`, until `signal` aborts. Wishes that come while one is made are one wish. */
  async onDemand(wishes: EventTarget | undefined, signal: AbortSignal): Promise<void> {
    let making: Promise<void> | undefined;
    const make = (): void => {
      making ??= this.#insist(signal).finally(() => (making = undefined));
    };
    wishes?.addEventListener('renew', make, { signal });
    if (!signal.aborted) await new Promise((resolve) => signal.addEventListener('abort', resolve, { once: true }));
    await making;
  }

  async #insist(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        return await this.now(signal);
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.error({ err: error }, 'could not make the sealing key that was asked for; trying again');
        await this.#options.clock.sleep(retryMs, signal).catch(() => undefined);
      }
    }
  }

  /** Makes a new key now, and one that seals: newer than all others, though their clocks were ahead. @throws when it could not be stored */
  async now(signal: AbortSignal): Promise<void> {
    const { client, clock, logger, bits, commonName, validForMs, keyring } = this.#options;
    const newest = keyring.newest?.certificate.notBefore;
    const pair = await nextKey({ bits, commonName, validForMs, now: clock.now(), newest });
    if (signal.aborted) return; // no longer the leader: the next one decides
    const stored = await client.create(secrets, keySecret(pair, this.#options), { signal });
    this.#options.onStored?.();
    logger.info({ secret: stored.metadata.name, certificate: pair.certificatePem }, 'sealing key created');
    const until = clock.now() + appearsWithinMs;
    const isShown = (): boolean => keyring.entries.some(({ key }) => key.id === pair.id);
    while (!isShown() && clock.now() < until) await clock.sleep(100, signal);
  }

  #waitMs(newest: Date | undefined): number {
    const due = dueAt(newest, this.#options);
    return due === undefined ? longestSleepMs : due - this.#options.clock.now();
  }

  /** Asks the API server itself first: the cache may not have seen the key another replica has just stored. */
  async #renewIfDue(signal: AbortSignal): Promise<void> {
    if (this.#waitMs(await this.#newestStored(signal)) <= 0) return this.now(signal);
    await this.#options.clock.sleep(retryMs, signal); // the watch is behind
  }

  async #newestStored(signal: AbortSignal): Promise<Date | undefined> {
    const { client, namespace, prefix, order } = this.#options;
    let newest: Date | undefined;
    const look = async (secret: Parameters<typeof readKeySecret>[0]): Promise<void> => {
      const entry = await readKeySecret(secret, order).catch(() => undefined);
      if (entry && (!newest || entry.orderedAt > newest)) newest = entry.orderedAt;
    };
    for await (const page of client.list(secrets, { namespace, labelSelector: `${keyLabel}=active`, signal }))
      for (const secret of page.items) await look(secret);
    try {
      const legacy = await client.get(secrets, { namespace, name: prefix }, { signal });
      if (!Object.hasOwn(legacy.metadata.labels ?? {}, keyLabel)) await look(legacy);
    } catch (error) {
      if (!isNotFound(error)) throw error;
    }
    return newest;
  }
}
