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
export { Controller } from './controller.ts';
export type { ChangeSource, ControllerObserver, ControllerOptions, Outcome, ToKeys } from './controller.ts';
export { TerminalError } from './reconciler.ts';
export type { Attempt, Reconciler, Result } from './reconciler.ts';
export { runtimeErrors } from './runtime-errors.ts';
export { LeaderElector } from './leader-election.ts';
export type { LeaderElectorOptions } from './leader-election.ts';
export { EventRecorder } from './events.ts';
export type { EventRecorderOptions } from './events.ts';
export type { Happening, Teller } from './event-record.ts';
export { HealthChecks } from './health-checks.ts';
export type { Check, Health } from './health-checks.ts';
export { Manager } from './manager.ts';
export type { ManagerOptions, Runnable, RunnableGroup } from './manager.ts';
export { signalFromProcess } from './signal-from-process.ts';
export type { ProcessLike } from './signal-from-process.ts';
