import { readExternalSecret } from '@signet/api';
import { Reflector } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import type { Latency } from '../settle/audience.ts';
import { latencyOf } from '../settle/audience.ts';
import type { Stage } from '../settle/stage.ts';

/**
 * Milliseconds from the time at which the status of an object says that it is refreshed next until the status tells of that refresh. The
 * status knows whole seconds, so up to one second of it is none.
 */
export class Punctuality implements AsyncDisposable {
  readonly #stop = new AbortController();
  readonly #reflector: Reflector<KubeObject>;
  readonly #running: Promise<void>;
  readonly #late: number[] = [];

  private constructor(stage: Stage) {
    this.#reflector = new Reflector({ client: stage.plane.admin, resource: stage.scene.kind, transform: onlyTimes });
    this.#reflector.subscribe({
      changed: (object, previous) => {
        const [now, before] = [timesOf(object), previous && timesOf(previous)];
        if (before?.next === undefined || now.refreshed === before.refreshed) return;
        this.#late.push(Math.max(0, Date.now() - before.next));
      },
      removed: () => undefined,
    });
    this.#running = this.#reflector.run(this.#stop.signal);
  }

  static async of(stage: Stage): Promise<Punctuality> {
    const punctuality = new Punctuality(stage);
    await punctuality.#reflector.synced();
    return punctuality;
  }

  /** Refreshes seen. */
  get refreshes(): number {
    return this.#late.length;
  }

  /** When the last of the objects that are there now is due, milliseconds since 1970. */
  get lastDue(): number {
    const due = [...this.#reflector.store.values()].map((object) => timesOf(object).next ?? 0);
    return due.reduce((last, one) => Math.max(last, one), 0);
  }

  /** Of the refreshes seen. Those that are due and were not made count as if they were made now. */
  get late(): Latency {
    const overdue = [...this.#reflector.store.values()]
      .flatMap((object) => timesOf(object).next ?? [])
      .map((next) => Date.now() - next)
      .filter((lateMs) => lateMs > 1000);
    return latencyOf([...this.#late, ...overdue]);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

interface Times {
  readonly refreshed: string | undefined;
  readonly next: number | undefined;
}

function timesOf(object: KubeObject): Times {
  return object['times'] as Times;
}

function onlyTimes(object: KubeObject): KubeObject {
  const { namespace, name, uid, resourceVersion } = object.metadata;
  const { refreshTime, nextRefreshTime } = readExternalSecret(object).status ?? {};
  const times: Times = {
    refreshed: refreshTime ?? undefined,
    next: nextRefreshTime === undefined ? undefined : Date.parse(nextRefreshTime),
  };
  return { metadata: { namespace, name, uid, resourceVersion } as KubeObject['metadata'], times };
}
