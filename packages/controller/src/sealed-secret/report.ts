import { readSealedSecret, sealedSecretKind } from '@signet/api';
import type { SealedSecret, SealedSecretStatus } from '@signet/api';
import { keyText } from '@signet/kube/cache';
import type { Client, Clock, KubeObject } from '@signet/kube/client';
import type { EventRecorder } from '@signet/kube/runtime';
import type { ControllerMetrics } from '../http/metrics.ts';
import type { RecentWrites } from '../cluster/recent-writes.ts';
import { lostOurFields, saysSomethingNew, statusFor, syncedOf } from './status.ts';
import type { Outcome } from './status.ts';

/** An event on the SealedSecret, in the words of sealed-secrets v0.38. */
export interface Told {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'Unsealed' | 'ErrUnsealFailed' | 'ErrUpdateFailed';
  readonly message: string;
}

/** What a reporter works with. */
export interface ReporterOptions {
  readonly client: Client;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: ControllerMetrics;
  readonly clock: Clock;
  /** Our status writes that the watch has not shown yet. */
  readonly recent: RecentWrites<KubeObject>;
  /** `--update-status`. */
  readonly updateStatus: boolean;
}

/**
 * Tells how a reconcile ended: status, event, metric. Each only when there is something to tell: a settled object makes no
 * write and no event.
 */
export class Reporter {
  readonly #options: ReporterOptions;
  /** Statuses the cluster cannot hold for us, because it drops our fields or because we may not write any. */
  readonly #memory = new Map<string, { readonly uid: string | undefined; readonly status: SealedSecretStatus }>();
  #dropsOurs = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Reads an object, its status completed by what only we remember. */
  known(raw: KubeObject): SealedSecret {
    const sealed = readSealedSecret(raw);
    const remembered = this.#memory.get(keyText(sealed.metadata));
    if (!remembered || remembered.uid !== sealed.metadata.uid) return sealed;
    if (!this.#options.updateStatus) return { ...sealed, status: remembered.status };
    const { produced } = remembered.status;
    return produced ? { ...sealed, status: { ...sealed.status, produced } } : sealed;
  }

  /** Forgets an object that is gone. */
  forget(key: { readonly namespace: string; readonly name: string }): void {
    this.#memory.delete(keyText(key));
    this.#options.metrics.forget(key);
  }

  /** Shows a status that needs no writing, for scrapes after a restart. */
  settled(sealed: SealedSecret): void {
    this.#options.metrics.condition(sealed, syncedOf(sealed.status)?.status);
  }

  /**
   * Writes the status if it says something new, then tells of it.
   *
   * @param wrote whether the Secret was written just now, which is worth an event by itself
   * @throws what the API server answers, a conflict included: the status is not lost, the object is reconciled again
   */
  async tell(
    raw: KubeObject,
    sealed: SealedSecret,
    outcome: Outcome,
    told: Told,
    wrote: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const { clock, events, metrics, updateStatus } = this.#options;
    const status = statusFor(sealed, outcome, new Date(clock.now()));
    const isNews = wrote || this.#isNews(sealed.status, status);
    if (saysSomethingNew(sealed.status, status, { dropsOurs: this.#dropsOurs }) && updateStatus)
      await this.#write(raw, sealed, status, signal);
    if (!updateStatus || this.#dropsOurs) this.#memory.set(keyText(sealed.metadata), { uid: sealed.metadata.uid, status });
    if (isNews) events.record({ ...raw, apiVersion: sealed.apiVersion, kind: sealed.kind }, told);
    metrics.condition(sealed, syncedOf(status)?.status);
  }

  async #write(raw: KubeObject, sealed: SealedSecret, status: SealedSecretStatus, signal: AbortSignal): Promise<void> {
    const { client, recent } = this.#options;
    const body: KubeObject = { ...raw, apiVersion: sealed.apiVersion, kind: sealed.kind, status };
    const answer = await recent.during(keyText(sealed.metadata), async () =>
      client.replaceStatus(sealedSecretKind, body, { signal }),
    );
    this.#dropsOurs = lostOurFields(status, readSealedSecret(answer).status);
  }

  /** Times and our bookkeeping apart, people want to hear of a flip, of another cause, and of another generation. */
  #isNews(before: SealedSecretStatus | undefined, after: SealedSecretStatus): boolean {
    const [was, is] = [syncedOf(before), syncedOf(after)];
    return (
      was?.status !== is?.status ||
      (was?.message ?? '') !== (is?.message ?? '') ||
      before?.observedGeneration !== after.observedGeneration
    );
  }
}
