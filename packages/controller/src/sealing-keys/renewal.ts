import { createHash } from 'node:crypto';
import type { Client, Clock, Logger } from '@signet/kube/client';
import { isAlreadyExists, isNotFound, secrets } from '@signet/kube/client';
import type { GeneratedKey, Keyring, KeyringEntry } from '@signet/sealing';
import type { KeyOrder } from './key-secret.ts';
import { keyLabel, keySecret, readKeySecret } from './key-secret.ts';
import { nextKey } from './next-key.ts';
import { Pace } from './pace.ts';

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

/**
 * The moment at which a key was made, for the rule: the later of its certificate's and its Secret's. Two clocks that disagree about
 * a key that was just made must not make it due at once.
 */
function madeAt({ certificate, orderedAt }: KeyringEntry): Date {
  return certificate.notBefore > orderedAt ? certificate.notBefore : orderedAt;
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
/** How old a key may be that could not be stored at first. */
const usableForMs = 600_000;

/**
 * Keeps the cluster supplied with sealing keys: the first one, one by age, one after a cutoff, and one on demand.
 *
 * A key is stored before anybody sees its certificate: certificates are served from what the watch has shown, never from what was
 * generated (promise 12: keys are never lost). Faults of the API server are retried until the signal aborts, with the same key under
 * the same name, so that an answer that got lost makes no second one. Keys that are due again as soon as they are made (because
 * somebody removes them, or changes them so that nobody can read them) come slower and slower.
 */
export class KeyRenewal {
  readonly #options: RenewalOptions;
  readonly #byRule = new Pace();
  readonly #byWish = new Pace();
  /** One key at a time. */
  #before: Promise<void> = Promise.resolve();
  /** Made, and perhaps not stored. */
  #unstored: { readonly pair: GeneratedKey; readonly at: number } | undefined;

  constructor(options: RenewalOptions) {
    this.#options = options;
  }

  /** Renews by the rule until `signal` aborts. For the leader only. Never rejects. */
  async run(signal: AbortSignal): Promise<void> {
    const { clock, keyring, logger } = this.#options;
    while (!signal.aborted) {
      const waitMs = Math.max(this.#waitMs(keyring.newest && madeAt(keyring.newest)), this.#pauseMs());
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

  /**
   * Makes a new key for each event `renew`, until `signal` aborts. Wishes that come while one is made are one wish; of many in a row
   * each next one waits longer.
   */
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
    const { clock } = this.#options;
    this.#settleUnstored(); // a key from before this wish does not fulfil it
    while (!signal.aborted) {
      try {
        await clock.sleep(this.#byWish.waitMs(clock.now()), signal);
        await this.now(signal);
        return this.#byWish.took(clock.now());
      } catch (error) {
        if (signal.aborted) return;
        this.#options.logger.error({ err: error }, 'could not make the sealing key that was asked for; trying again');
        await clock.sleep(retryMs, signal).catch(() => undefined);
      }
    }
  }

  /** Makes a new key now, and one that seals: newer than all others, though their clocks were ahead. @throws when it could not be stored */
  async now(signal: AbortSignal): Promise<void> {
    const turn = this.#before.then(async () => this.#make(signal));
    this.#before = turn.catch(() => undefined);
    return turn;
  }

  async #make(signal: AbortSignal): Promise<void> {
    const { clock, logger } = this.#options;
    if (this.#settleUnstored()) return; // it was stored after all: only the answer got lost
    const pair = await this.#nextPair();
    signal.throwIfAborted(); // no longer the leader: the next one decides
    const secret = await this.#store(pair, signal);
    this.#unstored = undefined;
    this.#options.onStored?.();
    logger.info({ secret, certificate: pair.certificatePem }, 'sealing key created');
    const until = clock.now() + appearsWithinMs;
    while (!this.#isShown(pair) && clock.now() < until) await clock.sleep(100, signal);
  }

  #isShown({ id }: GeneratedKey): boolean {
    return this.#options.keyring.entries.some(({ key }) => key.id === id);
  }

  /** @returns true when the key that seemed to be unstored is there */
  #settleUnstored(): boolean {
    if (!this.#unstored || !this.#isShown(this.#unstored.pair)) return false;
    this.#unstored = undefined;
    return true;
  }

  /** A key whose storing failed is used again, as long as it is young and would be the newest. */
  async #nextPair(): Promise<GeneratedKey> {
    const { bits, commonName, validForMs, clock, keyring } = this.#options;
    const [now, newest] = [clock.now(), keyring.newest?.certificate.notBefore];
    const known = this.#unstored;
    const isUsable = known && Math.abs(now - known.at) < usableForMs && !(newest && newest >= known.pair.certificate.notBefore);
    if (isUsable) return known.pair;
    const pair = await nextKey({ bits, commonName, validForMs, now, newest });
    this.#unstored = { pair, at: now };
    return pair;
  }

  /** @returns the name, which follows from the key: the same key is stored once, however often its storing is tried */
  async #store(pair: GeneratedKey, signal: AbortSignal): Promise<string> {
    const { client, namespace, prefix } = this.#options;
    const secret = keySecret(pair, this.#options);
    const name = `${prefix}${suffixOf(pair)}`;
    try {
      await client.create(secrets, { ...secret, metadata: { ...secret.metadata, name } }, { signal });
    } catch (error) {
      if (!isAlreadyExists(error)) throw error;
      const there = await client.get(secrets, { namespace, name }, { signal });
      if (there.data?.['tls.crt'] !== secret.data?.['tls.crt']) {
        this.#unstored = undefined; // another key has this name: the next one gets another
        throw error;
      }
    }
    return name;
  }

  /** How long to wait though a key is due: not at all, unless the last one did not satisfy the rule. */
  #pauseMs(): number {
    const { clock, periodMs } = this.#options;
    return this.#byRule.waitMs(clock.now(), periodMs > 0 ? periodMs : undefined);
  }

  #waitMs(newest: Date | undefined): number {
    const due = dueAt(newest, this.#options);
    return due === undefined ? longestSleepMs : due - this.#options.clock.now();
  }

  /** Asks the API server itself first: the cache may not have seen the key another replica has just stored. */
  async #renewIfDue(signal: AbortSignal): Promise<void> {
    const { clock } = this.#options;
    if (this.#waitMs(await this.#newestStored(signal)) > 0) {
      await clock.sleep(retryMs, signal); // the watch is behind
      this.#settleUnstored();
      return;
    }
    await this.now(signal);
    this.#byRule.took(clock.now());
  }

  async #newestStored(signal: AbortSignal): Promise<Date | undefined> {
    const { client, namespace, prefix, order } = this.#options;
    let newest: Date | undefined;
    const look = async (secret: Parameters<typeof readKeySecret>[0]): Promise<void> => {
      const entry = await readKeySecret(secret, order).catch(() => undefined);
      if (entry && (!newest || madeAt(entry) > newest)) newest = madeAt(entry);
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

/** Five of the characters that Kubernetes makes names of. */
function suffixOf({ id }: GeneratedKey): string {
  const letters = 'bcdfghjklmnpqrstvwxz2456789';
  const digest = createHash('sha256').update(id).digest();
  return Array.from({ length: 5 }, (_, index) => letters[(digest[index] ?? 0) % letters.length]).join('');
}
