import { isAlias, isScalar } from 'yaml';
import type { Scalar } from 'yaml';
import { nextLine } from './splice-edit.ts';
import type { Edit } from './splice-edit.ts';
import { entryEnd, headEnd, isUnwritten, styleOf, tokensBetween } from './splice-nodes.ts';
import type { Entry } from './splice-nodes.ts';
import { styled } from './splice-text.ts';

/**
 * Edits that put another text in the place of an entry's value, in the quotes of the old one. A block scalar becomes one line,
 * and the comment beside its `|` stays.
 */
export function replaceValue(text: string, entry: Entry, value: string, where: 'block' | 'flow'): Edit[] {
  const node = entry.value;
  const head = headEnd(entry);
  if (!node || isUnwritten(node)) {
    const colon = tokensBetween(entry).some((token) => token.type === 'map-value-ind');
    return [{ start: head, end: head, text: `${colon ? ' ' : ': '}${styled(value, 'plain', where)}` }];
  }
  const [start, end] = node.range ?? [head, head];
  if (isScalar(node)) {
    const tag = tagEdits(text, entry, node);
    if (node.type === 'BLOCK_LITERAL' || node.type === 'BLOCK_FOLDED') return [...tag, ...replaceBlockScalar(text, node, value)];
    return [...tag, { start, end, text: styled(value, styleOf(node) ?? 'plain', where) }];
  }
  if (isAlias(node)) return [{ start, end, text: styled(value, 'plain', where) }];
  const close = text.slice(head, start).trim() === '';
  return [{ start: close ? head : start, end: entryEnd(entry), text: `${close ? ' ' : ''}${styled(value, 'plain', where)}` }];
}

/** A tag that makes something else than a text of what follows it goes. */
function tagEdits(text: string, entry: Entry, node: Scalar): Edit[] {
  const tag = node.tag?.replace('tag:yaml.org,2002:', '');
  if (tag === undefined || tag === 'str' || tag === '!') return [];
  const token = tokensBetween(entry).find(({ type }) => type === 'tag');
  if (!token) return [];
  const end = token.offset + token.source.length;
  return [{ start: token.offset, end: end + (/^[ \t]*/.exec(text.slice(end))?.[0].length ?? 0), text: '' }];
}

function replaceBlockScalar(text: string, node: Scalar, value: string): Edit[] {
  const start = node.range?.[0] ?? 0;
  const header = /^[|>][-+0-9]*/.exec(text.slice(start))?.[0] ?? '';
  const replaced = { start, end: start + header.length, text: styled(value, 'plain', 'block') };
  const body = nextLine(text, start);
  const end = blockScalarEnd(text, node);
  if (end <= body) return [replaced];
  // A text without a line end at its end still has none.
  const open = !text.slice(body, end).endsWith('\n');
  const lineBreak = text.slice(0, body).endsWith('\r\n') ? 2 : 1;
  return [replaced, { start: open ? body - lineBreak : body, end, text: '' }];
}

/** Offset after the last line of a block scalar that is not blank; `+` counts blank lines too. */
export function blockScalarEnd(text: string, node: Scalar): number {
  const [start, end] = node.range ?? [0, 0];
  const headerEnd = nextLine(text, start);
  if (/^[|>][0-9]*\+/.test(text.slice(start)) || end <= headerEnd) return end;
  let last = end;
  while (last > headerEnd && ' \t\r\n'.includes(text.charAt(last - 1))) last -= 1;
  return last === headerEnd ? headerEnd : Math.min(end, nextLine(text, last));
}
