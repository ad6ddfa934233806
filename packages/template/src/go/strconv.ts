export { formatFloat } from './strconv-float.ts';
export { atoi, parseInt, parseUint } from './strconv-int.ts';
export { parseFloat } from './strconv-parse-float.ts';
export { isPrintable } from './strconv-printable.ts';
export { quote } from './strconv-quote.ts';
export { unquote } from './strconv-unquote.ts';
