import { equal } from '../schema/json.ts';
import { compare, type Comparison, ignoring } from './compare.ts';
import { ApplyConflict, type Conflict } from './conflict.ts';
import { difference, emptySet, type FieldSet, intersection, isEmpty, union, withoutTrees } from './field-set.ts';
import { fieldsOf, withNamedFields } from './fields-of.ts';
import { type Managed, type Managers, withoutIdle } from './managers.ts';
import { merge, removeFields, withoutEmptied } from './merge.ts';
import type { TypeNode } from './type-node.ts';

/** What ownership is computed with: the kind's schema and the fields this endpoint never writes. */
export interface Rules {
  readonly node: TypeNode;
  readonly ignored: FieldSet;
}

/**
 * Takes changed fields away from everybody but the writer.
 *
 * @throws ApplyConflict when somebody else owns a changed field and it is not forced
 */
function settle(
  rules: Rules,
  before: unknown,
  after: unknown,
  managers: Managers,
  writer: { readonly id: string; readonly force: boolean },
): { managers: Managers; change: Comparison } {
  const change = compare(rules.node, before, after);
  const visible = ignoring(change, rules.ignored);
  const touched = union(visible.modified, visible.added);
  const others = [...managers].filter(([id]) => id !== writer.id);
  const conflicts = others
    .map(([, managed]): Conflict => ({ with: managed, fields: intersection(managed.fields, touched) }))
    .filter((conflict) => !isEmpty(conflict.fields));
  if (!writer.force && conflicts.length > 0) throw new ApplyConflict(conflicts);
  const result = new Map(managers);
  for (const [id, managed] of others) {
    result.set(id, { ...managed, fields: difference(difference(managed.fields, touched), visible.removed) });
  }
  return { managers: withoutIdle(result), change };
}

/** Ownership after a write that is no apply: the writer owns what it changed, others lose it. */
export function transferByUpdate(
  rules: Rules,
  before: unknown,
  after: unknown,
  managers: Managers,
  writer: Managed & { id: string },
): Managers {
  const { managers: left, change } = settle(rules, before, after, managers, { id: writer.id, force: true });
  const owned = left.get(writer.id)?.fields ?? emptySet;
  const fields = withoutTrees(union(union(difference(owned, change.removed), change.modified), change.added), rules.ignored);
  const { id, ...rest } = writer;
  return withoutIdle(new Map([...left, [id, { ...rest, fields }]]));
}

/** The outcome of an apply: the new object, or undefined when it would equal the live one; and who owns what. */
export interface Applied {
  readonly object: unknown;
  readonly changed: boolean;
  readonly managers: Managers;
}

/**
 * Applies a configuration: merges it over the live object, drops what the applier set last time, does not set now and nobody else
 * owns, and checks for conflicts.
 */
export function transferByApply(
  rules: Rules,
  live: unknown,
  applied: unknown,
  managers: Managers,
  applier: { readonly id: string; readonly entry: Managed; readonly force: boolean },
): Applied {
  const last = managers.get(applier.id)?.fields;
  const fields = withoutTrees(fieldsOf(rules.node, applied), rules.ignored);
  const claimed = new Map([...managers, [applier.id, { ...applier.entry, fields }]]);
  const merged = merge(rules.node, live, applied);
  const object = last === undefined || isEmpty(last) ? merged : dropAbandoned(rules.node, merged, claimed, last);
  // A map that lost everything is still a map while it is settled who owns it.
  const settled = settle(rules, live, object, claimed, applier);
  const outcome = withoutEmptied(object);
  return { object: outcome, changed: !equal(live, outcome), managers: settled.managers };
}

function dropAbandoned(node: TypeNode, merged: unknown, claimed: Managers, last: FieldSet): unknown {
  const named = (set: FieldSet): FieldSet => withNamedFields(node, set);
  const all = named(fieldsOf(node, merged));
  const lastNamed = named(last);
  const without = removeFields(node, merged, lastNamed);
  // Removing a field takes everything below with it: what anybody owns comes back, and so does what nobody ever applied.
  const owned = [...claimed.values()].map((managed) => managed.fields).reduce(union, emptySet);
  const gone = difference(all, union(named(fieldsOf(node, without)), named(owned)));
  const withOwned = removeFields(node, merged, gone);
  const dangling = difference(all, named(fieldsOf(node, withOwned)));
  return removeFields(node, merged, intersection(dangling, lastNamed));
}
