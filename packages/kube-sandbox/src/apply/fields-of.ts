import { isObject } from '../schema/json.ts';
import { emptied } from './emptied.ts';
import { type FieldSet, FieldSetBuilder } from './field-set.ts';
import { fieldElement } from './fields-v1.ts';
import { isNamed, itemElement, itemNode, memberNode, shapeOf, type TypeNode, typeNode } from './type-node.ts';

/** The fields a value sets: what its author owns when it is applied. */
export function fieldsOf(node: TypeNode, value: unknown): FieldSet {
  const set = new FieldSetBuilder();
  visit(node, value, set);
  return set;
}

function visit(node: TypeNode, value: unknown, at: FieldSetBuilder): void {
  const shape = shapeOf(node, value);
  if (shape === 'leaf') at.self = true;
  if (shape === 'list' && Array.isArray(value)) visitItems(node, value, at);
  if (shape !== 'map' || !isObject(value)) return;
  for (const [key, member] of Object.entries(value)) {
    const below = at.child(fieldElement(key));
    visit(memberNode(node, key) ?? { schema: undefined, open: true }, member, below);
    const hollow = member === null || member === emptied || (isObject(member) && Object.keys(member).length === 0);
    if (hollow || !isNamed(node, key)) below.self = true;
  }
}

function visitItems(node: TypeNode, list: readonly unknown[], at: FieldSetBuilder): void {
  const elements = list.map((item) => itemElement(node, item));
  list.forEach((item, index) => {
    const element = elements[index] ?? '';
    const below = at.child(element);
    below.self = true;
    // Elements that occur twice (old objects may hold them) are owned as a whole.
    if (elements.indexOf(element) === elements.lastIndexOf(element)) visit(itemNode(node), item, below);
  });
}

/** The set with every structure's field on the way to a path added, so that emptied structures can go too. */
export function withNamedFields(node: TypeNode, set: FieldSet): FieldSet {
  const children = new Map<string, FieldSet>();
  for (const [element, child] of set.children) {
    const name = element.startsWith('f:') ? element.slice(2) : undefined;
    const below = name === undefined ? (element.startsWith('k:') ? itemNode(node) : typeNode(undefined)) : memberNode(node, name);
    const deeper = withNamedFields(below ?? typeNode(undefined), child);
    const isField = name !== undefined && isNamed(node, name);
    children.set(element, { self: deeper.self || isField, children: deeper.children });
  }
  return { self: set.self, children };
}
