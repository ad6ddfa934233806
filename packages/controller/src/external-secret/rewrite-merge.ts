import type { MergeRewrite } from '@signet/api';
import { controllerErrors } from '../errors.ts';
import { shown } from './convert-keys.ts';
import { byBytes, objectBytes, readObject, valueBytes } from './json-object.ts';
import type { JsonNode } from './json-object.ts';
import type { Entries, Entry } from './rewrite.ts';

interface Member {
  readonly value: JsonNode;
  readonly from: string | undefined;
}

/**
 * The `merge` step of `rewrite` (external-secrets v2.9 semantics): every value is a JSON object, and their members become one object. Later
 * ones win: first the keys that `priority` does not name, in the order of their bytes, then those it names, in its order. `Extract` makes
 * a key of each member and drops all else; `JSON` adds the object under `into` and keeps all else.
 *
 * Unlike the peer, numbers beyond 64-bit floats keep their digits.
 *
 * @throws REWRITE for a value that is no object, a key of `priority` that is not there (`Strict`), members of the same name (`Error`)
 */
export function mergeObjects(entries: Entries, merge: MergeRewrite): Entries {
  const members = new Map<string, Member>();
  const conflicts = new Set<string>();
  for (const key of inOrder(entries, merge.priority)) {
    const entry = entries.get(key);
    if (!entry && merge.priorityPolicy === 'IgnoreNotFound') continue;
    if (!entry) throw failed(`priority names the key ${shown(key)}, which is not there`);
    const object = readObject(entry.value);
    if (!object) throw failed(`the value of ${shown(key)} is not a JSON object`);
    for (const [name, value] of object) {
      if (members.has(name)) conflicts.add(name);
      members.set(name, { value, from: entry.from });
    }
  }
  if (merge.conflictPolicy !== 'Ignore' && conflicts.size > 0) {
    const names = [...conflicts].toSorted(byBytes).map(shown);
    throw failed(`several values have ${listed(names)}; conflictPolicy Ignore takes the last`);
  }
  return merge.strategy === 'JSON' ? underOneKey(entries, members, merge.into) : asKeys(members);
}

function inOrder(entries: Entries, priority: readonly string[]): readonly string[] {
  const others = [...entries.keys()].filter((key) => !priority.includes(key));
  return [...others.toSorted(byBytes), ...priority];
}

function asKeys(members: ReadonlyMap<string, Member>): Entries {
  return new Map([...members].map(([name, { value, from }]) => [name, { value: valueBytes(value), from }]));
}

function underOneKey(entries: Entries, members: ReadonlyMap<string, Member>, into: string): Entries {
  if (into === '') throw failed('strategy JSON needs "into": the key for the merged object');
  const object = new Map([...members].map(([name, { value }]) => [name, value]));
  return new Map<string, Entry>([...entries, [into, { value: objectBytes(object), from: undefined }]]);
}

/** The first few, and how many more. */
function listed(names: readonly string[]): string {
  const more = names.length - 5;
  return more > 0 ? `${names.slice(0, 5).join(', ')} and ${more} more` : names.join(', ');
}

function failed(because: string): Error {
  return controllerErrors.REWRITE({ step: 'merge', because });
}
