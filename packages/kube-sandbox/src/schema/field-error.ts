import { canonicalText, isObject } from './json.ts';

/** Reasons of `Status.details.causes` for a field (Kubernetes `metav1.CauseType`). */
export type FieldReason =
  | 'FieldValueDuplicate'
  | 'FieldValueForbidden'
  | 'FieldValueInvalid'
  | 'FieldValueNotSupported'
  | 'FieldValueRequired'
  | 'FieldValueTooLong'
  | 'FieldValueTooMany'
  | 'FieldValueTypeInvalid';

/** One field that is wrong. `message` starts with the phrase of its reason: `Invalid value: "x": must be ...`. */
export interface FieldError {
  readonly field: string;
  readonly reason: FieldReason;
  readonly message: string;
}

/** A string as Go's `%q` prints it. */
export function quote(text: string): string {
  return JSON.stringify(text).replaceAll(/\\u00([01][0-9a-f])/g, '\\x$1');
}

/** A value inside a message: strings quoted, objects as JSON with sorted keys, escaped for HTML as Go does. */
export function show(value: unknown): string {
  if (typeof value === 'string') return quote(value);
  if (!isObject(value) && !Array.isArray(value)) return String(value);
  return canonicalText(value);
}

const withDetail = (text: string, detail: string): string => (detail === '' ? text : `${text}: ${detail}`);

/** A required field is missing. */
export function required(field: string, detail = ''): FieldError {
  return { field, reason: 'FieldValueRequired', message: withDetail('Required value', detail) };
}

/** A field that may not be given here. */
export function forbidden(field: string, detail: string): FieldError {
  return { field, reason: 'FieldValueForbidden', message: withDetail('Forbidden', detail) };
}

/** A value that breaks a rule. */
export function invalid(field: string, value: unknown, detail: string): FieldError {
  return { field, reason: 'FieldValueInvalid', message: withDetail(`Invalid value: ${show(value)}`, detail) };
}

/** A value of the wrong JSON type. */
export function typeInvalid(field: string, value: unknown, detail: string): FieldError {
  return { field, reason: 'FieldValueTypeInvalid', message: withDetail(`Invalid value: ${show(value)}`, detail) };
}

/** A value outside an enumeration. */
export function notSupported(field: string, value: unknown, supported: readonly string[]): FieldError {
  const detail = supported.length === 0 ? '' : `supported values: ${supported.map(quote).join(', ')}`;
  return { field, reason: 'FieldValueNotSupported', message: withDetail(`Unsupported value: ${show(value)}`, detail) };
}

/** A value that may occur once. */
export function duplicate(field: string, value: unknown): FieldError {
  return { field, reason: 'FieldValueDuplicate', message: `Duplicate value: ${show(value)}` };
}

/** A text that is too long. The API server says bytes, whatever was counted. */
export function tooLong(field: string, max: number): FieldError {
  return { field, reason: 'FieldValueTooLong', message: `Too long: may not be more than ${max} ${max === 1 ? 'byte' : 'bytes'}` };
}

/** A list or map with too many entries. */
export function tooMany(field: string, actual: number, max: number): FieldError {
  const items = max === 1 ? 'item' : 'items';
  return { field, reason: 'FieldValueTooMany', message: `Too many: ${actual}: must have at most ${max} ${items}` };
}
