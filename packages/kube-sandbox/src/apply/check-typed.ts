import { show } from '../schema/field-error.ts';
import { isObject } from '../schema/json.ts';
import { fieldElement, showPath } from './fields-v1.ts';
import { itemElement, itemNode, memberNode, shapeOf, type TypeNode } from './type-node.ts';

/**
 * Why a configuration cannot be applied by its schema, worded as the API server does: `.spec.foo: field not declared in schema`,
 * `.spec.list: element 1: ...`. Empty when it can.
 */
export function checkTyped(node: TypeNode, value: unknown): string[] {
  return visit(node, value, []);
}

const problem = (path: readonly string[], text: string): string => (path.length === 0 ? text : `${showPath(path)}: ${text}`);

function visit(node: TypeNode, value: unknown, path: readonly string[]): string[] {
  if (value === null || value === undefined) return [];
  const type = node.schema?.type;
  if (type === 'object' && !isObject(value)) return [problem(path, `expected map, got &{${show(value)}}`)];
  if (type === 'array' && !Array.isArray(value)) return [problem(path, `expected list, got &{${show(value)}}`)];
  if (type === 'string' && typeof value !== 'string') {
    return node.schema?.format === undefined
      ? [problem(path, `expected string, got &value.valueUnstructured{Value:${show(value)}}`)]
      : [];
  }
  if (type === 'boolean' && typeof value !== 'boolean') return [problem(path, `expected boolean, got &{${show(value)}}`)];
  if ((type === 'integer' || type === 'number') && typeof value !== 'number') {
    return [problem(path, `expected numeric (int or float), got ${typeof value}`)];
  }
  if (isObject(value)) {
    return Object.entries(value).flatMap(([key, member]) => {
      const at = [...path, fieldElement(key)];
      const below = memberNode(node, key);
      return below ? visit(below, member, at) : [problem(at, 'field not declared in schema')];
    });
  }
  return Array.isArray(value) ? visitItems(node, value, path) : [];
}

function visitItems(node: TypeNode, list: readonly unknown[], path: readonly string[]): string[] {
  const keyed = shapeOf(node, list) === 'list';
  const seen = new Set<string>();
  const problems: string[] = [];
  for (const [index, item] of list.entries()) {
    let element = `i:${index}`;
    if (keyed) {
      try {
        element = itemElement(node, item);
      } catch (error) {
        return [...problems, problem(path, `element ${index}: ${(error as Error).message}`)];
      }
      if (seen.has(element)) problems.push(problem(path, `duplicate entries for key ${showPath([element])}`));
      seen.add(element);
    }
    problems.push(...visit(itemNode(node), item, [...path, element]));
  }
  return problems;
}
