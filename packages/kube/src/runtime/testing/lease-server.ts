import type { Client, Clock, KubeObject, Lease, ManualClock } from '../../client/index.ts';
import { ApiError, sleepOn } from '../../client/index.ts';

/** What the network does to one request. Requests under way arrive even when the caller has given up. */
export interface Weather {
  /** Time to the server; undefined: it never arrives. */
  readonly thereMs: number | undefined;
  /** Time back; undefined: no answer comes. */
  readonly backMs: number | undefined;
  /** The server answers with this status instead of serving. */
  readonly status?: number | undefined;
}

/** A client of the {@link LeaseServer}, and who it is. */
export type LeaseClient = Pick<Client, 'get' | 'create' | 'replace'>;

/** An API server that has one Lease, with optimistic locking, behind a network that a test makes as bad as it likes. */
export class LeaseServer {
  lease: Lease | undefined;
  readonly #clock: ManualClock;
  #version = 0;

  constructor(clock: ManualClock) {
    this.#clock = clock;
  }

  client(weather: () => Weather = () => ({ thereMs: 0, backMs: 0 })): LeaseClient {
    const call = <T>(signal: AbortSignal | undefined, serve: () => Lease): Promise<T> => this.#travel<T>(weather(), signal, serve);
    return {
      get: (_resource, _ref, options) => call(options?.signal, () => this.#get()),
      create: (_resource, object, options) => call(options?.signal, () => this.#create(object)),
      replace: (_resource, object, options) => call(options?.signal, () => this.#replace(object)),
    };
  }

  /** Somebody else writes: bumps the version. */
  write(lease: Lease): void {
    this.#version++;
    this.lease = structuredClone({ ...lease, metadata: { ...lease.metadata, resourceVersion: String(this.#version) } });
  }

  #travel<T>({ thereMs, backMs, status }: Weather, signal: AbortSignal | undefined, serve: () => Lease): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      signal?.addEventListener('abort', () => reject(signal.reason as Error));
      if (thereMs === undefined) return;
      this.#clock.setTimeout(() => {
        let settle: () => void;
        try {
          if (status) throw new ApiError({ status, reason: '', message: 'the server is unwell' });
          const served = serve();
          settle = () => resolve(served as KubeObject as T);
        } catch (error) {
          settle = () => reject(error);
        }
        if (backMs !== undefined) this.#clock.setTimeout(settle, backMs);
      }, thereMs);
    });
  }

  #get(): Lease {
    if (!this.lease) throw new ApiError({ status: 404, reason: 'NotFound', message: 'leases "signet" not found' });
    return structuredClone(this.lease);
  }

  #create(object: KubeObject): Lease {
    if (this.lease) throw new ApiError({ status: 409, reason: 'AlreadyExists', message: 'leases "signet" already exists' });
    this.write({ ...object, metadata: { ...object.metadata, uid: `uid-${this.#version}` } });
    return this.#get();
  }

  #replace(object: KubeObject): Lease {
    if (object.metadata.resourceVersion !== this.#get().metadata.resourceVersion) {
      throw new ApiError({ status: 409, reason: 'Conflict', message: 'the object has been modified' });
    }
    this.write(object);
    return this.#get();
  }
}

/** How a machine's clock differs from true time. */
export interface Skew {
  readonly offsetMs: number;
  /** 1.1: runs ten percent fast. */
  readonly speed: number;
}

/** A clock that is wrong in a given way. */
export function skewed(clock: ManualClock, { offsetMs, speed }: Skew): Clock {
  const start = clock.now();
  const wrong: Clock = {
    now: () => start + offsetMs + (clock.now() - start) * speed,
    setTimeout: (callback, ms) => clock.setTimeout(callback, ms / speed),
    sleep: (ms, signal) => sleepOn(wrong, ms, signal),
  };
  return wrong;
}
