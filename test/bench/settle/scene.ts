import type { KubeObject, Resource } from '@signet/kube/client';
import type { ControlPlane } from '../../control-plane/control-plane.ts';

/** What a stage is full of: one kind of object, each of which becomes a Secret. */
export interface Scene {
  readonly kind: Resource;
  /** The condition that says that an object is settled. */
  readonly condition: string;
  /** Definitions that the API server needs. */
  readonly definitions: readonly KubeObject[];
  /** Private-key operations that one object costs. */
  readonly privateKeyOperations: number;
  /** Puts what the objects need, once the definitions are served. */
  prepare(plane: ControlPlane): Promise<void>;
  /** An object of this name, to be created. The same one for the same name, but for what is random by nature. */
  objectOf(namespace: string, name: string): Promise<KubeObject>;
  /** The Secret that the controller makes of an object, as large as the real one. */
  secretOf(object: KubeObject): KubeObject;
  /** The status that the controller writes then, as large as the real one. */
  statusOf(object: KubeObject, secret: KubeObject): object;
}

/** RFC 3339 in whole seconds. */
export function timeText(at: number): string {
  return new Date(at).toISOString().replace(/\.\d+Z$/, 'Z');
}
