import type { ManagedFieldsEntry } from '../kinds/object.ts';
import { compareText } from '../schema/json.ts';
import { quote } from '../schema/field-error.ts';
import { type FieldSet, isEmpty, union } from './field-set.ts';
import { fromFieldsV1, toFieldsV1 } from './fields-v1.ts';

/** Who wrote fields. Appliers keep one entry across API versions, updaters one per version. */
export interface ManagerKey {
  readonly manager: string;
  readonly operation: 'Apply' | 'Update';
  readonly apiVersion: string;
  readonly subresource: string;
}

/** A manager, its fields, and when it last changed one. */
export interface Managed extends ManagerKey {
  readonly fields: FieldSet;
  readonly time: string | undefined;
}

/** All managers of an object by `idOf`. */
export type Managers = ReadonlyMap<string, Managed>;

/** Most entries with operation Update; the oldest ones are merged into one (a limit of the API server). */
const maxUpdaters = 10;

/** Identity of an entry in `metadata.managedFields`. */
export function idOf({ manager, operation, apiVersion, subresource }: ManagerKey): string {
  return JSON.stringify([manager, operation, operation === 'Apply' ? '' : apiVersion, subresource]);
}

/**
 * Reads `metadata.managedFields`.
 *
 * @throws Error when an entry is malformed; the API server then goes on as if there were none
 */
export function readManagers(entries: readonly ManagedFieldsEntry[] | undefined | null): Managers {
  const managers = new Map<string, Managed>();
  for (const [index, entry] of (entries ?? []).entries()) {
    const { operation, apiVersion, fieldsType } = entry;
    if (operation !== 'Apply' && operation !== 'Update') throw new Error('operation must be `Apply` or `Update`');
    if (!apiVersion) throw new Error('apiVersion must not be empty');
    if (fieldsType !== 'FieldsV1') throw new Error(`missing or invalid fieldsType in managed fields entry ${index}`);
    const managed: Managed = {
      manager: entry.manager ?? '',
      operation,
      apiVersion,
      subresource: entry.subresource ?? '',
      fields: fromFieldsV1(entry.fieldsV1),
      time: entry.time,
    };
    managers.set(idOf(managed), managed);
  }
  return managers;
}

/** Writes `metadata.managedFields` in its stable order: operation, time, manager, version. */
export function writeManagers(managers: Managers): ManagedFieldsEntry[] | undefined {
  if (managers.size === 0) return undefined;
  const seconds = (managed: Managed): number => (managed.time === undefined ? 0 : Math.floor(Date.parse(managed.time) / 1000));
  const sorted = [...managers.values()].toSorted(
    (a, b) =>
      compareText(a.operation, b.operation) ||
      seconds(a) - seconds(b) ||
      compareText(a.manager, b.manager) ||
      compareText(a.apiVersion, b.apiVersion) ||
      compareText(a.subresource, b.subresource),
  );
  return sorted.map((managed) => ({
    manager: managed.manager,
    operation: managed.operation,
    apiVersion: managed.apiVersion,
    ...(managed.time === undefined ? {} : { time: managed.time }),
    fieldsType: 'FieldsV1',
    fieldsV1: toFieldsV1(managed.fields),
    ...(managed.subresource === '' ? {} : { subresource: managed.subresource }),
  }));
}

/** The managers without those that own nothing. */
export function withoutIdle(managers: Managers): Managers {
  return new Map([...managers].filter(([, managed]) => !isEmpty(managed.fields)));
}

/** Merges the oldest updaters into `ancient-changes`, one entry per version, when there are too many. */
export function capUpdaters(managers: Managers): Managers {
  const seconds = (managed: Managed): number => (managed.time === undefined ? 0 : Math.floor(Date.parse(managed.time) / 1000));
  const updaters = [...managers]
    .filter(([, managed]) => managed.operation === 'Update')
    .toSorted(([idA, a], [idB, b]) => seconds(a) - seconds(b) || compareText(idA, idB));
  const result = new Map(managers);
  const firstOfVersion = new Map<string, string>();
  let count = updaters.length;
  for (const [id, managed] of updaters) {
    if (count <= maxUpdaters) break;
    const bucketKey = { manager: 'ancient-changes', operation: 'Update', apiVersion: managed.apiVersion, subresource: '' } as const;
    const bucketId = idOf(bucketKey);
    const firstId = firstOfVersion.get(managed.apiVersion);
    if (firstId === undefined) {
      firstOfVersion.set(managed.apiVersion, id);
      continue;
    }
    const first = result.get(bucketId) ?? result.get(firstId);
    result.delete(firstId);
    result.delete(id);
    const fields = first ? union(first.fields, managed.fields) : managed.fields;
    result.set(bucketId, { ...bucketKey, fields, time: managed.time });
    count--;
  }
  return result;
}

/** A manager as conflict messages name it: `"kubectl" with subresource "scale" using apps/v1`. */
export function showManager({ manager, operation, apiVersion, subresource }: ManagerKey): string {
  const name = subresource === '' ? quote(manager) : `${quote(manager)} with subresource ${quote(subresource)}`;
  return operation === 'Update' ? `${name} using ${apiVersion}` : name;
}
