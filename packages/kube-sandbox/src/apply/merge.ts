import { clone, isObject, type JsonObject, own, put } from '../schema/json.ts';
import type { FieldSet } from './field-set.ts';
import { emptied } from './emptied.ts';
import { fieldElement } from './fields-v1.ts';
import { itemElement, itemNode, memberNode, shapeOf, type TypeNode } from './type-node.ts';

const anything: TypeNode = { schema: undefined, open: true };

/** Lays an applied configuration over the live value: what it sets wins, what it does not mention stays. */
export function merge(node: TypeNode, live: unknown, applied: unknown): unknown {
  if (applied === undefined) return live;
  const shape = shapeOf(node, applied);
  if (live === undefined || shape === 'leaf' || shapeOf(node, live) !== shape) return clone(applied);
  if (shape === 'list') {
    if (!Array.isArray(live) || live.length === 0) return clone(applied);
    return mergeItems(node, live, Array.isArray(applied) ? applied : []);
  }
  if (!isObject(live) || Object.keys(live).length === 0) return clone(applied);
  if (!isObject(applied)) return live;
  const result: JsonObject = { ...live };
  for (const [key, member] of Object.entries(applied)) {
    put(result, key, merge(memberNode(node, key) ?? anything, own(live, key), member));
  }
  return result;
}

/**
 * Merges keyed lists. Applied elements keep their order; elements only the live list has stay where they were, before the next
 * element both share.
 */
function mergeItems(node: TypeNode, live: readonly unknown[], applied: readonly unknown[]): unknown[] {
  const element = (item: unknown): string => itemElement(node, item);
  const liveElements = live.map(element);
  const appliedElements = applied.map(element);
  const repeated = (key: string): boolean => liveElements.indexOf(key) !== liveElements.lastIndexOf(key);
  const shared = appliedElements.filter((key) => liveElements.includes(key));
  const done = new Set<string>();
  const result: unknown[] = [];
  let atLive = 0;
  let atApplied = 0;

  const takeApplied = (): void => {
    const key = appliedElements[atApplied] ?? '';
    const known = liveElements.indexOf(key);
    const before = known < 0 ? undefined : repeated(key) ? null : live[known];
    done.add(key);
    result.push(merge(itemNode(node), before, applied[atApplied]));
    if (shared[0] === key) shared.shift();
    atApplied++;
  };

  while (atLive < live.length || atApplied < applied.length) {
    const key = liveElements[atLive];
    if (key !== undefined && atApplied < applied.length) {
      if (key === appliedElements[atApplied]) {
        takeApplied();
        atLive++;
        continue;
      }
      // A shared element that comes later in the applied order: it is put in there.
      if (appliedElements.includes(key) && shared[0] !== undefined && shared[0] !== key) {
        atLive++;
        continue;
      }
    }
    if (key !== undefined) {
      if (!appliedElements.includes(key)) {
        result.push(live[atLive]);
        atLive++;
        continue;
      }
      if (done.has(key)) atLive++;
    }
    if (atApplied < applied.length) takeApplied();
  }
  return result;
}

/** The value without the fields of a set, and without what lies below them; `emptied` stands for what nothing is left of. */
export function removeFields(node: TypeNode, value: unknown, set: FieldSet): unknown {
  const shape = shapeOf(node, value);
  if (shape === 'list' && Array.isArray(value) && value.length > 0) {
    const kept = value.flatMap((item: unknown) => {
      const below = set.children.get(itemElement(node, item));
      if (below?.self) return [];
      const rest = below ? removeFields(itemNode(node), item, below) : item;
      return rest === emptied ? [] : [rest];
    });
    return kept.length > 0 ? kept : emptied;
  }
  if (shape !== 'map' || !isObject(value) || Object.keys(value).length === 0) return value;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    const below = set.children.get(fieldElement(key));
    if (below?.self) continue;
    const rest = below ? removeFields(memberNode(node, key) ?? anything, member, below) : member;
    put(result, key, rest);
  }
  return Object.keys(result).length > 0 ? result : emptied;
}

/** The value without the places that were emptied. */
export function withoutEmptied(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutEmptied);
  if (!isObject(value)) return value;
  const result: JsonObject = {};
  for (const [key, member] of Object.entries(value)) if (member !== emptied) put(result, key, withoutEmptied(member));
  return result;
}
