/**
 * A local copy of what the API server has: reflector and store.
 *
 * @module
 */
export { Reflector } from './reflector.ts';
export type { ReflectorOptions, ReflectorState } from './reflector.ts';
export type { Handler } from './mirror.ts';
export type { Store } from './store.ts';
export { keyOf, keyText, parseKey } from './object-key.ts';
export type { ObjectKey } from './object-key.ts';
