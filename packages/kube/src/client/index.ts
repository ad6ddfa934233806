/**
 * A small Kubernetes client: raw JSON objects, one connection pool, retries that are safe, typed errors.
 *
 * @module
 */
export type * from './client.ts';
export type { Connection, Impersonate } from './connection.ts';
export { sleepOn, systemClock } from './clock.ts';
export type { Clock } from './clock.ts';
export { manualClock } from './manual-clock.ts';
export type { ManualClock } from './manual-clock.ts';
export { silentLogger } from './logger.ts';
export type { Logger } from './logger.ts';
export type * from './object.ts';
export {
  apiVersionOf,
  configMaps,
  customResourceDefinitions,
  endpoints,
  events,
  leases,
  namespaces,
  secrets,
  serviceAccounts,
  services,
} from './resource.ts';
export type { Resource } from './resource.ts';
export { ApiError, isAlreadyExists, isApiError, isConflict, isGone, isNotFound } from './api-error.ts';
export type { ApiRefusal, StatusCause, StatusDetails } from './api-error.ts';
export { createClient } from './create-client.ts';
export type { ClientOptions } from './create-client.ts';
export { redactValues } from './status.ts';
