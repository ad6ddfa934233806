/** Counters of a work queue, with client-go's names. */
export type QueueCounter = 'workqueue_adds_total' | 'workqueue_retries_total';
/** Histograms of a work queue, in seconds, with client-go's names. */
export type QueueHistogram = 'workqueue_queue_duration_seconds' | 'workqueue_work_duration_seconds';
/** Gauges of a work queue, with client-go's names. */
export type QueueGauge = 'workqueue_depth' | 'workqueue_unfinished_work_seconds' | 'workqueue_longest_running_processor_seconds';

/**
 * What a metrics library hears of one queue. Names are client-go's, so existing dashboards and alerts read them; the label
 * `name` is the observer's to add.
 *
 * @example
 * const observer: QueueObserver = {
 *   gauges: (read) => (readGauges = read), // call it in the scrape
 *   count: (metric) => counters[metric].inc({ name: 'sealedsecret' }),
 *   observe: (metric, seconds) => histograms[metric].observe({ name: 'sealedsecret' }, seconds),
 * };
 */
export interface QueueObserver {
  /** Called once, when the queue is made: `read` gives the gauges of this moment. */
  gauges(read: () => Readonly<Record<QueueGauge, number>>): void;
  count(metric: QueueCounter): void;
  observe(metric: QueueHistogram, seconds: number): void;
}
