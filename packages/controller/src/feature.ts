import type { Client, Clock, KubeObject, Logger } from '@signet/kube/client';
import type { ScopedCache } from './cluster/scoped-cache.ts';
import type { Config } from './config.ts';
import type { ControllerMetrics } from './http/metrics.ts';

/** Something that fills itself from the cluster. */
export interface Cache {
  run(signal: AbortSignal): Promise<void>;
  synced(signal: AbortSignal): Promise<void>;
  /** When the API server last said something, in milliseconds since the epoch. */
  readonly lastEventAt: number | undefined;
}

/** What every feature of the controller works with. */
export interface Surroundings {
  readonly config: Config;
  readonly client: Client;
  readonly logger: Logger;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly metrics: ControllerMetrics;
  /** Metadata of the Secrets in scope; undefined: they are not watched. */
  readonly secretCache: ScopedCache<KubeObject> | undefined;
}

/** One job of the controller: what it keeps of the cluster on every replica, and what only the leader does. */
export interface Feature {
  /** Filled before the leader works, and before the replica is ready. By name, for metrics. */
  readonly caches: Readonly<Record<string, Cache>>;
  /** Serves exactly these namespaces from now on. */
  serve(namespaces: readonly string[]): void;
  /** Its queue, for metrics. */
  readonly queue: { readonly name: string; readonly oldestAgeMs: number };
  /** The work of the leader, until `signal` aborts. */
  lead(signal: AbortSignal): Promise<void>;
}
