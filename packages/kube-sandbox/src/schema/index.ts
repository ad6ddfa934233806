export { applyDefaults } from './defaults.ts';
export { type FieldError, type FieldReason, invalidObject } from './field-error.ts';
export * as fieldError from './field-error.ts';
export { canonicalText, clone, compareText, equal, isObject, type JsonObject, own, put } from './json.ts';
export { checkLists } from './list-type.ts';
export { prune, type Pruned, unknownFieldMessage } from './prune.ts';
export { badRequest, type Cause, Rejection, type RejectionParts, tooLarge, unprocessable } from './rejection.ts';
export { checkStructural } from './structural.ts';
export { validate } from './validate.ts';
