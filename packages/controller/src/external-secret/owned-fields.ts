import type { ObjectMeta } from '@signet/kube/client';

/** Names of what one field manager wrote into an object. */
export interface OwnedFields {
  readonly data: ReadonlySet<string>;
  readonly labels: ReadonlySet<string>;
  readonly annotations: ReadonlySet<string>;
}

/**
 * What a field manager owns, by plain writes and by apply alike, from `metadata.managedFields` (`fieldsV1`). external-secrets finds its own stale
 * keys in the same way and under the same name, so what it wrote is ours after a takeover, and the other way round.
 *
 * @param metadata of a read that is not metadata-only through a cache: those leave managedFields out
 */
export function ownedFields({ managedFields = [] }: ObjectMeta, manager: string): OwnedFields {
  const owned = { data: new Set<string>(), labels: new Set<string>(), annotations: new Set<string>() };
  for (const entry of managedFields) {
    const { manager: by, fieldsV1 } = fieldsOf(entry);
    if (by !== manager) continue;
    const fields = fieldsOf(fieldsV1);
    const metadata = fieldsOf(fields['f:metadata']);
    addNames(owned.data, fields['f:data']);
    addNames(owned.labels, metadata['f:labels']);
    addNames(owned.annotations, metadata['f:annotations']);
  }
  return owned;
}

/** `f:name` stands for a field; `.` is the map itself. */
function addNames(names: Set<string>, fields: unknown): void {
  for (const field of Object.keys(fieldsOf(fields))) if (field.startsWith('f:')) names.add(field.slice(2));
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Readonly<Record<string, unknown>>) : {};
}

/** A map without some of its keys. */
export function without(map: Readonly<Record<string, string>> = {}, names: ReadonlySet<string>): Record<string, string> {
  return Object.fromEntries(Object.entries(map).filter(([name]) => !names.has(name)));
}
