import type { JsonNode } from './node.ts';
import type { Query } from './path-syntax.ts';
import { isLike } from './wildcard.ts';

/** Whether a value is what a query asks for. Values of different types never are. */
export function isMatch({ op, value }: Query, node: JsonNode | undefined): boolean {
  if (value.startsWith('~')) {
    const answer = loosely(value.slice(1), node);
    return answer !== undefined && (op === '' || compareBoolean(answer, op, 'true'));
  }
  if (!node) return false;
  if (op === '') return true;
  switch (node.kind) {
    case 'string':
      return compareText(node.text, op, value);
    case 'number':
      return compare(Number(node.raw), op, floatOf(value));
    case 'true':
    case 'false':
      return compareBoolean(node.kind === 'true', op, value);
    case 'null':
    case 'object':
    case 'array':
      return false;
  }
}

/** `~true`, `~false`, `~null`, `~*`: what a value is like. */
function loosely(word: string, node: JsonNode | undefined): boolean | undefined {
  switch (word) {
    case '*':
      return node !== undefined;
    case 'null':
      return node === undefined || node.kind === 'null';
    case 'true':
      return isLikeBoolean(node, true);
    case 'false':
      return node === undefined || node.kind === 'null' || isLikeBoolean(node, false);
    default:
      return undefined;
  }
}

function isLikeBoolean(node: JsonNode | undefined, wanted: boolean): boolean {
  if (node?.kind === 'string') return (wanted ? ['1', 't', 'true'] : ['0', 'f', 'false']).includes(node.text.toLowerCase());
  if (node?.kind === 'number') return (Number(node.raw) !== 0) === wanted;
  return node?.kind === String(wanted);
}

function compareText(text: string, op: string, value: string): boolean {
  if (op === '%') return isLike(text, value);
  if (op === '!%') return !isLike(text, value);
  return compare(Buffer.compare(Buffer.from(text), Buffer.from(value)), op, 0);
}

function compareBoolean(is: boolean, op: string, value: string): boolean {
  switch (op) {
    case '=':
      return value === String(is);
    case '!=':
      return value !== String(is);
    case is ? '>' : '<':
      return value === String(!is);
    case is ? '>=' : '<=':
      return true;
    default:
      return false;
  }
}

function compare(a: number, op: string, b: number): boolean {
  switch (op) {
    case '=':
      return a === b;
    case '!=':
      return a !== b;
    case '<':
      return a < b;
    case '<=':
      return a <= b;
    case '>':
      return a > b;
    case '>=':
      return a >= b;
    default:
      return false;
  }
}

/** What is not a number is 0. */
function floatOf(text: string): number {
  if (/^[+-]?(?:\d+\.?\d*|\.\d+)(?:e[+-]?\d+)?$/i.test(text)) return Number(text);
  const [, sign, word = ''] = /^([+-]?)(inf|infinity|nan)$/i.exec(text) ?? [];
  if (word === '') return 0;
  if (word.toLowerCase() === 'nan') return sign === '' ? Number.NaN : 0;
  return sign === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
}
