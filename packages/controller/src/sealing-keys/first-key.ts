import type { Client, Clock, Logger, Secret } from '@signet/kube/client';
import { isNotFound, secrets } from '@signet/kube/client';
import { generateSealingKey } from '@signet/sealing';
import type { Keyring } from '@signet/sealing';
import { keyLabel, keySecret, readKeySecret } from './key-secret.ts';

/** How the first key shall be, and where it goes. */
export interface FirstKeyOptions {
  readonly client: Client;
  readonly clock: Clock;
  readonly logger: Logger;
  readonly keyring: Keyring;
  readonly namespace: string;
  readonly prefix: string;
  readonly bits: number;
  readonly validForMs: number;
  readonly commonName: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly annotations: Readonly<Record<string, string>>;
}

const retryMs = 2000;

/**
 * Makes the first sealing key of a cluster that has none. For the leader only.
 *
 * The key is stored before anybody sees its certificate: certificates are served from what the watch has shown, never from
 * what was generated (promise 12: keys are never lost). Faults of the API server are retried until `signal` is aborted.
 */
export async function ensureFirstKey(options: FirstKeyOptions, signal: AbortSignal): Promise<void> {
  while (!signal.aborted && !options.keyring.newest) {
    try {
      if (await storedKeyExists(options, signal)) return;
      await createKey(options, signal);
      return;
    } catch (error) {
      if (signal.aborted) return;
      options.logger.error({ err: error }, 'could not make the first sealing key; trying again');
      await options.clock.sleep(retryMs, signal).catch(() => undefined);
    }
  }
}

async function createKey(options: FirstKeyOptions, signal: AbortSignal): Promise<void> {
  const { client, clock, logger, bits, commonName, validForMs } = options;
  const pair = await generateSealingKey({ bits, commonName, validForMs, now: new Date(clock.now()) });
  if (signal.aborted) return; // no longer the leader: the next one decides
  const stored = await client.create(secrets, keySecret(pair, options), { signal });
  logger.info({ secret: stored.metadata.name, certificate: pair.certificatePem }, 'sealing key created');
}

/** Asks the API server itself: the cache may not have seen the key another replica has just stored. */
async function storedKeyExists(options: FirstKeyOptions, signal: AbortSignal): Promise<boolean> {
  const { client, namespace, prefix } = options;
  for await (const page of client.list(secrets, { namespace, labelSelector: `${keyLabel}=active`, signal }))
    for (const secret of page.items) if (await isUsable(secret)) return true;
  try {
    const legacy = await client.get(secrets, { namespace, name: prefix }, { signal });
    return !Object.hasOwn(legacy.metadata.labels ?? {}, keyLabel) && (await isUsable(legacy));
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
}

async function isUsable(secret: Secret): Promise<boolean> {
  try {
    await readKeySecret(secret, 'CertNotBefore');
    return true;
  } catch {
    return false;
  }
}
