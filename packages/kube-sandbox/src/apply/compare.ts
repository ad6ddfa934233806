import { equal, isObject, own } from '../schema/json.ts';
import { type FieldSet, FieldSetBuilder, withoutTrees } from './field-set.ts';
import { fieldElement } from './fields-v1.ts';
import { itemElement, itemNode, memberNode, shapeOf, type TypeNode } from './type-node.ts';

/** Which fields differ between two versions of an object. */
export interface Comparison {
  readonly added: FieldSet;
  readonly modified: FieldSet;
  readonly removed: FieldSet;
}

/** Compares field by field, with granularity from the schema. */
export function compare(node: TypeNode, before: unknown, after: unknown): Comparison {
  const added = new FieldSetBuilder();
  const modified = new FieldSetBuilder();
  const removed = new FieldSetBuilder();
  visit(node, { before, after, added, modified, removed });
  return { added, modified, removed };
}

/** The same comparison, blind below the given paths. */
export function ignoring({ added, modified, removed }: Comparison, trees: FieldSet): Comparison {
  return { added: withoutTrees(added, trees), modified: withoutTrees(modified, trees), removed: withoutTrees(removed, trees) };
}

interface Place {
  readonly before: unknown;
  readonly after: unknown;
  readonly added: FieldSetBuilder;
  readonly modified: FieldSetBuilder;
  readonly removed: FieldSetBuilder;
}

function step(place: Place, element: string, before: unknown, after: unknown): Place {
  // Nodes are made on demand below: an untouched path must not appear.
  const lazily = (side: FieldSetBuilder): FieldSetBuilder => new LazyNode(side, element);
  return { before, after, added: lazily(place.added), modified: lazily(place.modified), removed: lazily(place.removed) };
}

/** A node that joins its parent when something is put into it. */
class LazyNode extends FieldSetBuilder {
  readonly #parent: FieldSetBuilder;
  readonly #element: string;

  constructor(parent: FieldSetBuilder, element: string) {
    super();
    this.#parent = parent;
    this.#element = element;
  }

  override child(element: string): FieldSetBuilder {
    return this.real().child(element);
  }

  real(): FieldSetBuilder {
    return this.#parent.child(this.#element);
  }
}

function mark(node: FieldSetBuilder): void {
  const real = node instanceof LazyNode ? node.real() : node;
  real.self = true;
}

function visit(node: TypeNode, place: Place): void {
  const { before, after } = place;
  const shapeBefore = shapeOf(node, before);
  const shapeAfter = shapeOf(node, after);
  if (before !== undefined && after !== undefined && shapeBefore !== shapeAfter) {
    if (shapeBefore !== 'leaf') visitInside(node, shapeBefore, { ...place, after: undefined });
    if (shapeAfter !== 'leaf') visitInside(node, shapeAfter, { ...place, before: undefined });
    mark(place.modified);
    return;
  }
  const shape = after === undefined ? shapeBefore : shapeAfter;
  if (shape === 'leaf' || (isHollow(before) && isHollow(after))) {
    if (before === undefined) mark(place.added);
    else if (after === undefined) mark(place.removed);
    else if (!equal(before, after)) mark(place.modified);
    return;
  }
  visitInside(node, shape, place);
  if (before === undefined) mark(place.added);
  else if (after === undefined) mark(place.removed);
}

function isHollow(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === undefined || value === null || (isObject(value) && Object.keys(value).length === 0);
}

function visitInside(node: TypeNode, shape: 'map' | 'list', place: Place): void {
  if (shape === 'list') return visitItems(node, place);
  const before = isObject(place.before) ? place.before : {};
  const after = isObject(place.after) ? place.after : {};
  for (const key of new Set([...Object.keys(before), ...Object.keys(after)])) {
    const member = memberNode(node, key) ?? { schema: undefined, open: true };
    visit(member, step(place, fieldElement(key), own(before, key), own(after, key)));
  }
}

function visitItems(node: TypeNode, place: Place): void {
  const byElement = (list: unknown): Map<string, unknown[]> =>
    Map.groupBy(Array.isArray(list) ? (list as unknown[]) : [], (item) => itemElement(node, item));
  const before = byElement(place.before);
  const after = byElement(place.after);
  for (const element of new Set([...before.keys(), ...after.keys()])) {
    const olds = before.get(element) ?? [];
    const news = after.get(element) ?? [];
    const at = (one: unknown, other: unknown): void => visit(itemNode(node), step(place, element, one, other));
    if (olds.length <= 1 && news.length <= 1) at(olds[0], news[0]);
    else if (olds.length > 1 && news.length > 1) {
      if (!equal(olds, news)) mark(place.modified.child(element));
    } else if (olds.length > 1) {
      if (news.length === 1) at(undefined, news[0]);
      mark(place.removed.child(element));
    } else {
      if (olds.length === 1) at(olds[0], undefined);
      mark(place.added.child(element));
    }
  }
}
