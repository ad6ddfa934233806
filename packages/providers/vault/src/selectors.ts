import type { CaSelector } from '@signet/provider';
import { z } from 'zod';

/** Text that means nothing when it is empty, as in Kubernetes' own types. */
export const text: z.ZodType<string | undefined> = z
  .string()
  .optional()
  .transform((value) => value || undefined);

/** Text that has to be there. */
export const name: z.ZodType<string> = z.string('has to be given').min(1, 'has to be given');

const selectorShape = z.object({ name, namespace: text, key: text });

/** A key of a Secret. */
export interface Selector {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly key: string;
}

/** A selector whose key may be left out. */
export const selectorWithDefault = (key: string): z.ZodType<Selector> =>
  selectorShape.transform((given) => ({ ...given, key: given.key ?? key }));

/** A selector whose key has to be given. */
export const selector: z.ZodType<Selector> = z.object({ name, namespace: text, key: name });

/** A ServiceAccount as a selector names it. */
export interface Account {
  readonly name: string;
  readonly namespace?: string | undefined;
  readonly audiences: readonly string[];
}

/** A ServiceAccount. */
export const serviceAccount: z.ZodType<Account> = z.object({
  name,
  namespace: text,
  audiences: z.array(z.string()).default([]),
});

/** Where a certificate authority stands. */
export const caSelector: z.ZodType<CaSelector> = z.object({
  type: z.enum(['Secret', 'ConfigMap']),
  name,
  namespace: text,
  key: text,
});

/** The same value without nulls: the API server keeps those that a manifest writes. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(([, field]) => field !== null && field !== undefined);
  return Object.fromEntries(kept.map(([key, field]) => [key, withoutNulls(field)]));
}
