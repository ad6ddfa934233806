import { RE2JS } from 're2js';
import type { StoreCondition } from '@signet/api';
import { selects } from './label-selector.ts';

/** A namespace that wants to use a cluster store. */
export interface Consumer {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
}

const compiled = new WeakMap<StoreCondition, readonly RE2JS[]>();

/**
 * True when a namespace may use a cluster store (external-secrets v2.9, `spec.conditions`): without conditions every one may;
 * otherwise one entry has to match by one of its parts: labels, name, or a regular expression (RE2, unanchored) on the name. An expression that
 * cannot be read matches nothing.
 */
export function mayUse(conditions: readonly StoreCondition[], { name, labels }: Consumer): boolean {
  if (conditions.length === 0) return true;
  return conditions.some(
    (condition) =>
      condition.namespaces.includes(name) ||
      (condition.namespaceSelector !== undefined && selects(condition.namespaceSelector, labels)) ||
      expressionsOf(condition).some((expression) => expression.matcher(name).find()),
  );
}

/** True when labels of namespaces play a part. */
export function looksAtLabels(conditions: readonly StoreCondition[]): boolean {
  return conditions.some(({ namespaceSelector }) => namespaceSelector !== undefined);
}

/** The regular expressions that cannot be read, as `spec.conditions[0].namespaceRegexes[1]`. */
export function unreadable(conditions: readonly StoreCondition[]): readonly string[] {
  return conditions.flatMap(({ namespaceRegexes }, index) =>
    namespaceRegexes.flatMap((source, at) => (compile(source) ? [] : [`spec.conditions[${index}].namespaceRegexes[${at}]`])),
  );
}

function expressionsOf(condition: StoreCondition): readonly RE2JS[] {
  const known = compiled.get(condition);
  if (known) return known;
  const expressions = condition.namespaceRegexes.flatMap((source) => compile(source) ?? []);
  compiled.set(condition, expressions);
  return expressions;
}

function compile(source: string): RE2JS | undefined {
  try {
    return RE2JS.compile(source);
  } catch {
    return undefined;
  }
}
