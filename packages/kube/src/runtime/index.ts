/**
 * What a controller is run by: queue, loop, leader election, events, manager.
 *
 * @module
 */
export { WorkQueue } from './work-queue.ts';
export type { AddOptions, Priority, WorkQueueOptions } from './work-queue.ts';
export type { QueueCounter, QueueGauge, QueueHistogram, QueueObserver } from './queue-metrics.ts';
export { TokenBucket } from './token-bucket.ts';
export type { BucketRate } from './token-bucket.ts';
