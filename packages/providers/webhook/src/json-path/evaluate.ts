import type { JsonNode } from '@signet/provider/json';
import type { Condition, Operand, Step } from './syntax.ts';

/** Values looked at by one path. Paths come from tenants. */
const maxVisits = 1_000_000;

/** The path looks at too much. */
export class TooMuchWork extends Error {}

/**
 * What a JSONPath finds.
 *
 * - `one`: it names one value, which is there.
 * - `many`: it has a wildcard, a filter, a union, a slice or a descent: a list, maybe empty.
 *
 * @returns undefined when it names one value, which is not there
 * @throws TooMuchWork
 */
export function findByPath(
  root: JsonNode,
  steps: readonly Step[],
): { readonly one: JsonNode } | { readonly many: readonly JsonNode[] } | undefined {
  const found = new Evaluation(root).follow(root, steps);
  if (steps.some(isPlural)) return { many: found };
  const [one] = found;
  return one && { one };
}

function isPlural(step: Step): boolean {
  if (step.kind === 'names') return step.names.length > 1;
  return step.kind === 'indexes' ? step.indexes.length > 1 : true;
}

class Evaluation {
  readonly #root: JsonNode;
  #visits = 0;

  constructor(root: JsonNode) {
    this.#root = root;
  }

  follow(from: JsonNode, steps: readonly Step[]): readonly JsonNode[] {
    let found: readonly JsonNode[] = [from];
    for (const step of steps) found = found.flatMap((node) => this.#step(node, step));
    return found;
  }

  #step(node: JsonNode, step: Step): readonly JsonNode[] {
    if (++this.#visits > maxVisits) throw new TooMuchWork();
    switch (step.kind) {
      case 'names':
        return step.names.flatMap((name) => memberOf(node, name) ?? []);
      case 'indexes':
        return node.kind === 'array' ? step.indexes.flatMap((index) => node.items.at(index) ?? []) : [];
      case 'slice':
        return sliceOf(node, step);
      case 'all':
        return childrenOf(node);
      case 'filter':
        return childrenOf(node).filter((child) => this.#holds(step.condition, child));
      case 'descent':
        return this.#within(node);
    }
  }

  #within(node: JsonNode): readonly JsonNode[] {
    const all: JsonNode[] = [];
    const visit = (each: JsonNode): void => {
      if (++this.#visits > maxVisits) throw new TooMuchWork();
      all.push(each);
      for (const child of childrenOf(each)) visit(child);
    };
    visit(node);
    return all;
  }

  #holds(condition: Condition, node: JsonNode): boolean {
    switch (condition.kind) {
      case 'and':
        return this.#holds(condition.left, node) && this.#holds(condition.right, node);
      case 'or':
        return this.#holds(condition.left, node) || this.#holds(condition.right, node);
      case 'not':
        return !this.#holds(condition.of, node);
      case 'is': {
        const value = this.#valueOf(condition.operand, node);
        return value !== undefined && value !== null && value !== false;
      }
      case 'comparison':
        return compare(this.#valueOf(condition.left, node), condition.operator, this.#valueOf(condition.right, node));
    }
  }

  /** A scalar; objects and arrays as they were written; undefined: nothing. */
  #valueOf(operand: Operand, node: JsonNode): string | number | boolean | null | undefined {
    if (operand.kind === 'literal') return operand.value;
    const [found] = this.follow(operand.from === '$' ? this.#root : node, operand.steps);
    switch (found?.kind) {
      case undefined:
        return undefined;
      case 'string':
        return found.text;
      case 'number':
        return Number(found.raw);
      case 'null':
        return null;
      case 'true':
      case 'false':
        return found.kind === 'true';
      case 'object':
      case 'array':
        return found.raw;
    }
  }
}

/** The last of members with this name counts, as in Go. */
function memberOf(node: JsonNode, name: string): JsonNode | undefined {
  if (node.kind === 'object') return node.members.findLast((member) => member.name === name)?.value;
  return node.kind === 'array' && /^-?\d+$/.test(name) ? node.items.at(Number(name)) : undefined;
}

function childrenOf(node: JsonNode): readonly JsonNode[] {
  if (node.kind === 'array') return node.items;
  return node.kind === 'object' ? node.members.map(({ value }) => value) : [];
}

function sliceOf(node: JsonNode, { from, to, step }: Extract<Step, { kind: 'slice' }>): readonly JsonNode[] {
  return node.kind === 'array' ? node.items.slice(from, to).filter((_, index) => index % step === 0) : [];
}

type Scalar = string | number | boolean | null | undefined;

function compare(left: Scalar, operator: string, right: Scalar): boolean {
  if (operator === '==') return left === right;
  if (operator === '!=') return left !== right;
  if (typeof left === 'number' && typeof right === 'number') return isOrdered(left - right, operator);
  if (typeof left !== 'string' || typeof right !== 'string') return false;
  return isOrdered(Buffer.compare(Buffer.from(left), Buffer.from(right)), operator);
}

function isOrdered(difference: number, operator: string): boolean {
  if (operator === '<') return difference < 0;
  if (operator === '<=') return difference <= 0;
  return operator === '>' ? difference > 0 : difference >= 0;
}
