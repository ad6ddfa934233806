/**
 * What a sealing key is in a cluster: its Secret, its label, and which of several is the most recent. For programs that look
 * at keys or make one beside the controller; loads nothing else of it.
 *
 * @module
 */
export { keyLabel, keySecret, oldestFirst, readKeySecret } from './key-secret.ts';
export type { KeyOrder, KeyPlace } from './key-secret.ts';
export { nextKey } from './next-key.ts';
