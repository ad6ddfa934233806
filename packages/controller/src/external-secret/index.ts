/**
 * What an ExternalSecret means, for programs that look at manifests or at a cluster beside the controller: where its items come from, when
 * it is refreshed, what it leaves on a Secret. Loads no provider until one is asked for, and nothing that runs.
 *
 * @module
 */
export { mayUse } from '../secret-store/conditions.ts';
export { providers } from '../providers.ts';
export { createdByHash, fieldManagerOf } from './marks.ts';
export { syncedVersionOf } from './resource-version.ts';
export { readSchedule } from './schedule.ts';
export { itemsOf, remoteKeyOf, supplierOf } from './source.ts';
export type { Item, Supplier } from './source.ts';
