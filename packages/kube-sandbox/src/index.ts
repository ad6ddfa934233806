/**
 * An embedded Kubernetes API server for trying out and for tests.
 *
 * @module
 */
export { sandboxErrors } from './errors.ts';
export { startSandbox } from './sandbox.ts';
export type { Sandbox, SandboxConnection, SandboxOptions } from './sandbox.ts';
export type { Fault, FaultHook, SeenRequest } from './server/faults.ts';
export type { LoggedRequest } from './server/handler.ts';
