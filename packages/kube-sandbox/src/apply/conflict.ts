import { compareText } from '../schema/json.ts';
import { type Cause, Rejection } from '../schema/rejection.ts';
import { type FieldSet, pathsOf } from './field-set.ts';
import { showPath } from './fields-v1.ts';
import { idOf, type ManagerKey, showManager } from './managers.ts';

/** Fields an applier wants to change and that another manager owns. */
export interface Conflict {
  readonly with: ManagerKey;
  readonly fields: FieldSet;
}

/** A refused apply: 409, reason Conflict, one cause per manager and field. */
export class ApplyConflict extends Rejection {
  readonly conflicts: readonly Conflict[];

  constructor(conflicts: readonly Conflict[]) {
    const sorted = conflicts.toSorted((a, b) => compareText(idOf(a.with), idOf(b.with)));
    const causes = sorted.flatMap((conflict) =>
      pathsOf(conflict.fields).map((path): Cause => ({
        reason: 'FieldManagerConflict',
        message: `conflict with ${showManager(conflict.with)}`,
        field: showPath(path),
      })),
    );
    super({ status: 409, reason: 'Conflict', message: messageOf(sorted, causes), causes });
    this.conflicts = sorted;
  }
}

function messageOf(conflicts: readonly Conflict[], causes: readonly Cause[]): string {
  const [only] = causes;
  if (only && causes.length === 1) return `Apply failed with 1 conflict: ${only.message}: ${only.field}`;
  const lines = conflicts.flatMap((conflict) => [
    `conflicts with ${showManager(conflict.with)}:`,
    ...pathsOf(conflict.fields).map((path) => `- ${showPath(path)}`),
  ]);
  return `Apply failed with ${causes.length} conflicts: ${lines.join('\n')}`;
}
