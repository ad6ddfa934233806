import { fieldError } from '../schema/index.ts';
import type { FieldError } from '../schema/index.ts';
import type { Strategy } from './strategy.ts';

/** `coordination.k8s.io/v1` Lease. */
export const leaseStrategy: Strategy = {
  createOnUpdate: true,
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

/** Roles and bindings: stored, never enforced. */
export const rbacStrategy: Strategy = {
  names: 'path',
  createOnUpdate: true,
  validateUpdate(object, old) {
    const [after, before] = [object['roleRef'], old['roleRef']];
    if (JSON.stringify(after) === JSON.stringify(before)) return [];
    return [fieldError.invalid('roleRef', after, 'cannot change roleRef')];
  },
};
