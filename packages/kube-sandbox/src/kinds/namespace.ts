import type { KubeObject } from './object.ts';
import type { Strategy } from './strategy.ts';

/** `core/v1` Namespace: born Active with the finalizer `kubernetes`; only the lifecycle changes either. */
export const namespaceStrategy: Strategy = {
  names: 'label',
  returnsDeleted: true,
  defaults: withNameLabel,
  prepareCreate(object) {
    const spec = (object['spec'] ?? {}) as { finalizers?: string[] };
    const finalizers = spec.finalizers ?? [];
    object['spec'] = { ...spec, finalizers: finalizers.includes('kubernetes') ? finalizers : [...finalizers, 'kubernetes'] };
    object['status'] = { phase: 'Active' };
  },
  prepareUpdate(object, old) {
    object['spec'] = {
      ...(object['spec'] as object | undefined),
      finalizers: (old['spec'] as { finalizers?: string[] }).finalizers,
    };
  },
};

/** Every namespace carries its name as a label, so that selectors can pick one. */
function withNameLabel(object: KubeObject): void {
  object.metadata.labels = { ...object.metadata.labels, 'kubernetes.io/metadata.name': object.metadata.name ?? '' };
}
