import { formatFloat } from './strconv.ts';
import { toGo, toText } from './utf8.ts';
import { isBlank, isBlankOrEnd, isBreak } from './yaml-cursor.ts';
import type { YamlMapping, YamlSequence, YamlValue } from './yaml-decode.ts';
import { compareKeys } from './yaml-order.ts';
import { resolvePlain } from './yaml-resolve.ts';
import { isPrintable, YamlWriter } from './yaml-writer.ts';
import type { Style } from './yaml-writer.ts';

/** Keys longer than this are written after a `?`. */
const longestSimpleKey = 128;

/** Writes a value as yaml.v2 does: blocks indented by two, sequences in mappings not indented, keys in its order. Ends with a line feed. */
export function emitYaml(value: YamlValue): string {
  const writer = new YamlWriter();
  emitNode(writer, value, { inMapping: false, isKey: false });
  writer.indent = -1;
  writer.toIndent();
  return toGo(writer.text);
}

interface Place {
  readonly inMapping: boolean;
  /** A key that needs no `?`. */
  readonly isKey: boolean;
}

function emitNode(writer: YamlWriter, value: YamlValue, place: Place): void {
  if (typeof value !== 'object' || value === null) return emitScalar(writer, value, place);
  const isEmpty = value.kind === 'sequence' ? value.items.length === 0 : value.entries.size === 0;
  const outer = writer.indent;
  if (isEmpty) {
    const [open, close] = value.kind === 'sequence' ? ['[', ']'] : ['{', '}'];
    writer.indicator(open, { spaced: true });
    writer.indicator(close);
  } else if (value.kind === 'sequence') {
    emitSequence(writer, value, place.inMapping && !writer.inIndentation);
  } else {
    emitMapping(writer, value);
  }
  writer.indent = outer;
}

function emitSequence(writer: YamlWriter, { items }: YamlSequence, standsOut: boolean): void {
  if (writer.indent < 0) writer.indent = 0;
  else if (!standsOut) writer.indent += 2;
  for (const item of items) {
    writer.toIndent();
    writer.indicator('-', { spaced: true, keepsIndentation: true });
    emitNode(writer, item, { inMapping: false, isKey: false });
  }
}

function emitMapping(writer: YamlWriter, { entries }: YamlMapping): void {
  writer.indent = writer.indent < 0 ? 0 : writer.indent + 2;
  const sorted = [...entries.values()].map(([key, value]) => ({ key, text: textOf(key), value }));
  sorted.sort((a, b) => compareKeys(a.text, b.text));
  for (const { key, text, value } of sorted) {
    writer.toIndent();
    const isKey = toGo(text).length <= longestSimpleKey && !hasBreak(text);
    if (!isKey) writer.indicator('?', { spaced: true, keepsIndentation: true });
    emitNode(writer, key, { inMapping: true, isKey });
    if (isKey) {
      writer.indicator(':');
    } else {
      writer.toIndent();
      writer.indicator(':', { spaced: true, keepsIndentation: true });
    }
    emitNode(writer, value, { inMapping: true, isKey: false });
  }
}

type ScalarValue = Exclude<YamlValue, YamlSequence | YamlMapping>;

function textOf(value: ScalarValue): string {
  if (typeof value === 'string') return toText(value);
  if (value === null) return 'null';
  if (typeof value !== 'number') return String(value);
  const text = formatFloat(value, 'g', -1);
  return text === '+Inf' ? '.inf' : text === '-Inf' ? '-.inf' : text === 'NaN' ? '.nan' : text;
}

function emitScalar(writer: YamlWriter, value: ScalarValue, { isKey }: Place): void {
  const text = textOf(value);
  const outer = writer.indent;
  writer.indent = writer.indent < 0 ? 2 : writer.indent + 2;
  switch (styleOf(text, typeof value === 'string', isKey)) {
    case 'plain':
      writer.plain(text, !isKey);
      break;
    case 'single':
      writer.single(text, !isKey);
      break;
    case 'double':
      writer.double(text, !isKey);
      break;
    case 'literal':
      writer.literal(text);
      break;
  }
  writer.indent = outer;
}

const base60 = /^[-+]?[0-9][0-9_]*(?::[0-5]?[0-9])+(?:\.[0-9_]*)?$/;

/** What the encoder asks for, and what the text allows. */
function styleOf(text: string, isString: boolean, isKey: boolean): Style {
  const allowed = analyse(text);
  if (isString && text.includes('\n')) return allowed.literal && !isKey ? 'literal' : 'double';
  if (isString && (resolvePlain(text).kind !== 'str' || base60.test(text))) return 'double';
  if (isKey && hasBreak(text)) return 'double';
  if (allowed.plain) return 'plain';
  return allowed.single ? 'single' : 'double';
}

function hasBreak(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (isBreak(text.charCodeAt(i))) return true;
  return false;
}

/** Which styles a text can be written in, in a block. */
function analyse(text: string): { plain: boolean; single: boolean; literal: boolean } {
  if (text === '') return { plain: true, single: true, literal: false };
  const characters = Array.from(text);
  const codeAt = (at: number): number => characters[at]?.codePointAt(0) ?? 0;
  const last = characters.length - 1;
  let plain = !/^(?:---|\.\.\.|[#,[\]{}&*!|>'"%@`])/.test(text);
  let [isSpecial, hasBreaks, spaceThenBreak, breakThenSpace] = [false, false, false, false];
  characters.forEach((character, i) => {
    const code = codeAt(i);
    const endsWord = i === last || isBlank(codeAt(i + 1));
    if (endsWord && (character === ':' || (i === 0 && (character === '?' || character === '-')))) plain = false;
    if (character === '#' && i > 0 && isBlankOrEnd(codeAt(i - 1))) plain = false;
    if (!isPrintable(character)) isSpecial = true;
    if (isBreak(code)) {
      hasBreaks = true;
      if (codeAt(i - 1) === 32) spaceThenBreak = true;
    }
    if (code === 32 && i > 0 && isBreak(codeAt(i - 1))) breakThenSpace = true;
  });
  const isEdge = (code: number): boolean => code === 32 || isBreak(code);
  const isQuotable = !spaceThenBreak && !isSpecial;
  return {
    plain: plain && isQuotable && !breakThenSpace && !hasBreaks && !isEdge(codeAt(0)) && !isEdge(codeAt(last)),
    single: isQuotable && !breakThenSpace,
    literal: isQuotable && codeAt(last) !== 32,
  };
}
