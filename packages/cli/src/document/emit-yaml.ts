import { naturalOrder } from './natural-order.ts';
import type { Json } from './tree.ts';
import { isAmbiguous } from './yaml-scalar.ts';

/**
 * A document as block-style YAML, the way kubectl and kubeseal print it: keys in natural order, two spaces of indentation,
 * lists not indented under their key. Any string that a YAML 1.1 or 1.2 reader could take for something else is quoted.
 *
 * @returns lines that each end with a line feed, without a `---`
 */
export function emitYaml(value: Json): string {
  return isMapping(value) && value.size > 0 ? block(value, '').join('') : `${inline(value, '')}\n`;
}

type Mapping = ReadonlyMap<string, Json>;

function isMapping(value: Json): value is Mapping {
  return value instanceof Map;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function block(value: Json, indent: string): string[] {
  if (isMapping(value) && value.size > 0) {
    return [...value.keys()]
      .sort(naturalOrder)
      .flatMap((key) => entry(`${indent}${key === '' ? '""' : yamlString(key)}:`, value.get(key) ?? null, indent));
  }
  if (isList(value) && value.length > 0) {
    return value.flatMap((item) => {
      const lines = isNested(item) ? block(item, `${indent}  `) : [`${indent}  ${inline(item, `${indent}  `)}\n`];
      // The first line of an item carries its dash.
      return lines.map((line, at) => (at === 0 ? `${indent}- ${line.slice(indent.length + 2)}` : line));
    });
  }
  return [`${indent}${inline(value, indent)}\n`];
}

function entry(key: string, value: Json, indent: string): string[] {
  if (isMapping(value) && value.size > 0) return [`${key}\n`, ...block(value, `${indent}  `)];
  if (isList(value) && value.length > 0) return [`${key}\n`, ...block(value, indent)];
  return [`${key} ${inline(value, indent)}\n`];
}

function isNested(value: Json): boolean {
  return (isMapping(value) && value.size > 0) || (isList(value) && value.length > 0);
}

function inline(value: Json, indent: string): string {
  if (typeof value === 'string') return literal(value, indent) ?? yamlString(value);
  if (isMapping(value)) return '{}';
  if (isList(value)) return '[]';
  if (typeof value === 'number' && !Number.isFinite(value)) return Number.isNaN(value) ? '.nan' : value > 0 ? '.inf' : '-.inf';
  return String(value);
}

/** A text of several lines as a literal block, where that keeps every character. */
function literal(text: string, indent: string): string | undefined {
  if (
    !text.includes('\n') ||
    !/^[^\s]/.test(text) ||
    /[^\n\x20-\x7e\u00a0-\ud7ff\ue000-\ufefe\uff00-\ufffd]|[\u2028\u2029]/.test(text)
  )
    return undefined;
  if (/[ \t]$/m.test(text)) return undefined;
  const chomp = text.endsWith('\n\n') || text === '\n' ? '+' : text.endsWith('\n') ? '' : '-';
  const lines = (text.endsWith('\n') ? text.slice(0, -1) : text).split('\n');
  return `|${chomp}\n${lines.map((line) => (line === '' ? '' : `${indent}  ${line}`)).join('\n')}`;
}

/** Printable in YAML without an escape; a tab, a byte order mark and line separators are not worth the doubt. */
const printable = /^[\x20-\x7e\u00a0-\u2027\u202a-\ud7ff\ue000-\ufefe\uff00-\ufffd]*$/;

/** A text on one line of block style: plain where every reader takes it for this text, else quoted. */
export function yamlString(text: string): string {
  if (text === '' || isAmbiguous(text)) return quoted(text);
  if (!printable.test(text)) return quoted(text);
  const plain =
    /^[^-?:,[\]{}#&*!|>'"%@`\s]|^[-?:][^\s,[\]{}]/.test(text) &&
    !/: |:$| #|\s$|[[\]{}]$/.test(text) &&
    !/^(?:---|\.\.\.)/.test(text);
  return plain ? text : `'${text.replaceAll("'", "''")}'`;
}

/** In double quotes: JSON's escapes are YAML's too, except that lone surrogates have no meaning there. */
export function quoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replaceAll(
    /[\u007f-\u009f\u2028\u2029\ufeff]/g,
    (char) => `\\u${char.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}
