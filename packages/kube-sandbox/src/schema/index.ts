export { applyDefaults } from './defaults.ts';
export type { FieldError } from './field-error.ts';
export * as fieldError from './field-error.ts';
export { clone, equal, isObject, own } from './json.ts';
export { checkLists } from './list-type.ts';
export { prune, unknownFieldMessage } from './prune.ts';
export { Rejection } from './rejection.ts';
export { checkStructural } from './structural.ts';
export { validate } from './validate.ts';
