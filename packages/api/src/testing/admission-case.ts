import type { StoreKind } from '../external-secret.ts';

/**
 * Objects, and what admission says about them: the same table drives our own functions and a real API server.
 * Source: admission rules, limits and enumerations of external-secrets v2.9 (webhook and CustomResourceDefinitions).
 */
export interface AdmissionCase {
  readonly title: string;
  readonly kind: 'ExternalSecret' | StoreKind;
  readonly spec: unknown;
  /** Fields that are refused; empty: the object is admitted. */
  readonly refused: readonly string[];
  /** Part of the message, where the rule is ours to word. */
  readonly says?: string;
}

/** One line of a table of cases. */
export type Row = readonly [title: string, spec: unknown, refused?: string | readonly string[], says?: string];

/** The lines of a table, each with its kind. */
export function casesOf(kind: AdmissionCase['kind'], rows: readonly Row[]): AdmissionCase[] {
  return rows.map(([title, spec, refused = [], says]) => ({
    title,
    kind,
    spec,
    refused: typeof refused === 'string' ? [refused] : refused,
    ...(says !== undefined && { says }),
  }));
}
