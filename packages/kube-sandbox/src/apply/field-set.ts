/**
 * A set of field paths, as a tree. The keys of `children` are path elements in the FieldsV1 notation (`f:name`,
 * `k:{"name":"x"}`, `v:"x"`, `i:0`). `self` says whether the path up to here is in the set; the root never is.
 */
export interface FieldSet {
  readonly self: boolean;
  readonly children: ReadonlyMap<string, FieldSet>;
}

/** No path at all. */
export const emptySet: FieldSet = { self: false, children: new Map() };

/** Collects paths. */
export class FieldSetBuilder implements FieldSet {
  self = false;
  readonly children: Map<string, FieldSetBuilder> = new Map();

  /** The node one element further down, made when it is missing. */
  child(element: string): FieldSetBuilder {
    let node = this.children.get(element);
    if (!node) this.children.set(element, (node = new FieldSetBuilder()));
    return node;
  }
}

/** The set of the given paths. */
export function setOf(paths: readonly (readonly string[])[]): FieldSet {
  const root = new FieldSetBuilder();
  for (const path of paths) {
    const node = path.reduce<FieldSetBuilder>((at, element) => at.child(element), root);
    node.self = true;
  }
  return root;
}

type Rule = (inLeft: boolean, inRight: boolean) => boolean;

function combine(left: FieldSet, right: FieldSet, rule: Rule): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const element of new Set([...left.children.keys(), ...right.children.keys()])) {
    const child = combine(left.children.get(element) ?? emptySet, right.children.get(element) ?? emptySet, rule);
    if (!isEmpty(child)) children.set(element, child);
  }
  return { self: rule(left.self, right.self), children };
}

/** Paths in either set. */
export function union(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (a, b) => a || b);
}

/** Paths in both sets. */
export function intersection(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (a, b) => a && b);
}

/** Paths of the first set that are not in the second; what lies below a removed path stays. */
export function difference(left: FieldSet, right: FieldSet): FieldSet {
  return combine(left, right, (a, b) => a && !b);
}

/** Paths of the first set that neither are in the second nor lie below one of its paths. */
export function withoutTrees(set: FieldSet, trees: FieldSet): FieldSet {
  if (trees.self) return emptySet;
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const kept = withoutTrees(child, trees.children.get(element) ?? emptySet);
    if (!isEmpty(kept)) children.set(element, kept);
  }
  return { self: set.self, children };
}

/** True when the set has no path. */
export function isEmpty(set: FieldSet): boolean {
  return !set.self && [...set.children.values()].every(isEmpty);
}

/** True when both sets have the same paths. */
export function sameSet(left: FieldSet, right: FieldSet): boolean {
  return isEmpty(combine(left, right, (a, b) => a !== b));
}

/** Every path, parents before children, in the order of insertion. */
export function pathsOf(set: FieldSet): string[][] {
  const paths: string[][] = [];
  for (const [element, child] of set.children) {
    if (child.self) paths.push([element]);
    for (const path of pathsOf(child)) paths.push([element, ...path]);
  }
  return paths;
}
