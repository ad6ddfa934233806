import { checkStructural, equal, fieldError } from '../schema/index.ts';
import type { FieldError } from '../schema/index.ts';
import type { CrdSpec, CrdVersion } from './custom.ts';
import type { KubeObject } from './object.ts';
import type { Strategy } from './strategy.ts';

/** Removes the custom resources before their definition goes. */
export const crdFinalizer = 'customresourcecleanup.apiextensions.k8s.io';

/** `apiextensions.k8s.io/v1` CustomResourceDefinition. */
export const crdStrategy: Strategy = {
  generation: true,
  defaults: complete,
  prepareCreate(object) {
    const spec = object['spec'] as CrdSpec;
    const stored = spec.versions?.find((version) => version.storage)?.name;
    object['status'] = {
      acceptedNames: { kind: '', plural: '' },
      conditions: null,
      storedVersions: stored === undefined ? [] : [stored],
    };
  },
  prepareUpdate(object) {
    const status = object['status'] as { storedVersions?: string[] } | undefined;
    const stored = (object['spec'] as CrdSpec).versions.find((version) => version.storage)?.name;
    if (status && stored !== undefined) {
      object['status'] = { ...status, storedVersions: [...new Set([...(status.storedVersions ?? []), stored])] };
    }
  },
  prepareDelete(object, room) {
    object.metadata.finalizers = [...new Set([...(object.metadata.finalizers ?? []), crdFinalizer])];
    const status = (object['status'] ?? {}) as { conditions?: { type: string }[] | null };
    const terminating = {
      type: 'Terminating',
      status: 'True',
      lastTransitionTime: `${room.now.toISOString().slice(0, 19)}Z`,
      reason: 'InstanceDeletionPending',
      message: 'CustomResourceDefinition marked for deletion; CustomResource deletion will begin soon',
    };
    object['status'] = {
      ...status,
      conditions: [...(status.conditions ?? []).filter(({ type }) => type !== 'Terminating'), terminating],
    };
  },
  validate: crdProblems,
  validateUpdate(object, old) {
    const [after, before] = [object['spec'] as CrdSpec, old['spec'] as CrdSpec];
    const problems: FieldError[] = [];
    if (after.group !== before.group) problems.push(fieldError.invalid('spec.group', after.group, 'field is immutable'));
    if (!equal(after.names.plural, before.names.plural)) {
      problems.push(fieldError.invalid('spec.names.plural', after.names.plural, 'field is immutable'));
    }
    if (after.scope !== before.scope) problems.push(fieldError.invalid('spec.scope', after.scope, 'field is immutable'));
    if (after.names.kind !== before.names.kind)
      problems.push(fieldError.invalid('spec.names.kind', after.names.kind, 'field is immutable'));
    return problems;
  },
};

function complete(object: KubeObject): void {
  const spec = { ...(object['spec'] as CrdSpec) };
  if (spec.names?.kind) {
    spec.names = {
      ...spec.names,
      singular: spec.names.singular ?? spec.names.kind.toLowerCase(),
      listKind: spec.names.listKind ?? `${spec.names.kind}List`,
    };
  }
  object['spec'] = { ...spec, conversion: spec.conversion ?? { strategy: 'None' } };
}

function crdProblems(object: KubeObject): FieldError[] {
  const spec = object['spec'] as CrdSpec;
  const problems: FieldError[] = [];
  const wanted = `${spec.names?.plural}.${spec.group}`;
  if (object.metadata.name !== wanted) {
    problems.push(fieldError.invalid('metadata.name', object.metadata.name, 'must be spec.names.plural+"."+spec.group'));
  }
  if (!spec.group) problems.push(fieldError.required('spec.group'));
  else if (!spec.group.includes('.'))
    problems.push(fieldError.invalid('spec.group', spec.group, 'should be a domain with at least one dot'));
  if (!spec.names?.plural) problems.push(fieldError.required('spec.names.plural'));
  if (!spec.names?.kind) problems.push(fieldError.required('spec.names.kind'));
  if (!spec.scope) problems.push(fieldError.required('spec.scope'));
  else if (spec.scope !== 'Namespaced' && spec.scope !== 'Cluster') {
    problems.push(fieldError.notSupported('spec.scope', spec.scope, ['Cluster', 'Namespaced']));
  }
  const versions = spec.versions ?? [];
  if (versions.filter((version) => version.storage).length !== 1) {
    problems.push(fieldError.invalid('spec.versions', versions, 'must have exactly one version marked as storage version'));
  }
  for (const [index, version] of versions.entries()) problems.push(...versionProblems(version, `spec.versions[${index}]`));
  if (spec.conversion && spec.conversion.strategy !== 'None') {
    // The sandbox calls no webhooks: what it could not convert it does not accept.
    problems.push(fieldError.notSupported('spec.conversion.strategy', spec.conversion.strategy, ['None']));
  }
  return problems;
}

function versionProblems(version: CrdVersion, path: string): FieldError[] {
  const schema = version.schema?.openAPIV3Schema;
  if (!schema) return [fieldError.required(`${path}.schema.openAPIV3Schema`, 'schemas are required')];
  return checkStructural(schema, `${path}.schema.openAPIV3Schema`);
}
