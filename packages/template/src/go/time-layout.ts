/** One element of a layout (`2006`, `Jan`, `-07:00` ...) or the text before it. */
export interface LayoutPart {
  /** Text that stands for itself, before the element. */
  readonly prefix: string;
  /** The element as the layout has it; empty at the end of the layout. */
  readonly text: string;
  readonly element: Element | undefined;
  /** Digits of a fraction of a second (`.000` has 3), else 0. */
  readonly digits: number;
}

/** Elements by what they stand for. `fraction0` keeps trailing zeros, `fraction9` drops them. */
export type Element =
  | 'January'
  | 'Jan'
  | '1'
  | '01'
  | 'Monday'
  | 'Mon'
  | '2'
  | '_2'
  | '02'
  | '__2'
  | '002'
  | '15'
  | '3'
  | '03'
  | '4'
  | '04'
  | '5'
  | '05'
  | '2006'
  | '06'
  | 'PM'
  | 'pm'
  | 'MST'
  | Offset
  | 'fraction0'
  | 'fraction9';

/** Elements of an offset from UTC; those with Z print Z for UTC. */
export type Offset = 'Z0700' | 'Z070000' | 'Z07' | 'Z07:00' | 'Z07:00:00' | '-0700' | '-070000' | '-07' | '-07:00' | '-07:00:00';

/** What may begin at a char, the longest meaning first; `until` refuses it before a lower-case letter. */
const candidates: Readonly<Record<string, readonly { readonly text: Element; readonly until?: true }[]>> = {
  J: [{ text: 'January' }, { text: 'Jan', until: true }],
  M: [{ text: 'Monday' }, { text: 'Mon', until: true }, { text: 'MST' }],
  '0': [{ text: '01' }, { text: '02' }, { text: '03' }, { text: '04' }, { text: '05' }, { text: '06' }, { text: '002' }],
  '1': [{ text: '15' }, { text: '1' }],
  '2': [{ text: '2006' }, { text: '2' }],
  _: [{ text: '_2' }, { text: '__2' }],
  '3': [{ text: '3' }],
  '4': [{ text: '4' }],
  '5': [{ text: '5' }],
  P: [{ text: 'PM' }],
  p: [{ text: 'pm' }],
  '-': [{ text: '-070000' }, { text: '-07:00:00' }, { text: '-0700' }, { text: '-07:00' }, { text: '-07' }],
  Z: [{ text: 'Z070000' }, { text: 'Z07:00:00' }, { text: 'Z0700' }, { text: 'Z07:00' }, { text: 'Z07' }],
};

const limit = 256;
const cache = new Map<string, readonly LayoutPart[]>();

/** The parts of a layout in order; the last one has no element. Layouts are remembered, up to a bound. */
export function layoutParts(layout: string): readonly LayoutPart[] {
  const known = cache.get(layout);
  if (known) return known;
  const made = split(layout);
  if (cache.size >= limit) cache.clear();
  if (layout.length <= 200) cache.set(layout, made);
  return made;
}

function split(layout: string): LayoutPart[] {
  const parts: LayoutPart[] = [];
  let start = 0;
  for (let at = 0; at < layout.length; at++) {
    const found = elementAt(layout, at);
    if (!found) continue;
    const from = at + found.skip;
    parts.push({ prefix: layout.slice(start, from), text: found.text, element: found.element, digits: found.digits });
    start = from + found.text.length;
    at = start - 1;
  }
  parts.push({ prefix: layout.slice(start), text: '', element: undefined, digits: 0 });
  return parts;
}

interface Found {
  readonly text: string;
  readonly element: Element;
  readonly digits: number;
  /** Chars before the element that stand for themselves: the underscore of `_2006`. */
  readonly skip: number;
}

function elementAt(layout: string, at: number): Found | undefined {
  const char = layout[at] ?? '';
  if (char === '.' || char === ',') return fractionAt(layout, at);
  if (char === '_' && layout.startsWith('2006', at + 1)) return { text: '2006', element: '2006', digits: 0, skip: 1 };
  for (const { text, until } of candidates[char] ?? []) {
    if (layout.startsWith(text, at) && !(until && isLower(layout.charCodeAt(at + text.length))))
      return { text, element: text, digits: 0, skip: 0 };
  }
  return undefined;
}

function fractionAt(layout: string, at: number): Found | undefined {
  const next = layout[at + 1];
  if (next !== '0' && next !== '9') return undefined;
  let end = at + 1;
  while (layout[end] === next) end++;
  if (isDigit(layout.charCodeAt(end))) return undefined;
  return {
    text: layout.slice(at, end),
    element: next === '0' ? 'fraction0' : 'fraction9',
    digits: (end - at - 1) & 0xfff,
    skip: 0,
  };
}

function isLower(code: number): boolean {
  return code >= 97 && code <= 122;
}

function isDigit(code: number): boolean {
  return code >= 48 && code <= 57;
}
