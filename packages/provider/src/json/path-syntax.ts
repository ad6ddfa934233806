import { isModifier } from './modifier-names.ts';

/** One part of a path, and what comes after it. */
export interface Part {
  readonly part: string;
  /** The rest, applied within what the part found. */
  readonly rest?: string;
  /** The rest, applied to all that the part found. */
  readonly pipe?: string;
}

/** A part as it is taken in an object. */
export interface MemberPart extends Part {
  readonly isPattern: boolean;
}

/** `#(path op value)`. */
export interface Query {
  readonly path: string;
  readonly op: string;
  readonly value: string;
  /** `#(...)#`: every element that matches, not the first. */
  readonly all: boolean;
}

/** A part as it is taken in an array. */
export interface ElementPart extends Part {
  /** There is a `#` in it: it is no index. */
  readonly hasHash: boolean;
  /** `#.KEY`: of each element. */
  readonly each?: string;
  readonly query?: Query;
}

/** The first part of a path for an object. `\` takes the next character as it is. */
export function memberPart(path: string): MemberPart {
  let part = '';
  let isPattern = false;
  for (let at = 0; at < path.length; at++) {
    const sign = path[at] ?? '';
    if (sign === '|') return { part, pipe: path.slice(at + 1), isPattern };
    if (sign === '.') {
      const rest = path.slice(at + 1);
      return startsPipe(rest) ? { part, pipe: rest, isPattern } : { part, rest, isPattern };
    }
    if (sign === '\\') {
      part += path[++at] ?? '';
      continue;
    }
    if (sign === '*' || sign === '?') isPattern = true;
    part += sign;
  }
  return { part, isPattern };
}

/** The first part of a path for an array. Nothing is escaped in it. */
export function elementPart(path: string): ElementPart {
  let hasHash = false;
  let each: string | undefined;
  let query: Query | undefined;
  const found = (end: number, rest: Pick<Part, 'rest' | 'pipe'>): ElementPart => ({
    part: path.slice(0, end),
    hasHash,
    ...rest,
    ...(each !== undefined && { each }),
    ...(query && { query }),
  });
  for (let at = 0; at < path.length; at++) {
    const sign = path[at];
    if (sign === '|') return found(at, { pipe: path.slice(at + 1) });
    if (sign === '.') {
      const rest = path.slice(at + 1);
      return found(at, !hasHash && startsPipe(rest) ? { pipe: rest } : { rest });
    }
    if (sign !== '#') continue;
    hasHash = true;
    if (at > 0) continue;
    if (path[1] === '.') each = path.slice(2);
    if (path[1] !== '(' && path[1] !== '[') continue;
    const read = queryOf(path);
    query = { ...(read?.query ?? { path: '', op: '', value: '' }), all: read ? path[read.end] === '#' : false };
    if (!read) break;
    at = read.end - 1;
  }
  return found(path.length, {});
}

/** `friends.@reverse`, `a.[b,c]`: what follows the dot is applied to the whole. */
function startsPipe(rest: string): boolean {
  const name = /^@([^.|:]*)/.exec(rest)?.[1];
  return name === undefined ? /^[[{]/.test(rest) : isModifier(name);
}

/** Reads `#(...)` or `#[...]` at the beginning. `end`: behind its bracket. */
function queryOf(text: string): { readonly query: Omit<Query, 'all'>; readonly end: number } | undefined {
  let opAt = 0;
  let depth = 1;
  let hasEscape = false;
  let at = 2;
  for (; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (depth === 1 && opAt === 0 && '!=<>%'.includes(sign)) {
      opAt = at;
    } else if (sign === '\\') {
      at++;
    } else if (sign === '[' || sign === '(') {
      depth++;
    } else if (sign === ']' || sign === ')') {
      if (--depth === 0) break;
    } else if (sign === '"') {
      const end = endOfString(text, at);
      hasEscape ||= text.slice(at, end).includes('\\');
      at = end;
    }
  }
  if (depth > 0) return undefined;
  if (opAt === 0) return { query: { path: trimmed(text.slice(2, at)), op: '', value: '' }, end: at + 1 };
  const { op, value } = comparisonOf(trimmed(text.slice(opAt, at)), hasEscape);
  return { query: { path: trimmed(text.slice(2, opAt)), op, value }, end: at + 1 };
}

function comparisonOf(text: string, hasEscape: boolean): { readonly op: string; readonly value: string } {
  const sign = text.length === 1 ? text : (/^(?:!=|!%|<=|>=|==|<|>|=|%)/.exec(text)?.[0] ?? '');
  const value = trimmed(text.slice(sign.length));
  const op = sign === '==' ? '=' : sign;
  if (value.length < 2 || !value.startsWith('"') || !value.endsWith('"')) return { op, value };
  return { op, value: hasEscape ? unescaped(value) : value.slice(1, -1) };
}

function unescaped(quoted: string): string {
  try {
    return JSON.parse(quoted) as string;
  } catch {
    return quoted.slice(1, -1);
  }
}

/** One selector of `{name:path,...}` or `[path,...]`. */
export interface Selector {
  readonly name: string;
  readonly path: string;
}

/** Reads the selectors at the beginning of a path. `end`: behind the closing bracket. */
export function selectorsOf(path: string): { readonly selectors: readonly Selector[]; readonly end: number } | undefined {
  const selectors: Selector[] = [];
  let start = 1;
  let colon = 0;
  let inModifier = false;
  let depth = 1;
  const push = (end: number): void => {
    selectors.push(
      colon === 0
        ? { name: '', path: path.slice(start, end) }
        : { name: path.slice(start, colon), path: path.slice(colon + 1, end) },
    );
    start = end + 1;
    colon = 0;
    inModifier = false;
  };
  for (let at = 1; at < path.length; at++) {
    const sign = path[at] ?? '';
    if (sign === '\\') at++;
    else if (sign === '@') inModifier ||= path[at - 1] === '.' || path[at - 1] === '|';
    else if (sign === ':' && !inModifier && colon === 0 && depth === 1) colon = at;
    else if (sign === ',' && depth === 1) push(at);
    else if (sign === '"') at = endOfString(path, at);
    else if ('[({'.includes(sign)) depth++;
    else if ('])}'.includes(sign) && --depth === 0) {
      push(at);
      return { selectors, end: at + 1 };
    }
  }
  return undefined;
}

/** The name that a selector without one gives its value. */
export function nameOf(path: string): string {
  let at = path.length - 1;
  while (at >= 0 && !((path[at] === '|' || path[at] === '.') && path[at - 1] !== '\\')) at--;
  const last = path.slice(at + 1);
  // oxlint-disable-next-line no-control-regex -- control characters are what makes a name not simple
  return /[\u0000-\u001f[\]{}()#|!]/.test(last) ? '_' : last;
}

/** Splits a path at its first `|` that is in no query. */
export function splitPipe(path: string): { readonly left: string; readonly right: string } | undefined {
  if (path.startsWith('{')) {
    // gjson takes the first sign within for the bracket that is closed.
    const end = path[1] === '"' ? balancedEnd(path, 1) : balancedEnd(path, 2, 1);
    return path[end] === '|' ? { left: path.slice(0, end), right: path.slice(end + 1) } : undefined;
  }
  for (let at = 0; at < path.length; at++) {
    const sign = path[at];
    if (sign === '|') return { left: path.slice(0, at), right: path.slice(at + 1) };
    if (sign === '\\') at++;
    else if (sign === '.' && path[at + 1] === '#') {
      at += 2;
      if (path[at] === '(' || path[at] === '[') at = bracketEnd(path, at);
    }
  }
  return undefined;
}

/** Where the bracket that opens at `from` is closed by its own kind; the end of the text if it is not. */
function bracketEnd(text: string, from: number): number {
  const open = text[from] ?? '';
  const close = open === '[' ? ']' : ')';
  let depth = 1;
  for (let at = from + 1; at < text.length; at++) {
    const sign = text[at];
    if (sign === '\\') at++;
    else if (sign === open) depth++;
    else if (sign === close && --depth === 0) return at;
    else if (sign === '"') at = endOfString(text, at);
  }
  return text.length;
}

/** Behind the bracket or string that begins at `from`, whatever brackets are in it; the end of the text if it does not end. */
export function balancedEnd(text: string, from: number, depthBefore: number = 0): number {
  if (depthBefore === 0 && text[from] === '"') return Math.min(endOfString(text, from) + 1, text.length);
  let depth = depthBefore;
  for (let at = from; at < text.length; at++) {
    const sign = text[at] ?? '';
    if (sign === '"') at = endOfString(text, at);
    else if ('{[('.includes(sign)) depth++;
    else if ('}])'.includes(sign) && --depth === 0) return at + 1;
  }
  return text.length;
}

/** Where the string that begins at `from` has its closing quote; the end of the text if it has none. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return Math.min(at, text.length);
}

function trimmed(text: string): string {
  // oxlint-disable-next-line no-control-regex -- everything up to the space counts as space here
  return text.replace(/^[\u0000-\u0020]+|[\u0000-\u0020]+$/g, '');
}
