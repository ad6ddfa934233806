import type { ExternalSecret, ExternalSecretStatus } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText, parseKey } from '@signet/kube/cache';
import { Counter, Gauge } from 'prom-client';
import type { Registry } from 'prom-client';
import { readyOf } from './status.ts';

/** Series with the name of an object that is late: the latest, and no more. */
const namedObjects = 100;

/** How metrics of ExternalSecrets are kept. */
export interface ExternalSecretMetricsOptions {
  readonly registry: Registry;
  /** Names of objects stay out of the metrics. */
  readonly omitNames: boolean;
  readonly now: () => number;
}

/**
 * Metrics of ExternalSecrets: names and labels of external-secrets v2.9, and `signet_external_...` for what it does not tell: who is late,
 * and by how much. Series of an object go when the object goes.
 */
export class ExternalSecretMetrics {
  readonly #omitNames: boolean;
  readonly #calls: Counter<'name' | 'namespace'>;
  readonly #errors: Counter<'name' | 'namespace'>;
  readonly #conditions: Gauge<'name' | 'namespace' | 'condition' | 'status'>;
  readonly #duration: Gauge<'name' | 'namespace'>;
  /** When each object has to be refreshed, in milliseconds since 1970. */
  readonly #due = new Map<string, number>();

  constructor({ registry, omitNames, now }: ExternalSecretMetricsOptions) {
    this.#omitNames = omitNames;
    const registers = [registry];
    const labelNames = ['name', 'namespace'] as const;
    this.#calls = new Counter({
      name: 'externalsecret_sync_calls_total',
      help: 'Total number of the External Secret sync calls',
      labelNames,
      registers,
    });
    this.#errors = new Counter({
      name: 'externalsecret_sync_calls_error',
      help: 'Total number of the External Secret sync errors',
      labelNames,
      registers,
    });
    this.#conditions = new Gauge({
      name: 'externalsecret_status_condition',
      help: 'The status condition of a specific External Secret',
      labelNames: ['name', 'namespace', 'condition', 'status'],
      registers,
    });
    this.#duration = new Gauge({
      name: 'externalsecret_reconcile_duration',
      help: 'The duration time to reconcile the External Secret, in nanoseconds',
      labelNames,
      registers,
    });
    const late = (): [string, number][] => [...this.#due].filter(([, due]) => due < now());
    const gauge = (name: string, help: string, labels: string[], collect: (gauge: Gauge) => void): void => {
      const read = function (this: Gauge): void {
        this.reset();
        collect(this);
      };
      void new Gauge({ name, help, labelNames: labels, registers, collect: read });
    };
    gauge('signet_external_secrets_overdue', 'ExternalSecrets whose refresh is due and has not succeeded.', [], (one) =>
      one.set(late().length),
    );
    gauge('signet_external_longest_overdue_seconds', 'How late the latest of them is; 0: there is none.', [], (one) =>
      one.set(late().reduce((longest, [, due]) => Math.max(longest, (now() - due) / 1000), 0)),
    );
    if (omitNames) return;
    gauge(
      'signet_external_secret_overdue_seconds',
      `How late an ExternalSecret is; the ${namedObjects} latest.`,
      [...labelNames],
      (one) => {
        for (const [text, due] of late()
          .toSorted(([, a], [, b]) => a - b)
          .slice(0, namedObjects))
          one.set({ ...parseKey(text) }, (now() - due) / 1000);
      },
    );
  }

  /** One attempt to fetch and write. */
  called(key: ObjectKey): void {
    this.#calls.inc(this.#labelsOf(key));
  }

  failed(key: ObjectKey): void {
    this.#errors.inc(this.#labelsOf(key));
  }

  took(key: ObjectKey, seconds: number): void {
    this.#duration.set(this.#labelsOf(key), Math.round(seconds * 1e9));
  }

  /** When it has to be refreshed next; undefined: never by itself. */
  due(key: ObjectKey, at: number | undefined): void {
    if (at === undefined) this.#due.delete(keyText(key));
    else this.#due.set(keyText(key), at);
  }

  /** It failed, and is late from now on unless it was late before. */
  late(key: ObjectKey, at: number): void {
    this.#due.set(keyText(key), Math.min(at, this.#due.get(keyText(key)) ?? at));
  }

  condition({ metadata: { namespace, name } }: ExternalSecret, status: ExternalSecretStatus | undefined): void {
    if (this.#omitNames) return;
    const is = readyOf(status)?.status ?? 'Unknown';
    for (const one of ['True', 'False'] as const)
      this.#conditions.set({ name, namespace, condition: 'Ready', status: one }, one === is ? 1 : 0);
  }

  /** The object is gone, and its series with it. */
  forget(key: ObjectKey): void {
    this.#due.delete(keyText(key));
    if (this.#omitNames) return;
    const { namespace, name } = key;
    for (const metric of [this.#calls, this.#errors, this.#duration]) metric.remove({ name, namespace });
    for (const status of ['True', 'False']) this.#conditions.remove({ name, namespace, condition: 'Ready', status });
  }

  #labelsOf({ namespace, name }: ObjectKey): { readonly name: string; readonly namespace: string } {
    return this.#omitNames ? { name: '', namespace: '' } : { name, namespace };
  }
}
