import { modified } from './modifiers.ts';
import type { JsonNode, JsonObject } from './node.ts';
import { parseJson } from './parse.ts';
import { balancedEnd, elementPart, memberPart, nameOf, selectorsOf, splitPipe } from './path-syntax.ts';
import type { ElementPart, Query } from './path-syntax.ts';
import { isMatch } from './query.ts';
import { goQuoted } from './text.ts';
import { isLike } from './wildcard.ts';
import { Work } from './work.ts';

/**
 * What a gjson path finds (the language of gjson 1.18: `a.b.0`, `a\.b`, `list.#`, `list.#.name`, `list.#(name=="x").value`, `#(...)#`, `*` and
 * `?`, modifiers such as `@keys`, pipes, `{a,b}` and `[a,b]`, `!"literal"`, `..` for lines).
 *
 * @returns undefined when it finds nothing; null is something
 * @throws INVALID_CONFIG for a path that is too long or does too much
 */
export function getPath(node: JsonNode, path: string): JsonNode | undefined {
  return get(node, path, new Work(path, node.raw.length));
}

/** What was found so far, and what still has to be applied to it. */
interface Search {
  value: JsonNode | undefined;
  pipe: string | undefined;
}

function get(node: JsonNode | undefined, path: string, work: Work): JsonNode | undefined {
  work.step();
  const made = path.length > 1 ? (modifierOf(node, path, work) ?? literalOf(path) ?? selectionOf(node, path, work)) : undefined;
  if (made && 'instead' in made) return search(node, made.instead, work);
  if (made) return made.rest === undefined ? parsed(made.node) : get(made.node, made.rest, work);
  return search(node, path, work);
}

function search(node: JsonNode | undefined, path: string, work: Work): JsonNode | undefined {
  const search: Search = { value: undefined, pipe: undefined };
  if (path.startsWith('..')) intoArray(search, node ? [{ ...node, raw: node.raw.trim() }] : [], path.slice(2), work);
  else into(search, node, path, work);
  return search.pipe === undefined ? search.value : get(search.value, search.pipe, work);
}

/** A value that a path makes at its beginning, and the path from there on. */
interface Made {
  readonly node: JsonNode | undefined;
  readonly rest?: string;
}

/** `@name`, `@name:argument`. */
function modifierOf(node: JsonNode | undefined, path: string, work: Work): Made | undefined {
  const [whole, name = '', end] = /^@([^.|:]*)([.|:]?)/.exec(path) ?? [];
  if (whole === undefined) return undefined;
  const from = whole.length;
  const argumentEnd = end === ':' ? endOfArgument(path, from) : from;
  const text = modified(
    node,
    { name, argument: path.slice(from, argumentEnd), dig: (each, inner) => get(each, inner, work) },
    work,
  );
  if (text === undefined) return undefined;
  const rest = end === ':' ? path.slice(argumentEnd) : path.slice(from - end!.length);
  return { node: reread(work.made(text)), ...restOf(rest) };
}

/** An argument is a JSON value, or goes on to the next pipe. */
function endOfArgument(path: string, from: number): number {
  if (/^[{["]/.test(path.slice(from))) return balancedEnd(path, from);
  let at = from;
  while (at < path.length && path[at] !== '|') at = '{["('.includes(path[at] ?? '') ? balancedEnd(path, at) : at + 1;
  return at;
}

/** `!"text"`, `!5`, `!true`: a value that stands in the path. Text and numbers end it. */
function literalOf(path: string): Made | undefined {
  if (!path.startsWith('!')) return undefined;
  const text = path.slice(1);
  if (text.startsWith('"')) return { node: parseJson(text.slice(0, balancedEnd(text, 0))) };
  if (/^[{[]/.test(text)) {
    const end = balancedEnd(text, 0);
    return { node: reread(text.slice(0, end)), ...restOf(text.slice(end)) };
  }
  if (/^[+\-\d]/.test(text)) return { node: parseJson(text) };
  const word = /^[^.|]*/.exec(text)?.[0] ?? '';
  return /^(?:true|false|null)$/.test(word) ? { node: parseJson(word), ...restOf(text.slice(word.length)) } : undefined;
}

/** `{a,"b":c}` and `[a,b]`: several paths at once. One that is not closed is left out, and what is behind it is the path. */
function selectionOf(node: JsonNode | undefined, path: string, work: Work): Made | { readonly instead: string } | undefined {
  if (!/^[{[]/.test(path)) return undefined;
  const read = selectorsOf(path);
  if (!read) return { instead: '' };
  const rest = path.slice(read.end);
  if (!/^(?:[.|]|$)/.test(rest)) return { instead: rest };
  const isObject = path.startsWith('{');
  const found = read.selectors.flatMap(({ name, path: inner }) => {
    const value = get(node, inner, work);
    if (!value) return [];
    return isObject ? `${name ? quotedName(name) : goQuoted(nameOf(inner))}:${value.raw}` : value.raw;
  });
  const text = isObject ? `{${found.join(',')}}` : `[${found.join(',')}]`;
  return { node: reread(work.made(text)), ...restOf(rest) };
}

function quotedName(name: string): string {
  return name.startsWith('"') && parseJson(name) ? name : goQuoted(name);
}

function restOf(rest: string): { readonly rest?: string } {
  return /^[.|]/.test(rest) ? { rest: rest.slice(1) } : {};
}

/** Reads JSON whose spaces around it belong to it, as they do for modifiers that show what was written. */
export function reread(text: string): JsonNode | undefined {
  const node = parseJson(text);
  return node && { ...node, raw: text };
}

/** What a path ends with has no spaces before it; those behind an array or object stay. */
function parsed(node: JsonNode | undefined): JsonNode | undefined {
  if (!node) return undefined;
  return { ...node, raw: node.kind === 'object' || node.kind === 'array' ? node.raw.trimStart() : node.raw.trim() };
}

/** Goes on inside a value. True: the search is over, whatever it found. */
function into(search: Search, node: JsonNode | undefined, path: string, work: Work): boolean {
  work.step();
  if (node?.kind === 'object') return intoObject(search, node, path, work);
  return node?.kind === 'array' && intoArray(search, node.items, path, work);
}

function intoObject(search: Search, { members }: JsonObject, path: string, work: Work): boolean {
  const { part, rest, pipe, isPattern } = memberPart(path);
  if (rest === undefined && pipe !== undefined) search.pipe = pipe;
  for (const { name, value } of members) {
    work.step();
    if (isPattern ? !isLike(name, part) : name !== part) continue;
    if (rest === undefined) {
      search.value = value;
      return true;
    }
    if (into(search, value, rest, work)) return true;
  }
  return false;
}

function intoArray(search: Search, items: readonly JsonNode[], path: string, work: Work): boolean {
  const element = elementPart(path);
  if (element.rest === undefined && element.pipe !== undefined) search.pipe = element.pipe;
  if (element.query) return query(search, items, { ...element, query: element.query }, work);
  if (element.hasHash) return ofAll(search, items, element, work);
  const item = /^\d+$/.test(element.part) ? items[Number(element.part)] : undefined;
  if (element.rest !== undefined) return into(search, item, element.rest, work);
  if (item) search.value = item;
  return item !== undefined;
}

/** `#` and `#.key`. */
function ofAll(search: Search, items: readonly JsonNode[], { part, each }: ElementPart, work: Work): boolean {
  if (part !== '#') return false;
  if (each === undefined) {
    search.value = { kind: 'number', raw: String(items.length) };
    return true;
  }
  const piped = splitPipe(each);
  if (piped) search.pipe = piped.right;
  const found = items.flatMap((item) => get(item, piped?.left ?? each, work)?.raw ?? []);
  search.value = reread(work.made(`[${found.join(',')}]`));
  return true;
}

/** `#(...)` and `#(...)#`. */
function query(search: Search, items: readonly JsonNode[], part: ElementPart & { readonly query: Query }, work: Work): boolean {
  const { query: wanted, rest } = part;
  const piped = rest === undefined ? undefined : splitPipe(rest);
  const found: string[] = [];
  for (const item of items) {
    const isNested = item.kind === 'object' || item.kind === 'array';
    if (!isNested && wanted.path !== '') continue;
    if (!isMatch(wanted, isNested ? get(item, wanted.path, work) : item)) continue;
    if (piped) search.pipe = piped.right;
    const value = rest === undefined ? item : get(item, piped?.left ?? rest, work);
    if (!wanted.all) {
      search.value = value;
      return true;
    }
    if (value) found.push(value.raw);
  }
  if (wanted.all && !search.value) search.value = reread(work.made(`[${found.join(',')}]`));
  return false;
}
