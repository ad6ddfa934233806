import type { ControllerObserver, QueueCounter, QueueGauge, QueueHistogram, QueueObserver } from '@signet/kube/runtime';
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Registry } from 'prom-client';

type Read = Parameters<QueueObserver['gauges']>[0];

const gauges: readonly QueueGauge[] = [
  'workqueue_depth',
  'workqueue_unfinished_work_seconds',
  'workqueue_longest_running_processor_seconds',
];

/** The queues of all controllers: client-go's metrics, told apart by the label `name`. */
export class QueueMetrics {
  readonly #reads = new Map<string, Read>();
  readonly #counters: Readonly<Record<QueueCounter, Counter>>;
  readonly #histograms: Readonly<Record<QueueHistogram, Histogram>>;
  readonly #outcomes: Counter;

  constructor(registry: Registry) {
    const registers = [registry];
    const labelNames = ['name'];
    const counter = (metric: QueueCounter): Counter =>
      new Counter({ name: metric, help: `client-go ${metric}`, labelNames, registers });
    const buckets = [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 0.1, 1, 10];
    const histogram = (metric: QueueHistogram): Histogram =>
      new Histogram({ name: metric, help: `client-go ${metric}`, labelNames, registers, buckets });
    this.#counters = {
      workqueue_adds_total: counter('workqueue_adds_total'),
      workqueue_retries_total: counter('workqueue_retries_total'),
    };
    this.#histograms = {
      workqueue_queue_duration_seconds: histogram('workqueue_queue_duration_seconds'),
      workqueue_work_duration_seconds: histogram('workqueue_work_duration_seconds'),
    };
    this.#outcomes = new Counter({
      name: 'signet_reconcile_total',
      help: 'Reconciles by how they ended.',
      labelNames: ['name', 'outcome'],
      registers,
    });
    const reads = this.#reads;
    for (const metric of gauges) {
      const collect = function (this: Gauge): void {
        for (const [name, read] of reads) this.set({ name }, read()[metric]);
      };
      void new Gauge({ name: metric, help: `client-go ${metric}`, labelNames, registers, collect });
    }
  }

  /** What one controller tells. @param name in the label */
  observer(name: string): ControllerObserver {
    return {
      reconciled: (outcome) => this.#outcomes.inc({ name, outcome }),
      queue: {
        gauges: (read) => void this.#reads.set(name, read),
        count: (metric) => this.#counters[metric].inc({ name }),
        observe: (metric, seconds) => this.#histograms[metric].observe({ name }, seconds),
      },
    };
  }
}
