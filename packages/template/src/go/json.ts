export { indentJson } from './json-indent.ts';
export type { MarshalOptions } from './json-marshal.ts';
export { marshal } from './json-marshal.ts';
export { JsonError } from './json-scan.ts';
export { jsonString } from './json-string.ts';
export { cannotUnmarshal, unmarshal, UnmarshalError, unmarshalMap } from './json-unmarshal.ts';
