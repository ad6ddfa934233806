import type { JsonNode } from './node.ts';
import { parseJson } from './parse.ts';
import { prettyJson, uglyJson } from './pretty.ts';
import { gjsonText, goQuoted } from './text.ts';
import type { Work } from './work.ts';

/** A modifier as it stands in a path. */
export interface Modifier {
  readonly name: string;
  readonly argument: string;
  /** Applies a path, for `@dig`. */
  readonly dig: (node: JsonNode, path: string) => JsonNode | undefined;
}

/**
 * The JSON that a modifier makes of a value (gjson 1.18); empty text is nothing.
 *
 * @param node undefined: the path has found nothing so far
 * @returns undefined when there is no modifier of that name
 */
export function modified(node: JsonNode | undefined, { name, argument, dig }: Modifier, work: Work): string | undefined {
  const raw = node?.raw ?? '';
  switch (name) {
    case 'this':
    case 'valid':
      return raw;
    case 'pretty':
      return node ? prettyJson(node, parseJson(argument)) : '';
    case 'ugly':
      return node ? uglyJson(node) : '';
    case 'reverse':
      return reversed(node);
    case 'flatten':
      return node?.kind === 'array' ? `[${flattened(node.items, isSet(argument, 'deep')).join(',')}]` : raw;
    case 'join':
      return joined(node, isSet(argument, 'preserve'));
    case 'keys':
      return keys(node);
    case 'values':
      return values(node);
    case 'tostr':
      return goQuoted(raw);
    case 'fromstr':
      return node ? gjsonText(node) : '';
    case 'group':
      return grouped(node);
    case 'dig':
      return node ? `[${dug(node, argument, dig, work).join(',')}]` : '[]';
    default:
      return undefined;
  }
}

function isSet(argument: string, option: string): boolean {
  const options = parseJson(argument);
  if (options?.kind !== 'object') return false;
  const value = options.members.findLast(({ name }) => name === option)?.value;
  if (value?.kind === 'string') return ['1', 't', 'true'].includes(value.text.toLowerCase());
  return value?.kind === 'true' || (value?.kind === 'number' && Number(value.raw) !== 0);
}

function reversed(node: JsonNode | undefined): string {
  if (node?.kind === 'array') return `[${rawOf(node.items.toReversed()).join(',')}]`;
  if (node?.kind !== 'object') return node?.raw ?? '';
  return `{${node.members
    .toReversed()
    .map(({ rawName, value }) => `${rawName}:${value.raw}`)
    .join(',')}}`;
}

function flattened(items: readonly JsonNode[], deep: boolean): readonly string[] {
  return items.flatMap((item) => {
    if (item.kind !== 'array') return [item.raw];
    return deep ? flattened(item.items, deep) : inside(item.raw);
  });
}

/** What stands between the brackets, as it was written; nothing if there is nothing. */
function inside(raw: string): readonly string[] {
  const text = raw.slice(1, -1).trim();
  return text === '' ? [] : [text];
}

function joined(node: JsonNode | undefined, preserve: boolean): string {
  if (node?.kind !== 'array') return node?.raw ?? '';
  const objects = node.items.flatMap((item) => (item.kind === 'object' ? [item] : []));
  if (preserve) return `{${objects.map(({ raw }) => raw.slice(1, -1)).join(',')}}`;
  const members = new Map<string, { readonly rawName: string; readonly raw: string }>();
  for (const { name, rawName, value } of objects.flatMap(({ members }) => members)) {
    members.set(name, { rawName: members.get(name)?.rawName ?? rawName, raw: value.raw });
  }
  return `{${[...members.values()].map(({ rawName, raw }) => `${rawName}:${raw}`).join(',')}}`;
}

function keys(node: JsonNode | undefined): string {
  if (!node) return '[]';
  if (node.kind === 'object') return `[${node.members.map(({ rawName }) => rawName).join(',')}]`;
  return `[${Array.from({ length: node.kind === 'array' ? node.items.length : 1 }, () => 'null').join(',')}]`;
}

function values(node: JsonNode | undefined): string {
  if (!node) return '[]';
  if (node.kind === 'array') return node.raw;
  return node.kind === 'object' ? `[${rawOf(node.members.map(({ value }) => value)).join(',')}]` : `[${node.raw.trim()}]`;
}

/** `{"id":[1,2],"name":["a","b"]}` as `[{"id":1,"name":"a"},{"id":2,"name":"b"}]`. */
function grouped(node: JsonNode | undefined): string {
  if (node?.kind !== 'object') return '';
  const rows: string[][] = [];
  for (const { rawName, value } of node.members) {
    if (value.kind !== 'array') continue;
    for (const [index, { raw }] of value.items.entries()) (rows[index] ??= []).push(`${rawName}:${raw}`);
  }
  return `[${rows.map((row) => `{${row.join(',')}}`).join(',')}]`;
}

/** What a path finds in a value and in everything within it, the outer first. */
function dug(node: JsonNode, path: string, dig: Modifier['dig'], work: Work): readonly string[] {
  work.step();
  const here = dig(node, path);
  const children = node.kind === 'array' ? node.items : node.kind === 'object' ? node.members.map(({ value }) => value) : [];
  return [...(here ? [work.made(here.raw)] : []), ...children.flatMap((child) => dug(child, path, dig, work))];
}

function rawOf(nodes: readonly JsonNode[]): readonly string[] {
  return nodes.map(({ raw }) => raw);
}
