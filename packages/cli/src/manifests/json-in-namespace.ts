import { jsonOf } from '../document/tree.ts';
import type { Json } from '../document/tree.ts';
import type { ManifestObject } from '../template/manifest-object.ts';

/** An object as JSON, in the namespace it names, else in this one. */
export function jsonInNamespace({ tree, namespace: own }: ManifestObject, namespace: string | undefined): Json {
  const object = new Map(jsonOf(tree) as ReadonlyMap<string, Json>);
  const metadata = object.get('metadata');
  if (own === '' && namespace && metadata instanceof Map)
    object.set('metadata', new Map([...(metadata as ReadonlyMap<string, Json>), ['namespace', namespace]]));
  return object;
}
