import { trackWrite } from '../../apply/index.ts';
import type { Write } from '../../apply/index.ts';
import type { KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import type { Cluster } from '../cluster.ts';
import type { WriteOptions } from '../options.ts';

/** Who writes, as far as the ownership of fields goes. */
export function ownership(cluster: Cluster, kind: KindDefinition, options: WriteOptions, subresource?: string): Write {
  return {
    definition: kind,
    manager: options.fieldManager,
    now: cluster.now(),
    ...(subresource === undefined ? {} : { subresource }),
  };
}

/** `next` with its new `managedFields`. Ownership never fails a write: an object it cannot describe keeps the old entries. */
export function tracked(live: KubeObject | undefined, next: KubeObject, write: Write): KubeObject {
  try {
    return trackWrite(live, next, write);
  } catch {
    return next;
  }
}
