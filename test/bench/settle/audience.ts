import { Reflector } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../control-plane/until.ts';
import { arrivals, home } from './stage.ts';
import type { Stage } from './stage.ts';

/** Milliseconds from the moment a person sends a new object until its status says that its Secret is there. */
export interface Latency {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

/** Watches the objects of a stage as a person would, and now and then adds one. */
export class Audience implements AsyncDisposable {
  readonly #stage: Stage;
  /** Names of one audience are not those of another. */
  readonly #id = crypto.randomUUID().slice(0, 8);
  readonly #stop = new AbortController();
  readonly #synced = new Set<string>();
  readonly #reflector: Reflector<KubeObject>;
  readonly #running: Promise<void>;
  readonly #sentAt = new Map<string, number>();
  readonly #served: { readonly sentAt: number; readonly servedAt: number }[] = [];
  #arrived = 0;
  #lastAt = 0;

  private constructor(stage: Stage) {
    this.#stage = stage;
    const { kind: resource, condition } = stage.scene;
    this.#reflector = new Reflector({ client: stage.plane.admin, resource, transform: (object) => onlySynced(object, condition) });
    this.#reflector.subscribe({ changed: (object) => this.#saw(object), removed: () => undefined });
    this.#running = this.#reflector.run(this.#stop.signal);
  }

  static async of(stage: Stage): Promise<Audience> {
    const audience = new Audience(stage);
    await audience.#reflector.synced();
    return audience;
  }

  /** Resolves when all that were there first are synced, with the time of the last. */
  async settled(withinMs: number): Promise<number> {
    const all = this.#stage.names.length;
    await until(`${all} objects are settled`, () => this.#synced.size >= all, { withinMs });
    return this.#lastAt;
  }

  /** Adds an object every `everyMs` until `signal` aborts, then waits for the last. @returns how long they waited, since the last call */
  async arrivals(everyMs: number, signal: AbortSignal): Promise<Latency> {
    this.#served.length = 0;
    const sent: Promise<unknown>[] = [];
    while (!signal.aborted) {
      const name = `arrival-${this.#id}-${this.#arrived++}`;
      this.#sentAt.set(name, performance.now());
      sent.push(this.#stage.create(arrivals, name));
      await sleep(everyMs, undefined, { signal }).catch(() => undefined);
    }
    await Promise.all(sent);
    await until('all new objects are served', () => this.#sentAt.size === 0, { withinMs: 120_000 });
    return latencyOf(this.#served.map(({ sentAt, servedAt }) => servedAt - sentAt));
  }

  /** The longest that an object waited of those that were sent at this time or later. Milliseconds. */
  longestWait(sentFrom: number): number {
    return Math.max(...this.#served.filter(({ sentAt }) => sentAt >= sentFrom).map(({ sentAt, servedAt }) => servedAt - sentAt));
  }

  /** How many new objects were served at this time or later; with `sentFrom`, of those that were sent then or later. */
  servedFrom(at: number, sentFrom: number = 0): number {
    return this.#served.filter(({ sentAt, servedAt }) => servedAt >= at && sentAt >= sentFrom).length;
  }

  /** Objects that are there now. */
  get present(): number {
    return this.#reflector.store.size;
  }

  /** New objects so far. */
  get arrived(): number {
    return this.#arrived;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }

  #saw(object: KubeObject): void {
    const { namespace, name = '' } = object.metadata;
    if (object['synced'] !== true) return;
    const now = performance.now();
    if (namespace === home && !this.#synced.has(name)) {
      this.#synced.add(name);
      this.#lastAt = now;
    }
    const sentAt = namespace === arrivals ? this.#sentAt.get(name) : undefined;
    if (sentAt === undefined) return;
    this.#sentAt.delete(name);
    this.#served.push({ sentAt, servedAt: now });
  }
}

function onlySynced({ metadata: { namespace, name, uid, resourceVersion }, status }: KubeObject, wanted: string): KubeObject {
  const { conditions = [] } = (status ?? {}) as { conditions?: readonly { type: string; status: string }[] };
  const synced = conditions.some((condition) => condition.type === wanted && condition.status === 'True');
  return { metadata: { namespace, name, uid, resourceVersion } as KubeObject['metadata'], synced };
}

/** Milliseconds, in figures. */
export function latencyOf(latencies: readonly number[]): Latency {
  const sorted = latencies.toSorted((one, other) => one - other);
  const at = (share: number): number => Math.round(sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? 0);
  return { count: sorted.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
