import type { Json } from './tree.ts';

/**
 * A document as JSON with two spaces of indentation, the way kubectl and kubeseal print it. Keys stay in the order given, and
 * characters that mean something in HTML are escaped.
 *
 * @returns text that ends with one line feed
 */
export function emitJson(value: Json): string {
  return `${write(value, '')}\n`;
}

function write(value: Json, indent: string): string {
  if (typeof value === 'string') return text(value);
  if (value === null || typeof value === 'boolean' || typeof value === 'bigint') return String(value);
  if (typeof value === 'number') return Number.isFinite(value) ? String(value) : 'null';
  const inner = `${indent}  `;
  if (value instanceof Map) {
    const entries = [...(value as ReadonlyMap<string, Json>)].map(([key, one]) => `${inner}${text(key)}: ${write(one, inner)}`);
    return entries.length === 0 ? '{}' : `{\n${entries.join(',\n')}\n${indent}}`;
  }
  const items = (value as readonly Json[]).map((one) => inner + write(one, inner));
  return items.length === 0 ? '[]' : `[\n${items.join(',\n')}\n${indent}]`;
}

function text(value: string): string {
  return JSON.stringify(value.toWellFormed()).replaceAll(
    /[<>&\u2028\u2029]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
