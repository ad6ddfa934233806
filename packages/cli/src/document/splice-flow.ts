import { isMap } from 'yaml';
import type { YAMLMap } from 'yaml';
import { lineEnd, lineStart, nextLine, restIsComment, startsLine } from './splice-edit.ts';
import type { Edit } from './splice-edit.ts';
import { neighbour, placed, Unchangeable } from './splice-block.ts';
import type { Page } from './splice-block.ts';
import { entriesOf, entryEnd, entryStart, isUnwritten, tokensBefore } from './splice-nodes.ts';
import type { Entry } from './splice-nodes.ts';
import { flowEntry, flowValue } from './splice-text.ts';
import type { FlowLook, Nested } from './splice-text.ts';

/** How the entries of a flow mapping look; of an empty one, how those of the mapping around it do. */
function lookOf(page: Page, map: YAMLMap): FlowLook {
  const { text, json } = page;
  const entries = entriesOf(map);
  const [first] = entries;
  const last = entries.at(-1);
  const keys = json ? 'double' : neighbour(entries.map(({ key }) => key));
  const values = json ? 'double' : neighbour(entries.map(({ value }) => value));
  const between = last?.value && !isUnwritten(last.value) ? text.slice(last.key.range?.[1], last.value.range?.[0]) : ': ';
  const colon = /^:[ \t]*$/.test(between) && (between !== ':' || keys === 'double') ? between : ': ';
  const comma = colon === ':' ? ',' : ', ';
  if (!first || !startsLine(text, entryStart(first))) return { keys, values, colon, comma };
  const start = entryStart(first);
  const indent = text.slice(lineStart(text, start), start);
  const outer = /^[ \t]*/.exec(text.slice(lineStart(text, map.range?.[0] ?? 0)))?.[0] ?? '';
  const step = indent.startsWith(outer) && indent !== outer ? indent.slice(outer.length) : page.step;
  return { keys, values, colon, comma, lines: { indent, step, eol: page.eol } };
}

/** Edits that put entries into a flow mapping that has some. */
export function insertIntoFlow(page: Page, map: YAMLMap, entries: ReadonlyMap<string, Nested>): Edit[] {
  const look = lookOf(page, map);
  const present = entriesOf(map);
  return [...placed(page.parsed, present, [...entries.keys()])].flatMap(([before, keys]) => {
    const rows = keys.map((key) => flowEntry(key, entries.get(key) ?? '', look));
    return before ? insertAfter(page, map, before, rows, look) : insertFirst(map, rows, look);
  });
}

function insertFirst(map: YAMLMap, rows: readonly string[], look: FlowLook): Edit[] {
  const [first] = entriesOf(map);
  const start = first ? entryStart(first) : 0;
  const gap = look.lines ? `,${look.lines.eol}${look.lines.indent}` : look.comma;
  return [{ start, end: start, text: rows.map((row) => row + gap).join('') }];
}

function insertAfter(page: Page, map: YAMLMap, before: Entry, rows: readonly string[], look: FlowLook): Edit[] {
  const { text } = page;
  const end = entryEnd(before);
  const comma = commaAfter(map, before);
  const { lines } = look;
  if (lines && startsLine(text, entryStart(before)) && restIsComment(text, comma === undefined ? end : comma + 1)) {
    const at = lineEnd(text, comma ?? end);
    const block = rows.map((row) => lines.eol + lines.indent + row);
    if (comma !== undefined) return [{ start: at, end: at, text: block.map((row) => `${row},`).join('') }];
    return [
      { start: end, end, text: ',' },
      { start: at, end: at, text: block.join(',') },
    ];
  }
  return [{ start: end, end, text: rows.map((row) => look.comma + row).join('') }];
}

/** Offset of the comma after an entry. */
function commaAfter(map: YAMLMap, entry: Entry): number | undefined {
  const items = (map.srcToken as { items?: { start: { type: string; offset: number }[] }[] } | undefined)?.items ?? [];
  const next = items[entriesOf(map).indexOf(entry) + 1];
  return next?.start.find(({ type }) => type === 'comma')?.offset;
}

/** Edits that give an entry of a flow mapping, without a value or with `{}`, a mapping of these entries. */
export function fillFlow(page: Page, parent: YAMLMap, entry: Entry, entries: ReadonlyMap<string, Nested>): Edit[] {
  const look = { ...lookOf(page, parent), values: page.json ? ('double' as const) : ('plain' as const) };
  const value = flowValue(entries, look);
  const inside = page.text.slice(...(entry.value?.range ?? [0, 0]));
  // What stands between the brackets, a comment, stays.
  if (isMap(entry.value) && inside.includes('#')) {
    const end = (entry.value.range?.[1] ?? 1) - 1;
    const { lines: _lines, ...oneLine } = look;
    return [{ start: end, end, text: flowValue(entries, oneLine).slice(1, -1) }];
  }
  const { range } = entry.value ?? {};
  if (!entry.value || isUnwritten(entry.value) || !range) {
    const end = entryEnd(entry);
    return [{ start: end, end, text: ` ${value}` }];
  }
  return [{ start: range[0], end: range[1], text: value }];
}

/** Edits that take one entry out of a flow mapping, with its comma and, where it has lines of its own, those. */
export function removeFromFlow(page: Page, map: YAMLMap, gone: Entry): Edit[] {
  const { text } = page;
  const present = entriesOf(map);
  const at = present.indexOf(gone);
  const [start, end] = [entryStart(gone), entryEnd(gone)];
  const after = commaAfter(map, gone);
  if (present.length === 1) return removeOnly(text, map, start, after === undefined ? end : after + 1);
  const before = at > 0 ? tokensBefore(gone).find(({ type }) => type === 'comma')?.offset : undefined;
  const last = after === undefined ? end : after + 1;
  if (startsLine(text, start) && restIsComment(text, last)) {
    const lines = { start: lineStart(text, start), end: nextLine(text, last), text: '' };
    return after === undefined && before !== undefined ? [{ start: before, end: before + 1, text: '' }, lines] : [lines];
  }
  const next = present[at + 1];
  if (next) {
    const gap = text.slice(last, entryStart(next));
    return [{ start, end: /^[ \t]*$/.test(gap) ? entryStart(next) : last, text: '' }];
  }
  if (before === undefined) throw new Unchangeable('an entry without a comma before it');
  if (/^[ \t]*$/.test(text.slice(before + 1, start))) return [{ start: before, end: after ?? end, text: '' }];
  return [
    { start: before, end: before + 1, text: '' },
    { start, end: last, text: '' },
  ];
}

function removeOnly(text: string, map: YAMLMap, start: number, end: number): Edit[] {
  const [open, close] = map.range ?? [start, end];
  const rest = text.slice(open + 1, start) + text.slice(end, close - 1);
  return /^\s*$/.test(rest) ? [{ start: open + 1, end: close - 1, text: '' }] : [{ start, end, text: '' }];
}
