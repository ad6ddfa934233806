import type { ReflectorOptions } from '@signet/kube/cache';
import { Reflector } from '@signet/kube/cache';
import type { Client, Logger, Secret } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { Keyring } from '@signet/sealing';
import type { KeyringEntry } from '@signet/sealing';
import { keyLabel, oldestFirst, readKeySecret } from './key-secret.ts';
import type { KeyOrder } from './key-secret.ts';
import { isSealedSecret } from '../sealed-secret/target-secret.ts';
import { pickMetadata } from '../cluster/pick-metadata.ts';

/** Where the sealing keys are. */
export interface KeySetOptions {
  readonly client: Client;
  readonly logger: Logger;
  /** The controller's own namespace; keys of others are never read. */
  readonly namespace: string;
  /** Name of the unlabelled Secret that installations before v0.9 have. */
  readonly prefix: string;
  readonly order: KeyOrder;
  /** Passed on to the reflectors: clock, random, page size. */
  readonly reflector?: Partial<ReflectorOptions<Secret>> | undefined;
}

interface Parsed {
  readonly resourceVersion: string | undefined;
  /** Undefined: broken, and said so once. */
  readonly entry: KeyringEntry | undefined;
}

/**
 * The sealing keys of the cluster, kept current by a watch: a key that is added opens at once, one that is relabelled or
 * removed opens no longer. A broken one is reported and skipped; the others go on working.
 */
export class KeySet {
  readonly keyring: Keyring = new Keyring([]);
  readonly #options: KeySetOptions;
  readonly #labelled: Reflector<Secret>;
  readonly #legacy: Reflector<Secret>;
  readonly #parsed = new Map<string, Parsed>();
  readonly #listeners = new Set<() => void>();
  #loading: Promise<void> = Promise.resolve();
  #suspicious = 0;

  constructor(options: KeySetOptions) {
    this.#options = options;
    const { client, namespace, prefix, logger, reflector } = options;
    const common = { ...reflector, client, resource: secrets, namespace, logger, transform: keyMaterial };
    this.#labelled = new Reflector<Secret>({ ...common, labelSelector: `${keyLabel}=active` });
    this.#legacy = new Reflector<Secret>({ ...common, fieldSelector: `metadata.name=${prefix}` });
    const changed = (): void => {
      this.#loading = this.#loading.then(async () => this.#load());
    };
    for (const source of [this.#labelled, this.#legacy]) source.subscribe({ changed, removed: changed });
  }

  /** Key Secrets that cannot be used. */
  get broken(): number {
    return [...this.#parsed.values()].filter(({ entry }) => !entry).length;
  }

  /** Key Secrets that belong to a SealedSecret. Nobody's controller makes such; whoever sealed it knows the private key. */
  get suspicious(): number {
    return this.#suspicious;
  }

  /** When the quieter of the watches last heard something, in milliseconds since the epoch. */
  get lastEventAt(): number | undefined {
    const [one, other] = [this.#labelled.lastEventAt, this.#legacy.lastEventAt];
    return one === undefined || other === undefined ? undefined : Math.min(one, other);
  }

  /** Calls back whenever the set of keys has become another one. */
  onChange(listener: () => void): void {
    this.#listeners.add(listener);
  }

  async run(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#labelled.run(signal), this.#legacy.run(signal)]);
    await this.#loading;
  }

  /** Resolves when the first list was read and its keys are loaded. */
  async synced(signal: AbortSignal): Promise<void> {
    await Promise.all([this.#labelled.synced(signal), this.#legacy.synced(signal)]);
    await this.#loading;
  }

  async #load(): Promise<void> {
    const entries: KeyringEntry[] = [];
    const before = this.keyring.generation;
    const names = new Set<string>();
    const active = this.#active();
    this.#suspicious = active.filter(isOwnedBySealedSecret).length;
    for (const secret of active) {
      const name = secret.metadata.name ?? '';
      names.add(name);
      const entry = await this.#entryOf(name, secret);
      if (entry) entries.push(entry);
    }
    for (const name of this.#parsed.keys()) if (!names.has(name)) this.#parsed.delete(name);
    this.keyring.update(entries);
    if (this.keyring.generation === before) return;
    this.#options.logger.info(
      { keys: entries.length, newest: this.keyring.newest?.certificate.fingerprint },
      'sealing keys loaded',
    );
    for (const listener of this.#listeners) listener();
  }

  /** Key Secrets, oldest first. */
  #active(): Secret[] {
    const legacy = [...this.#legacy.store.values()].filter(({ metadata }) => !Object.hasOwn(metadata.labels ?? {}, keyLabel));
    return oldestFirst([...this.#labelled.store.values(), ...legacy]);
  }

  async #entryOf(name: string, secret: Secret): Promise<KeyringEntry | undefined> {
    const { resourceVersion } = secret.metadata;
    const known = this.#parsed.get(name);
    if (known && known.resourceVersion === resourceVersion) return known.entry;
    if (isOwnedBySealedSecret(secret))
      this.#options.logger.warn(
        { secret: name },
        'a sealing key belongs to a SealedSecret: whoever sealed it knows the private key',
      );
    let entry: KeyringEntry | undefined;
    try {
      entry = await readKeySecret(secret, this.#options.order);
    } catch (error) {
      this.#options.logger.error({ secret: name, err: error }, 'a sealing key cannot be used; it is skipped');
    }
    this.#parsed.set(name, { resourceVersion, entry });
    return entry;
  }
}

function isOwnedBySealedSecret({ metadata }: Secret): boolean {
  return metadata.ownerReferences?.some(isSealedSecret) === true;
}

/** Keeps of a key Secret what a key is made of, and whom it belongs to. */
function keyMaterial(secret: Secret): Secret {
  const { 'tls.key': key, 'tls.crt': certificate } = secret.data ?? {};
  return {
    metadata: pickMetadata(secret.metadata, 'creationTimestamp', 'labels', 'ownerReferences'),
    data: { ...(key !== undefined && { 'tls.key': key }), ...(certificate !== undefined && { 'tls.crt': certificate }) },
  };
}
