import type { Budget } from '../run.ts';
import { toGo } from './utf8.ts';
import { YamlError, yamlError } from './yaml-error.ts';
import { goSyntax } from './yaml-syntax.ts';
import { coreTag } from './yaml-parse.ts';
import type { YamlNode } from './yaml-parse.ts';
import { resolveScalar } from './yaml-resolve.ts';

/** A value of a document: a Go string has one char per byte, integers are bigint, floats are number. */
export type YamlValue = null | boolean | bigint | number | string | YamlSequence | YamlMapping;

export interface YamlSequence {
  readonly kind: 'sequence';
  readonly items: readonly YamlValue[];
}

/** Keys are scalars of any type, in the order they came first; a later value of a key takes the place of the earlier one. */
export interface YamlMapping {
  readonly kind: 'mapping';
  readonly entries: Map<string, readonly [key: Exclude<YamlValue, YamlSequence | YamlMapping>, value: YamlValue]>;
}

/**
 * The value of a document: scalars typed, aliases replaced, `<<` merged. Go's own guard against aliases of aliases is kept; besides,
 * every node costs a step of the budget.
 *
 * @throws YamlError with the words of Go's yaml.v2
 */
export function decodeYaml(root: YamlNode | undefined, budget: Budget): YamlValue {
  return root ? new Decoder(budget).value(root) : null;
}

/** The share of nodes that may come from aliases: nearly all in a small document, a tenth in a huge one. */
function allowedShare(nodes: number): number {
  const [few, many] = [400_000, 4_000_000];
  if (nodes <= few) return 0.99;
  return nodes >= many ? 0.1 : 0.99 - 0.89 * ((nodes - few) / (many - few));
}

class Decoder {
  readonly #budget: Budget;
  readonly #open = new Set<YamlNode>();
  #nodes = 0;
  #fromAliases = 0;

  constructor(budget: Budget) {
    this.#budget = budget;
  }

  #count(): void {
    this.#budget.step();
    this.#nodes++;
    if (this.#open.size > 0) this.#fromAliases++;
    if (this.#fromAliases > 100 && this.#nodes > 1000 && this.#fromAliases / this.#nodes > allowedShare(this.#nodes)) {
      throw new YamlError('yaml: document contains excessive aliasing');
    }
  }

  value(node: YamlNode): YamlValue {
    this.#count();
    switch (node.kind) {
      case 'scalar': {
        this.#budget.make(node.value.length);
        if (node.tag === '' && !node.isImplicit) return toGo(node.value);
        return resolveScalar(node.tag, node.value).value;
      }
      case 'sequence':
        return { kind: 'sequence', items: node.items.map((item) => this.value(item)) };
      case 'mapping': {
        const mapping: YamlMapping = { kind: 'mapping', entries: new Map() };
        this.#fill(mapping, node.pairs);
        return mapping;
      }
      case 'alias':
        return this.#within(node, (target) => this.value(target));
    }
  }

  #within<T>(alias: YamlNode & { kind: 'alias' }, visit: (target: YamlNode) => T): T {
    if (this.#open.has(alias)) throw yamlError`yaml: anchor '${alias.name}' value contains itself`;
    this.#open.add(alias);
    const made = visit(alias.target);
    this.#open.delete(alias);
    return made;
  }

  #fill(into: YamlMapping, pairs: readonly (readonly [YamlNode, YamlNode])[]): void {
    for (const [keyNode, valueNode] of pairs) {
      if (isMerge(keyNode)) {
        this.#merge(into, valueNode);
        continue;
      }
      const key = this.value(keyNode);
      if (typeof key === 'object' && key !== null) throw yamlError`yaml: invalid map key: ${goSyntax(key)}`;
      into.entries.set(`${typeof key} ${String(key)}`, [key, this.value(valueNode)]);
    }
  }

  #merge(into: YamlMapping, node: YamlNode): void {
    const parts = node.kind === 'sequence' ? node.items.toReversed() : [node];
    for (const part of parts) {
      const source = part.kind === 'alias' ? part.target : part;
      if (source.kind !== 'mapping') throw new YamlError('yaml: map merge requires map or sequence of maps as the value');
      this.#count();
      if (part.kind === 'alias') {
        this.#within(part, () => {
          this.#count();
          this.#fill(into, source.pairs);
        });
      } else {
        this.#fill(into, source.pairs);
      }
    }
  }
}

function isMerge(node: YamlNode): boolean {
  return node.kind === 'scalar' && node.value === '<<' && (node.isImplicit || node.tag === `${coreTag}merge`);
}
