/** What the scanner makes of a text, in YAML's own terms. */
export type TokenType =
  | 'version'
  | 'tag directive'
  | 'document start'
  | 'document end'
  | 'stream end'
  | 'block sequence start'
  | 'block mapping start'
  | 'block end'
  | '['
  | ']'
  | '{'
  | '}'
  | ','
  | '-'
  | '?'
  | ':'
  | 'alias'
  | 'anchor'
  | 'tag'
  | 'scalar';

/** A token and the line it starts in, from 0. */
export interface Token {
  readonly type: TokenType;
  readonly line: number;
  /** Of scalars their text, of anchors and aliases the name, of tags the handle. */
  readonly value: string;
  /** Of scalars: whether they stand without quotes and not in a block. */
  readonly isPlain: boolean;
  /** Of tags what follows the handle, of tag directives what the handle stands for, of versions the minor number. */
  readonly suffix: string;
}

export function token(type: TokenType, line: number, rest: Partial<Token> = {}): Token {
  return { type, line, value: '', isPlain: false, suffix: '', ...rest };
}
