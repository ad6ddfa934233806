import { hidden } from '../go/error.ts';
import { quote } from '../go/strconv.ts';
import { runeAt, toText } from '../go/utf8.ts';

/** What a piece of a template's text is. Words that open or shape an action are kinds of their own, named as they are written. */
export type TokenKind =
  | 'error'
  | 'end of file'
  | 'text'
  | 'left delimiter'
  | 'right delimiter'
  | 'space'
  | 'left paren'
  | 'right paren'
  | 'pipe'
  | 'assign'
  | 'declare'
  | 'char'
  | 'bool'
  | 'number'
  | 'complex'
  | 'rune'
  | 'string'
  | 'raw string'
  | 'field'
  | 'variable'
  | 'identifier'
  | 'dot'
  | Keyword;

/** Words with a meaning of their own; `nil` and the dot are told apart like them. */
export type Keyword = 'block' | 'break' | 'continue' | 'define' | 'else' | 'end' | 'if' | 'nil' | 'range' | 'template' | 'with';

export const keywords: ReadonlySet<string> = new Set<Keyword>([
  'block',
  'break',
  'continue',
  'define',
  'else',
  'end',
  'if',
  'nil',
  'range',
  'template',
  'with',
]);

/** One piece of the text: a byte offset, the bytes themselves (of an error: its message), and the line it starts on. */
export interface Token {
  readonly kind: TokenKind;
  readonly at: number;
  readonly text: string;
  readonly line: number;
}

/** Tokens longer than this many bytes are cut to as many characters. */
const longest = 10;

/** A token as an error shows it: what cannot be a value in full, literals and text only by their marks. */
export function describeToken(token: Token): string {
  switch (token.kind) {
    case 'end of file':
      return 'EOF';
    case 'error':
      return token.text;
    case 'text':
    case 'number':
    case 'complex':
    case 'rune':
    case 'string':
    case 'raw string':
      return token.text.length > longest ? `"${hidden}"...` : `"${hidden}"`;
    default:
      if (token.kind === 'dot' || keywords.has(token.kind)) return `<${toText(token.text)}>`;
      return token.text.length > longest ? `${toText(quote(firstRunes(token.text, longest)))}...` : toText(quote(token.text));
  }
}

/** At most that many runes from the start of a Go string. */
function firstRunes(text: string, count: number): string {
  let at = 0;
  for (let i = 0; i < count && at < text.length; i++) at += runeAt(text, at).size;
  return text.slice(0, at);
}
