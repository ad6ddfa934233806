import type { KubeObject } from '../kinds/object.ts';
import { canonicalText, clone, isObject } from '../schema/json.ts';
import { compare } from './compare.ts';
import { difference, emptySet, type FieldSet } from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import type { TypeNode } from './type-node.ts';

/** Where `kubectl apply` without `--server-side` keeps what it applied. */
const lastAppliedAnnotation = 'kubectl.kubernetes.io/last-applied-configuration';

/** The manager of `kubectl apply --server-side`: the only one the annotation concerns. */
export const kubectlManager = 'kubectl';

/** Fields the live object still has as client-side apply left them: server-side apply takes them over without a conflict. */
export function fieldsLastApplied(node: TypeNode, live: KubeObject): FieldSet {
  const text = live.metadata.annotations?.[lastAppliedAnnotation];
  if (!text) return emptySet;
  let applied: unknown;
  try {
    applied = JSON.parse(text);
  } catch {
    return emptySet;
  }
  if (!isObject(applied) || applied['apiVersion'] !== live.apiVersion) return emptySet;
  const { added, modified, removed } = compare(node, applied, live);
  return [added, modified, removed].reduce(difference, fieldsOf(node, applied));
}

/** Keeps the annotation in step, so that a later client-side apply knows what was applied. */
export function withLastApplied(object: KubeObject, applied: KubeObject): KubeObject {
  const annotations = object.metadata.annotations;
  if (!annotations?.[lastAppliedAnnotation]) return object;
  const configuration = clone(applied);
  if (configuration.metadata.annotations) delete configuration.metadata.annotations[lastAppliedAnnotation];
  const text = `${canonicalText(configuration)}\n`;
  return { ...object, metadata: { ...object.metadata, annotations: { ...annotations, [lastAppliedAnnotation]: text } } };
}
