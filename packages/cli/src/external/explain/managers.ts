import type { ObjectMeta } from '@signet/kube/client';

/** Who wrote each key of a Secret's data, by `metadata.managedFields`: names of field managers. Every key of a live object has one. */
export function managersOfData({ managedFields = [] }: ObjectMeta): ReadonlyMap<string, ReadonlySet<string>> {
  const managers = new Map<string, Set<string>>();
  for (const entry of managedFields) {
    const { manager, fieldsV1 } = fieldsOf(entry);
    if (typeof manager !== 'string') continue;
    for (const field of Object.keys(fieldsOf(fieldsOf(fieldsV1)['f:data']))) {
      if (!field.startsWith('f:')) continue; // `.` is the map itself
      const key = field.slice(2);
      managers.set(key, (managers.get(key) ?? new Set()).add(manager));
    }
  }
  return managers;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}
