/**
 * Finds the API server and the credentials for it: kubeconfig files, overrides, the pod's service account.
 *
 * @module
 */
export { embeddedConnection } from './embedded.ts';
export { proxyFromEnvironment } from './environment-proxy.ts';
export { loadConnection } from './load-connection.ts';
export type { LoadOptions } from './load-connection.ts';
