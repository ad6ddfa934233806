import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';
import type { StoreName, StoreObserver } from './store-observer.ts';

/** How metrics of stores are kept. */
export interface StoreMetricsOptions {
  readonly registry: Registry;
  /** Names of stores stay out of the metrics. */
  readonly omitNames: boolean;
}

const labelNames = ['kind', 'namespace', 'name'] as const;
type Label = (typeof labelNames)[number];

/**
 * Metrics of stores: names of external-secrets v2.9 for calls and conditions, and `signet_store_...` for what it does not tell: latency,
 * the breaker, who waits, and what sharing has saved. Series of a store go when the store goes.
 */
export class StoreMetrics implements StoreObserver {
  readonly #omitNames: boolean;
  readonly #calls: Counter<'provider' | 'call' | 'status'>;
  readonly #seconds: Histogram<Label>;
  readonly #saved: Counter<Label>;
  readonly #breaker: Gauge<Label | 'state'>;
  readonly #parked: Gauge<Label>;
  readonly #open: Gauge<Label>;
  readonly #conditions: Readonly<Record<StoreName['kind'], Gauge<'namespace' | 'name' | 'condition' | 'status'>>>;

  constructor({ registry, omitNames }: StoreMetricsOptions) {
    this.#omitNames = omitNames;
    const registers = [registry];
    const gauge = (name: string, help: string): Gauge<Label> => new Gauge({ name, help, labelNames, registers });
    this.#calls = new Counter({
      name: 'externalsecret_provider_api_calls_count',
      help: 'Number of API calls towards the secret provider',
      labelNames: ['provider', 'call', 'status'],
      registers,
    });
    this.#seconds = new Histogram({
      name: 'signet_store_call_duration_seconds',
      help: 'How long calls to the backend of a store took, failures included.',
      labelNames,
      registers,
      buckets: [0.005, 0.02, 0.1, 0.5, 2, 10],
    });
    this.#saved = new Counter({
      name: 'signet_store_calls_saved_total',
      help: 'Reads that were answered by the call of another object.',
      labelNames,
      registers,
    });
    this.#breaker = new Gauge({
      name: 'signet_store_breaker',
      help: 'State of the circuit breaker of a store: 1 for the one it is in.',
      labelNames: [...labelNames, 'state'],
      registers,
    });
    this.#parked = gauge('signet_store_waiting_objects', 'Objects that wait until the store has room for them.');
    this.#open = gauge('signet_store_open', 'How often a store is open: once, or once for each namespace that uses it.');
    const condition = (name: string): Gauge<'namespace' | 'name' | 'condition' | 'status'> =>
      new Gauge({
        name: `${name}_status_condition`,
        help: 'The status condition of a specific store',
        labelNames: ['name', 'namespace', 'condition', 'status'],
        registers,
      });
    this.#conditions = { SecretStore: condition('secretstore'), ClusterSecretStore: condition('clustersecretstore') };
  }

  call(store: StoreName, { provider, call, ok, seconds }: { provider: string; call: string; ok: boolean; seconds: number }): void {
    this.#calls.inc({ provider, call, status: ok ? 'success' : 'error' });
    this.#seconds.observe(this.#labelsOf(store), seconds);
  }

  saved(store: StoreName, questions: number): void {
    this.#saved.inc(this.#labelsOf(store), questions);
  }

  breaker(store: StoreName, state: string): void {
    for (const one of states) this.#breaker.set({ ...this.#labelsOf(store), state: one }, Number(one === state));
  }

  parked(store: StoreName, objects: number): void {
    this.#parked.set(this.#labelsOf(store), objects);
  }

  opened(store: StoreName, open: number): void {
    this.#open.set(this.#labelsOf(store), open);
  }

  condition({ kind, namespace, name }: StoreName, ready: 'True' | 'False' | 'Unknown' | undefined): void {
    if (this.#omitNames) return;
    for (const status of ['True', 'False'])
      this.#conditions[kind].set({ namespace, name, condition: 'Ready', status }, Number(status === ready));
  }

  forget(store: StoreName): void {
    if (this.#omitNames) return;
    const labels = this.#labelsOf(store);
    for (const metric of [this.#seconds, this.#saved, this.#parked, this.#open]) metric.remove(labels);
    for (const state of states) this.#breaker.remove({ ...labels, state });
    const { kind, namespace, name } = store;
    for (const status of ['True', 'False']) this.#conditions[kind].remove({ namespace, name, condition: 'Ready', status });
  }

  #labelsOf({ kind, namespace, name }: StoreName): Readonly<Record<Label, string>> {
    return this.#omitNames ? { kind, namespace: '', name: '' } : { kind, namespace, name };
  }
}

const states = ['closed', 'open', 'half-open'] as const;
