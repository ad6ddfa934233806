export { marshal } from './json-marshal.ts';
export { unmarshal, UnmarshalError, unmarshalMap } from './json-unmarshal.ts';
