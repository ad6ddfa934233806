import type { Json } from '../document/tree.ts';

/** What a manifest is made of here. Undefined fields are left out. */
export type Plain = string | number | boolean | readonly Plain[] | { readonly [field: string]: Plain | undefined };

/** As the emitters take it. */
export function jsonOfPlain(value: Plain): Json {
  if (typeof value !== 'object') return value;
  if (Array.isArray(value)) return (value as readonly Plain[]).map(jsonOfPlain);
  const fields = Object.entries(value as Readonly<Record<string, Plain | undefined>>);
  return new Map(fields.flatMap(([key, field]) => (field === undefined ? [] : [[key, jsonOfPlain(field)] as const])));
}
