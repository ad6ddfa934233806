export type { FloatFormat } from './strconv-float.ts';
export { formatFloat } from './strconv-float.ts';
export { atoi, formatInt, parseBool, parseInt, parseUint } from './strconv-int.ts';
export { NumberError } from './strconv-number.ts';
export { parseFloat } from './strconv-parse-float.ts';
export { isPrintable } from './strconv-printable.ts';
export { canBackquote, quote, quoteRune, quoteRuneToAscii, quoteToAscii } from './strconv-quote.ts';
export type { Unquoted } from './strconv-unquote.ts';
export { unquote, unquoteChar } from './strconv-unquote.ts';
