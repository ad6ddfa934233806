import { isMap, isScalar } from 'yaml';
import type { Node, YAMLMap } from 'yaml';
import { naturalOrder } from './natural-order.ts';
import type { ParsedDocument } from './read-document.ts';
import { lineStart, nextLine, restIsComment, startsLine } from './splice-edit.ts';
import type { Edit } from './splice-edit.ts';
import { entriesOf, entryEnd, entryStart, headEnd, isMerge, isUnwritten, styleOf } from './splice-nodes.ts';
import type { Entry, Located } from './splice-nodes.ts';
import { blockEntries, flowValue } from './splice-text.ts';
import type { Nested, Style } from './splice-text.ts';
import { blockScalarEnd } from './splice-value.ts';

/** What all edits of a document share. */
export interface Page {
  readonly text: string;
  readonly parsed: ParsedDocument;
  /** Nodes that an alias stands for. */
  readonly shared: ReadonlySet<Node>;
  readonly eol: '\n' | '\r\n';
  /** True when the document is JSON and not YAML. */
  readonly json: boolean;
  /** One level of indentation, such as two blanks. */
  readonly step: string;
}

/** Thrown when the text has a form that cannot be changed in place; the caller makes it a coded error. */
export class Unchangeable extends Error {}

/** The indentation of the entries of a mapping in block style. */
function indentOf(text: string, map: YAMLMap): string {
  const [first] = entriesOf(map);
  const start = first ? entryStart(first) : (map.range?.[0] ?? 0);
  return ' '.repeat(start - lineStart(text, start));
}

/** One level of indentation, as the document has it: of the first mapping inside its outermost one. */
export function stepOf(text: string, root: YAMLMap): string {
  const outer = indentOf(text, root).length;
  for (const { value } of entriesOf(root)) {
    if (!isMap(value) || value.flow === true || value.items.length === 0) continue;
    const inner = indentOf(text, value).length - outer;
    if (inner > 0) return ' '.repeat(inner);
  }
  return '  ';
}

/** Offset where a line after an entry begins. @throws Unchangeable when something else stands on the entry's last line */
function lineAfter(text: string, entry: Entry): number {
  const end = lastOffset(text, entry);
  if (text[end - 1] === '\n') return end;
  if (!restIsComment(text, end)) throw new Unchangeable('something follows on the line of the entry before');
  return nextLine(text, end);
}

function lastOffset(text: string, entry: Entry): number {
  let node: Node | null = entry.value;
  while (isMap(node) && node.flow !== true && node.items.length > 0) node = entriesOf(node).at(-1)?.value ?? null;
  if (isScalar(node) && (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED')) return blockScalarEnd(text, node);
  return entryEnd(entry);
}

/** Whole lines put in at a place; at the end of a text without a last line end, that stays so. */
function insertLines(page: Page, at: number, lines: string): Edit {
  const open = at === page.text.length && at > 0 && page.text[at - 1] !== '\n';
  return { start: at, end: at, text: open ? page.eol + lines.slice(0, -page.eol.length) : lines };
}

/**
 * Edits that put entries into a mapping in block style: where its keys are in order, in their order; else at the end.
 *
 * @param holder the entry whose value the mapping is
 */
export function insertIntoBlock(page: Page, map: YAMLMap, holder: Located['holder'], entries: ReadonlyMap<string, Nested>): Edit[] {
  const { text } = page;
  const present = entriesOf(map);
  const look = {
    indent: indentOf(text, map),
    step: page.step,
    eol: page.eol,
    keys: neighbour(present.map(({ key }) => key)),
    values: neighbour(present.map(({ value }) => value)),
  };
  return [...placed(page.parsed, present, [...entries.keys()])].map(([before, keys]) => {
    const lines = blockEntries(
      keys.map((key) => [key, entries.get(key) ?? '']),
      look,
    );
    const [first] = present;
    if (before === undefined && holder && first && startsLine(text, entryStart(first))) {
      return insertLines(page, nextLine(text, headEnd(holder.entry)), lines);
    }
    const after = before ?? present.at(-1);
    if (!after) throw new Unchangeable('an empty mapping');
    return insertLines(page, lineAfter(text, after), lines);
  });
}

/** The quotes that the last written node has. */
export function neighbour(nodes: readonly (Node | null)[]): Style {
  return styleOf(nodes.findLast((node) => styleOf(node) !== undefined)) ?? 'plain';
}

/** New keys by the entry they come after; undefined is before the first. */
export function placed(
  parsed: ParsedDocument,
  present: readonly Entry[],
  keys: readonly string[],
): ReadonlyMap<Entry | undefined, readonly string[]> {
  const orders = [naturalOrder, (one: string, other: string): number => Buffer.compare(Buffer.from(one), Buffer.from(other))];
  const own = present.map((entry) => parsed.keyOf(entry.key));
  // What `<<` brings in gives way only to what stands after it.
  const order = present.some(isMerge)
    ? undefined
    : orders.find((compare) => own.every((key, at) => at === 0 || compare(own[at - 1] ?? '', key) < 0));
  if (!order) return new Map([[present.at(-1), keys]]);
  const groups = new Map<Entry | undefined, string[]>();
  for (const key of keys.toSorted(order)) {
    const before = present[own.findLastIndex((other) => order(other, key) < 0)];
    groups.set(before, [...(groups.get(before) ?? []), key]);
  }
  return groups;
}

/** Edits that give an entry without a value, or with `{}`, a mapping of these entries. */
export function fillBlock(page: Page, parent: YAMLMap, entry: Entry, entries: ReadonlyMap<string, Nested>): Edit[] {
  const { text } = page;
  const head = headEnd(entry);
  const [start, end] = isUnwritten(entry.value) ? [head, head] : (entry.value?.range ?? [head, head]);
  if (/[\n#]/.test(text.slice(head, end)) || !restIsComment(text, end)) {
    const look = { keys: 'plain', values: 'plain', colon: ': ', comma: ', ' } as const;
    // What stands between the brackets, a comment, stays.
    if (isMap(entry.value)) return [{ start: end - 1, end: end - 1, text: flowValue(entries, look).slice(1, -1) }];
    return [{ start, end, text: `${start === head ? ' ' : ''}${flowValue(entries, look)}` }];
  }
  const look = { step: page.step, eol: page.eol, keys: 'plain', values: 'plain' } as const;
  const lines = blockEntries(entries, { ...look, indent: indentOf(text, parent) + page.step });
  return [{ start: head, end, text: '' }, insertLines(page, nextLine(text, end), lines)];
}

/** Edits that take entries out of a mapping in block style, each with its lines; a mapping left without any becomes `{}`. */
export function removeFromBlock(page: Page, map: YAMLMap, holder: Located['holder'], gone: readonly Entry[]): Edit[] {
  const { text } = page;
  const edits = gone.map((entry) => {
    const start = entryStart(entry);
    if (!startsLine(text, start)) throw new Unchangeable('something stands before the entry on its line');
    return { start: lineStart(text, start), end: lineAfter(text, entry), text: '' };
  });
  const open = edits.find(({ end }) => end === text.length && !text.endsWith('\n'));
  // A text without a line end at its end still has none.
  const closed = edits.map((edit) => (edit === open ? { ...edit, start: openStart(text, edits, edit.start) } : edit));
  if (gone.length < map.items.length) return merged(closed);
  if (!holder) throw new Unchangeable('the document would be empty');
  const head = headEnd(holder.entry);
  return [{ start: head, end: head, text: ' {}' }, ...merged(closed)];
}

/** The start of the last lines with the line end before them, and with the lines before that go as well. */
function openStart(text: string, edits: readonly Edit[], start: number): number {
  const before = edits.find(({ end, start: other }) => end === start && other < start);
  if (before) return openStart(text, edits, before.start);
  return start - (text.slice(0, start).endsWith('\r\n') ? 2 : start > 0 ? 1 : 0);
}

/** Without the edits that another one covers. */
function merged(edits: readonly Edit[]): Edit[] {
  return edits.filter((edit) => !edits.some((other) => other !== edit && other.start <= edit.start && other.end >= edit.end));
}
