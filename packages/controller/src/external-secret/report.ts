import { externalSecretKind, readExternalSecret } from '@signet/api';
import type { ExternalSecret, ExternalSecretStatus } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import type { Client, Clock, KubeObject, ObjectMeta } from '@signet/kube/client';
import type { EventRecorder } from '@signet/kube/runtime';
import { isApiError } from '@signet/kube/client';
import type { RecentWrites } from '../cluster/recent-writes.ts';
import type { ExternalSecretMetrics } from './metrics.ts';
import { lostOurFields, saysSomethingNew, statusFor, withoutOurConditions } from './status.ts';
import type { Outcome } from './status.ts';

/** An event on the ExternalSecret, in the words of external-secrets v2.9. */
export interface Told {
  readonly type: 'Normal' | 'Warning';
  readonly reason: 'Created' | 'Updated' | 'Deleted' | 'MissingProviderSecret' | 'UpdateFailed';
  readonly message: string;
}

/** What a reporter works with. */
export interface ReporterOptions {
  readonly client: Client;
  readonly events: Pick<EventRecorder, 'record'>;
  readonly metrics: ExternalSecretMetrics;
  readonly clock: Pick<Clock, 'now'>;
  /** Our status writes that the watch has not shown yet. */
  readonly recent: RecentWrites<KubeObject>;
}

type Produced = NonNullable<ExternalSecretStatus['produced']>;

/** Tells how a reconcile ended: status, events, metrics. Each only when there is something to tell. */
export class Reporter {
  readonly #options: ReporterOptions;
  /**
   * The Secret each object was last found in agreement with. Kept here too, because a cluster that has the peer's
   * CustomResourceDefinition keeps it nowhere, and because finding a Secret right is worth no write (promise 11: takeover).
   */
  readonly #produced = new Map<string, { readonly uid: string | undefined; readonly produced: Produced }>();
  #dropsOurs = false;
  #refusesOurs = false;

  constructor(options: ReporterOptions) {
    this.#options = options;
  }

  /** Reads an object, its status completed by what only we remember. */
  known(raw: KubeObject): ExternalSecret {
    const es = readExternalSecret(raw);
    const remembered = this.#produced.get(keyText(es.metadata));
    if (!remembered || remembered.uid !== es.metadata.uid) return es;
    return { ...es, status: { ...es.status, produced: remembered.produced } };
  }

  /** Remembers that a Secret is what it should be. */
  found(es: ExternalSecret, produced: Produced): void {
    this.#produced.set(keyText(es.metadata), { uid: es.metadata.uid, produced });
  }

  /** True when a Secret is the very version that this object was last found in agreement with. */
  isProduced(key: ObjectKey, { uid, resourceVersion }: ObjectMeta): boolean {
    const produced = this.#produced.get(keyText(key))?.produced;
    return produced !== undefined && produced.uid === uid && produced.resourceVersion === resourceVersion;
  }

  forget(key: ObjectKey): void {
    this.#produced.delete(keyText(key));
    this.#options.metrics.forget(key);
  }

  /**
   * Writes the status if it says something new, then tells of it.
   *
   * @returns the object with its new status
   * @throws what the API server answers, a conflict included: the object is reconciled again
   */
  async tell(
    raw: KubeObject,
    es: ExternalSecret,
    outcome: Outcome,
    told: readonly Told[],
    signal: AbortSignal,
  ): Promise<ExternalSecret> {
    const { clock, events, metrics } = this.#options;
    if (outcome.ready && outcome.produced) this.found(es, outcome.produced);
    const whole = statusFor(es, outcome, clock.now());
    const status = this.#refusesOurs ? withoutOurConditions(whole) : whole;
    if (saysSomethingNew(readExternalSecret(raw).status, status, { dropsOurs: this.#dropsOurs }))
      await this.#write(raw, es, status, signal);
    for (const one of told) events.record({ ...raw, apiVersion: es.apiVersion, kind: es.kind }, one);
    metrics.condition(es, status);
    return { ...es, status };
  }

  async #write(raw: KubeObject, es: ExternalSecret, status: ExternalSecretStatus, signal: AbortSignal): Promise<void> {
    const { recent } = this.#options;
    const answer = await recent.during(keyText(es.metadata), async () => this.#send(raw, es, status, signal));
    this.#dropsOurs = lostOurFields(status, readExternalSecret(answer).status);
    if (!this.#dropsOurs) this.#refusesOurs = false;
  }

  async #send(raw: KubeObject, es: ExternalSecret, status: ExternalSecretStatus, signal: AbortSignal): Promise<KubeObject> {
    const send = async (status: ExternalSecretStatus): Promise<KubeObject> =>
      this.#options.client.replaceStatus(
        externalSecretKind,
        { ...raw, apiVersion: es.apiVersion, kind: es.kind, status },
        { signal },
      );
    try {
      return await send(status);
    } catch (error) {
      // The peer's CustomResourceDefinition does not only drop our fields, it refuses our conditions.
      const less = withoutOurConditions(status);
      if (!isApiError(error) || error.status !== 422 || less.conditions?.length === status.conditions?.length) throw error;
      const answer = await send(less);
      this.#refusesOurs = true;
      return answer;
    }
  }
}
