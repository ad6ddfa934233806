import { namePattern, providerErrors } from '@signet/provider';
import type { Document, Fetched, FindQuery, RemoteRef, SecretStore } from '@signet/provider';
import { jsonDocument } from '@signet/provider/json';
import type { FakeConfig, FakeSecret } from './config.ts';

/** A store whose secrets stand in its own configuration. */
export class FakeStore implements SecretStore {
  readonly batchSize = 100;
  readonly #config: FakeConfig;
  readonly #secrets: ReadonlyMap<string, FakeSecret>;
  #isOpen = true;

  constructor(config: FakeConfig) {
    this.#config = config;
    this.#secrets = new Map(config.secrets.map((secret) => [identityOf(secret), secret]));
  }

  identify(ref: RemoteRef): string {
    return identityOf(ref);
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Fetched[]> {
    this.#enter(signal);
    return refs.map((ref) => this.#read(ref));
  }

  async find({ name, tags }: FindQuery, signal: AbortSignal): Promise<ReadonlyMap<string, Uint8Array>> {
    this.#enter(signal);
    if (tags && Object.keys(tags).length > 0) throw unsupported('find secrets by tags');
    if (!name) throw unsupported('find secrets other than by name');
    const matches = namePattern(name);
    const latest = new Map<string, FakeSecret>();
    for (const secret of this.#secrets.values()) {
      if (!matches(secret.key)) continue;
      const known = latest.get(secret.key);
      if (!known || known.version < secret.version) latest.set(secret.key, secret);
    }
    return new Map([...latest.values()].map(({ key, value }) => [key, bytesOf(value)]));
  }

  async validate(signal: AbortSignal): Promise<'ready' | 'unknown'> {
    this.#enter(signal);
    if (this.#config.validation === 'error') {
      throw providerErrors.INVALID_CONFIG({ field: 'fake.validationResult', because: 'it asks for an error' });
    }
    return this.#config.validation;
  }

  async close(): Promise<void> {
    this.#isOpen = false;
  }

  #enter(signal: AbortSignal): void {
    signal.throwIfAborted();
    if (!this.#isOpen) throw providerErrors.UNAVAILABLE({ because: 'the store is closed' });
  }

  #read(ref: RemoteRef): Document | Error {
    if (ref.metadata) return unsupported('give metadata of a secret');
    const secret = this.#secrets.get(identityOf(ref));
    if (!secret) {
      return providerErrors.NOT_FOUND({ key: ref.key, ...(ref.version && { because: `no version ${ref.version}` }) });
    }
    return jsonDocument(bytesOf(secret.value), { key: ref.key, objects: 'raw' });
  }
}

/** A version has to be the very same; none is a version of its own. */
function identityOf({ key, version, metadata }: RemoteRef): string {
  return JSON.stringify([key, version || '', ...(metadata ? ['metadata'] : [])]);
}

function bytesOf(value: string): Uint8Array {
  return new TextEncoder().encode(value);
}

function unsupported(what: string): Error {
  return providerErrors.UNSUPPORTED({ what, store: 'fake' });
}
