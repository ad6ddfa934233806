import type { JsonNode } from './node.ts';

/** A float64 as Go's `strconv.FormatFloat(x, 'f', -1, 64)` writes it: the shortest digits that read back, never an exponent. */
export function floatText(value: number): string {
  if (Object.is(value, -0)) return '-0';
  if (!Number.isFinite(value)) return value > 0 ? '+Inf' : '-Inf';
  const text = String(value);
  const [, sign = '', whole = '', fraction = '', exponent = ''] = /^(-?)(\d+)(?:\.(\d+))?e([+-]\d+)$/.exec(text) ?? [];
  if (exponent === '') return text;
  const digits = whole + fraction;
  const point = whole.length + Number(exponent);
  if (point <= 0) return `${sign}0.${'0'.repeat(-point)}${digits}`;
  return `${sign}${digits.padEnd(point, '0')}`;
}

/**
 * A value as gjson's `Result.String()` gives it (gjson 1.18): strings as they are, whole numbers with all their digits, other numbers as
 * {@link floatText}, null empty, objects and arrays as they were written.
 */
export function gjsonText(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return node.text;
    case 'null':
      return '';
    case 'number':
      return /^-?\d+$/.test(node.raw) ? node.raw : floatText(Number(node.raw));
    case 'true':
    case 'false':
    case 'object':
    case 'array':
      return node.raw;
  }
}

/** A value as AWS and GCP stores of external-secrets give it: strings as they are, null empty, everything else as it was written. */
export function rawText(node: JsonNode): string {
  if (node.kind === 'string') return node.text;
  return node.kind === 'null' ? '' : node.raw;
}

/**
 * A value as the other stores of external-secrets give it, which read JSON into Go's `any`: strings as they are, numbers as float64 without
 * exponent, null empty, objects and arrays as {@link goJson}.
 */
export function goText(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return node.text;
    case 'null':
      return '';
    case 'number':
      return floatText(Number(node.raw));
    case 'true':
    case 'false':
      return node.raw;
    case 'object':
    case 'array':
      return goJson(node);
  }
}

/** JSON as Go's `json.Marshal` writes what it read into `any`: keys sorted bytewise, the last of equal ones, no spaces, `<>&` escaped. */
export function goJson(node: JsonNode): string {
  switch (node.kind) {
    case 'string':
      return goQuoted(node.text);
    case 'number': {
      const value = Number(node.raw);
      return Object.is(value, -0) ? '-0' : String(value); // Go follows ES6 here
    }
    case 'array':
      return `[${node.items.map(goJson).join(',')}]`;
    case 'object': {
      const members = [...new Map(node.members.map(({ name, value }) => [name.toWellFormed(), value]))];
      members.sort(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
      return `{${members.map(([name, value]) => `${goQuoted(name)}:${goJson(value)}`).join(',')}}`;
    }
    case 'null':
    case 'true':
    case 'false':
      return node.raw;
  }
}

const escapes = /[<>&\u2028\u2029]/g;

/** A string as Go's `json.Marshal` quotes it. Half a surrogate pair is the replacement character. */
export function goQuoted(text: string): string {
  return JSON.stringify(text.toWellFormed()).replace(escapes, (sign) => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`);
}
