import { fieldError } from '../schema/index.ts';
import type { FieldError } from '../schema/index.ts';
import { microSeconds, rewriteFields, wholeSeconds } from './times.ts';
import type { Strategy } from './strategy.ts';

/** `coordination.k8s.io/v1` Lease. */
export const leaseStrategy: Strategy = {
  createOnUpdate: true,
  unconditionalUpdate: false,
  defaults: (object) => rewriteFields(object['spec'], ['acquireTime', 'renewTime'], microSeconds),
  validate(object) {
    const spec = (object['spec'] ?? {}) as { leaseDurationSeconds?: number; leaseTransitions?: number };
    const problems: FieldError[] = [];
    if (spec.leaseDurationSeconds !== undefined && spec.leaseDurationSeconds <= 0) {
      problems.push(fieldError.invalid('spec.leaseDurationSeconds', spec.leaseDurationSeconds, 'must be greater than 0'));
    }
    if (spec.leaseTransitions !== undefined && spec.leaseTransitions < 0) {
      problems.push(fieldError.invalid('spec.leaseTransitions', spec.leaseTransitions, 'must be greater than or equal to 0'));
    }
    return problems;
  },
};

/** `core/v1` Event. */
export const eventStrategy: Strategy = {
  createOnUpdate: true,
  defaults(object) {
    rewriteFields(object, ['eventTime'], microSeconds);
    rewriteFields(object['series'], ['lastObservedTime'], microSeconds);
    rewriteFields(object, ['firstTimestamp', 'lastTimestamp'], wholeSeconds);
  },
  prepareCreate(object) {
    // Fields the API never leaves out.
    object['eventTime'] ??= null;
    object['reportingComponent'] ??= '';
    object['reportingInstance'] ??= '';
  },
  validate(object) {
    const involved = (object['involvedObject'] ?? {}) as { namespace?: string };
    // Events about cluster-scoped objects live in `default`.
    const home = involved.namespace ?? 'default';
    if (home === object.metadata.namespace || (involved.namespace === undefined && object.metadata.namespace === 'kube-system'))
      return [];
    return [fieldError.invalid('involvedObject.namespace', involved.namespace ?? '', 'does not match event.namespace')];
  },
};

interface Subset {
  readonly ports?: readonly { readonly protocol?: string }[];
}

/** `core/v1` Endpoints. */
export const endpointsStrategy: Strategy = {
  createOnUpdate: true,
  defaults(object) {
    const subsets = object['subsets'] as Subset[] | undefined;
    if (!subsets) return;
    object['subsets'] = subsets.map((subset) => ({
      ...subset,
      ...(subset.ports ? { ports: subset.ports.map((port) => ({ ...port, protocol: port.protocol ?? 'TCP' })) } : {}),
    }));
  },
};

/** Roles and bindings: stored, never enforced. */
export const rbacStrategy: Strategy = {
  names: 'path',
  createOnUpdate: true,
  defaults(object) {
    const group = 'rbac.authorization.k8s.io';
    const role = object['roleRef'] as { apiGroup?: string } | undefined;
    if (role) object['roleRef'] = { ...role, apiGroup: role.apiGroup || group };
    const subjects = object['subjects'] as { apiGroup?: string; kind?: string }[] | undefined;
    // Service accounts are of the core group, users and groups of this one.
    if (subjects)
      object['subjects'] = subjects.map((one) =>
        one.apiGroup || one.kind === 'ServiceAccount' ? one : { ...one, apiGroup: group },
      );
    if (Array.isArray(object['rules']) && object['rules'].length === 0) object['rules'] = null;
  },
  validateUpdate(object, old) {
    const [after, before] = [object['roleRef'], old['roleRef']];
    if (JSON.stringify(after) === JSON.stringify(before)) return [];
    return [fieldError.invalid('roleRef', after, 'cannot change roleRef')];
  },
};
