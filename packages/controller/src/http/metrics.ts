import type { SealedSecret } from '@signet/api';
import type { ObjectKey } from '@signet/kube/cache';
import { keyText } from '@signet/kube/cache';
import type { ControllerObserver } from '@signet/kube/runtime';
import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import { OutOfDate } from '../sealed-secret/out-of-date.ts';
import { version } from '../version.ts';
import { addGauges } from './gauges.ts';
import type { Sources } from './gauges.ts';
import { QueueMetrics } from './queue-metrics.ts';
import { page } from './server.ts';
import type { Route } from './server.ts';

const prefix = 'sealed_secrets_controller';
const values = { True: 1, False: -1, Unknown: 0 } as const;

/** Reasons of `unseal_errors_total` (sealed-secrets v0.38). */
export type FailureReason = 'fetch' | 'unseal' | 'update' | 'unmanaged' | 'status';

/** How metrics are kept. */
export interface MetricsOptions {
  /** `--metrics-omit-secret-labels`: names of Secrets stay out of the metrics. */
  readonly omitSecretLabels: boolean;
  /** Those of the process and of Node too. */
  readonly processMetrics: boolean;
  /** Milliseconds since 1970. */
  readonly now?: (() => number) | undefined;
}

/**
 * The metrics of the controller: the peer's names and labels under `sealed_secrets_controller_`, client-go's names for the
 * queue, and what is ours under `signet_`. Series of an object go when the object goes.
 */
export class ControllerMetrics {
  readonly registry: Registry = new Registry();
  readonly outOfDate: OutOfDate;
  readonly #omitLabels: boolean;
  readonly #shown = new Map<string, Record<string, string>>();
  readonly #requests: Counter;
  readonly #errors: Counter<'reason' | 'namespace'>;
  readonly #templateFailures: Counter<'namespace'>;
  readonly #renewals: Counter;
  readonly #conditions: Gauge<'namespace' | 'name' | 'condition' | 'ss_app_kubernetes_io_instance'>;
  readonly #httpRequests: Counter<'path' | 'code' | 'method'>;
  readonly #httpSeconds: Histogram<'path' | 'method'>;
  readonly #queues: QueueMetrics;

  constructor({ omitSecretLabels, processMetrics, now = Date.now }: MetricsOptions) {
    this.outOfDate = new OutOfDate(now);
    this.#omitLabels = omitSecretLabels;
    const registers = [this.registry];
    this.#queues = new QueueMetrics(this.registry);
    if (processMetrics) collectDefaultMetrics({ register: this.registry });
    const build = new Gauge({ name: `${prefix}_build_info`, help: 'Build information.', labelNames: ['revision'], registers });
    build.set({ revision: `v${version}` }, 0);
    this.#requests = new Counter({
      name: `${prefix}_unseal_requests_total`,
      help: 'Total number of sealed secret unseal requests',
      registers,
    });
    this.#errors = new Counter({
      name: `${prefix}_unseal_errors_total`,
      help: 'Total number of sealed secret unseal errors by reason',
      labelNames: ['reason', 'namespace'],
      registers,
    });
    this.#templateFailures = new Counter({
      name: 'signet_template_failures_total',
      help: 'Reconciles that failed because a template could not be carried out.',
      labelNames: ['namespace'],
      registers,
    });
    this.#renewals = new Counter({
      name: 'signet_sealing_key_renewals_total',
      help: 'Sealing keys that this replica made and stored.',
      registers,
    });
    this.#conditions = new Gauge({
      name: `${prefix}_condition_info`,
      help: 'Current SealedSecret condition status: -1 False, 0 Unknown or absent, 1 True.',
      labelNames: ['namespace', 'name', 'condition', 'ss_app_kubernetes_io_instance'],
      registers,
    });
    this.#httpRequests = new Counter({
      name: `${prefix}_http_requests_total`,
      help: 'A counter for requests to the controller.',
      labelNames: ['path', 'code', 'method'],
      registers,
    });
    this.#httpSeconds = new Histogram({
      name: `${prefix}_http_request_duration_seconds`,
      help: 'A histogram of latencies for requests.',
      labelNames: ['path', 'method'],
      registers,
    });
  }

  /** One reconcile, whatever comes of it. */
  requested(): void {
    this.#requests.inc();
  }

  failed(reason: FailureReason, namespace: string): void {
    this.#errors.inc({ reason, namespace });
  }

  templateFailed(namespace: string): void {
    this.#templateFailures.inc({ namespace });
  }

  /** A sealing key was made and stored. */
  keyRenewed(): void {
    this.#renewals.inc();
  }

  /** Shows the `Synced` condition of an object; no condition yet shows as unknown. */
  condition({ metadata: { namespace, name, labels } }: SealedSecret, status: keyof typeof values = 'Unknown'): void {
    if (status === 'True') this.outOfDate.current({ namespace, name });
    else this.outOfDate.late({ namespace, name });
    if (this.#omitLabels) return;
    const instance = labels?.['app.kubernetes.io/instance'] ?? '';
    const series = { namespace, name, condition: 'Synced', ss_app_kubernetes_io_instance: instance };
    const shown = this.#shown.get(keyText({ namespace, name }));
    if (shown && shown['ss_app_kubernetes_io_instance'] !== instance) this.#conditions.remove(shown);
    this.#shown.set(keyText({ namespace, name }), series);
    this.#conditions.set(series, values[status]);
  }

  /** The object is gone. */
  forget(key: ObjectKey): void {
    this.outOfDate.forget(key);
    const shown = this.#shown.get(keyText(key));
    if (shown) this.#conditions.remove(shown);
    this.#shown.delete(keyText(key));
  }

  http({ path, method, code, seconds }: { path: string; method: string; code: number; seconds: number }): void {
    this.#httpRequests.inc({ path, method: method.toLowerCase(), code: String(code) });
    this.#httpSeconds.observe({ path, method: method.toLowerCase() }, seconds);
  }

  /** Adds what is read at each scrape. */
  watch(sources: Omit<Sources, 'outOfDate' | 'omitSecretLabels'>): void {
    addGauges(this.registry, { ...sources, outOfDate: this.outOfDate, omitSecretLabels: this.#omitLabels });
  }

  /** For a controller and its queue: client-go's metrics with the label `name`. */
  observer(name: string): ControllerObserver {
    return this.#queues.observer(name);
  }

  /** `/metrics`, in the Prometheus text format. */
  route(): Route {
    return page(async () => ({ status: 200, contentType: this.registry.contentType, body: await this.registry.metrics() }));
  }
}
