import type { KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import type { Cluster } from '../cluster.ts';
import type { WriteOptions } from '../options.ts';

/** A write whose fields change hands. */
export interface OwnedWrite {
  readonly kind: KindDefinition;
  readonly before: KubeObject | undefined;
  readonly after: KubeObject;
  readonly options: WriteOptions;
  readonly subresource?: string;
}

/** `after` with the `managedFields` a create, update or patch leaves behind. */
export function ownFields(_cluster: Cluster, write: OwnedWrite): KubeObject {
  return write.after;
}
