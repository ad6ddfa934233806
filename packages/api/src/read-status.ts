import type { StatusCondition } from './external-secret.ts';
import type { Fields } from './raw-fields.ts';
import { fieldsOf, numberOf, optional, textOf, withoutNulls } from './raw-fields.ts';

/** Well-formed conditions of a status, in order; fields of others stay. Undefined when there is no list. */
function readConditions(value: unknown): StatusCondition[] | undefined {
  return Array.isArray(value) ? value.flatMap(readCondition) : undefined;
}

/** What every status of external-secrets has, and the fields of others. */
export function readCommonStatus(raw: Fields): {
  conditions?: StatusCondition[];
  observedGeneration?: number;
  [field: string]: unknown;
} {
  const { conditions, observedGeneration, ...rest } = raw;
  return {
    ...withoutNulls(rest),
    ...optional('conditions', readConditions(conditions)),
    ...optional('observedGeneration', numberOf(observedGeneration)),
  };
}

function readCondition(value: unknown): StatusCondition[] {
  const raw = fieldsOf(value);
  if (!raw) return [];
  const { type, status, lastTransitionTime, reason, message, observedGeneration, ...rest } = raw;
  if (typeof type !== 'string' || (status !== 'True' && status !== 'False' && status !== 'Unknown')) return [];
  return [
    {
      ...withoutNulls(rest),
      type,
      status,
      ...optional('lastTransitionTime', textOf(lastTransitionTime)),
      ...optional('reason', textOf(reason)),
      ...optional('message', textOf(message)),
      ...optional('observedGeneration', numberOf(observedGeneration)),
    },
  ];
}
