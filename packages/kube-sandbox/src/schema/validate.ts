import type { JsonSchema } from '../kinds/definition.ts';
import { type FieldError, invalid, notSupported, quote, required, tooLong, tooMany, typeInvalid } from './field-error.ts';
import { hasFormat } from './formats.ts';
import { equal, isObject, own } from './json.ts';
import { patternOf } from './pattern.ts';

/**
 * Every field of `value` that breaks `schema`, worded as the API server words it for custom resources. Rules in
 * `x-kubernetes-validations` (CEL) are not evaluated. Uniqueness of list-type set and map is `checkLists`.
 *
 * @param path where `value` sits, e.g. `spec.items[0]`; empty for a whole object
 */
export function validate(schema: JsonSchema, value: unknown, path = ''): FieldError[] {
  if (value === null || value === undefined) return [...checkType(schema, null, path), ...checkEnum(schema, null, path)];
  return [
    ...checkType(schema, value, path),
    ...checkJunctors(schema, value, path),
    ...(typeof value === 'string' ? checkString(schema, value, path) : []),
    ...(typeof value === 'number' ? checkNumber(schema, value, path) : []),
    ...(Array.isArray(value) ? checkList(schema, value, path) : []),
    ...checkEnum(schema, value, path),
    ...(isObject(value) ? checkObject(schema, value, path) : []),
  ];
}

const child = (path: string, key: string): string => (path === '' ? key : `${path}.${key}`);

/** The JSON type names a value satisfies, its own first. */
function typesOf(value: unknown): readonly string[] {
  if (value === null) return ['null'];
  if (Array.isArray(value)) return ['array'];
  if (typeof value === 'number') return Number.isInteger(value) ? ['integer', 'number'] : ['number'];
  return [typeof value];
}

function checkType(schema: JsonSchema, value: unknown, path: string): FieldError[] {
  const expected = schema['x-kubernetes-int-or-string'] ? ['integer', 'string'] : schema.type === undefined ? [] : [schema.type];
  if (expected.length === 0 || (value === null && schema.nullable)) return [];
  const actual = typesOf(value);
  if (expected.some((type) => actual.includes(type))) return [];
  // A format of strings switches the type check off for strings and lists (an oddity of the validator the API server uses).
  const loose = schema.type !== 'integer' && schema.type !== 'number' && (schema.format ?? '') !== '';
  if (loose && schema.type === 'string' && Array.isArray(value)) return [];
  const [found = ''] = actual;
  return [typeInvalid(path, found, `${path} in body must be of type ${expected.join(',')}: ${quote(found)}`)];
}

function checkEnum(schema: JsonSchema, value: unknown, path: string): FieldError[] {
  if (schema.enum === undefined || schema.enum.length === 0 || schema.enum.some((allowed) => equal(allowed, value))) return [];
  const supported = schema.enum.map((allowed) => (typeof allowed === 'string' ? allowed : JSON.stringify(allowed)));
  return [notSupported(path, value, supported)];
}

function checkString(schema: JsonSchema, value: string, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const length = Array.from(value).length;
  if (schema.maxLength !== undefined && length > schema.maxLength) errors.push(tooLong(path, schema.maxLength));
  else if (schema.minLength !== undefined && length < schema.minLength) {
    errors.push(invalid(path, value, `${path} in body should be at least ${schema.minLength} chars long`));
  } else if (schema.pattern !== undefined && !patternOf(schema.pattern).test(value)) {
    errors.push(invalid(path, value, `${path} in body should match '${schema.pattern}'`));
  }
  if (schema.format !== undefined && (schema.type === undefined || schema.type === 'string') && !hasFormat(value, schema.format)) {
    errors.push(typeInvalid(path, value, `${path} in body must be of type ${schema.format}: ${quote(value)}`));
  }
  return errors;
}

const ranges: Readonly<Record<string, readonly [number, number]>> = {
  int32: [-(2 ** 31), 2 ** 31 - 1],
  int64: [-(2 ** 63), 2 ** 63],
};

function checkNumber(schema: JsonSchema, value: number, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const range = schema.type === 'integer' ? ranges[schema.format ?? 'int64'] : undefined;
  if (range && (!Number.isInteger(value) || value < range[0] || value > range[1])) {
    const format = schema.format === undefined ? ' (default format)' : ` with format ${schema.format}`;
    errors.push(invalid('<nil>', '', `Checked value must be of type integer${format} in ${path}`));
  }
  // Whole numbers are compared as such: the API server cuts off the fraction of the bound.
  const bound = (limit: number): number => (Number.isInteger(value) ? Math.trunc(limit) : limit);
  const { multipleOf, maximum, minimum } = schema;
  if (multipleOf !== undefined && !Number.isInteger(value / multipleOf)) {
    errors.push(invalid(path, value, `${path} in body should be a multiple of ${multipleOf}`));
  }
  if (minimum !== undefined && (value < bound(minimum) || (schema.exclusiveMinimum === true && value === bound(minimum)))) {
    const relation = schema.exclusiveMinimum ? 'greater than' : 'greater than or equal to';
    errors.push(invalid(path, value, `${path} in body should be ${relation} ${minimum}`));
  }
  if (maximum !== undefined && (value > bound(maximum) || (schema.exclusiveMaximum === true && value === bound(maximum)))) {
    const relation = schema.exclusiveMaximum ? 'less than' : 'less than or equal to';
    errors.push(invalid(path, value, `${path} in body should be ${relation} ${maximum}`));
  }
  return errors;
}

function checkList(schema: JsonSchema, value: readonly unknown[], path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { items, minItems, maxItems } = schema;
  if (items) value.forEach((item, index) => errors.push(...validate(items, item, `${path}[${index}]`)));
  if (minItems !== undefined && value.length < minItems) {
    errors.push(invalid(path, value.length, `${path} in body should have at least ${minItems} items`));
  }
  if (maxItems !== undefined && value.length > maxItems) errors.push(tooMany(path, value.length, maxItems));
  if (schema.uniqueItems && value.some((item, index) => value.slice(0, index).some((earlier) => equal(earlier, item)))) {
    errors.push(invalid(path, '', `${path} in body shouldn't contain duplicates`));
  }
  return errors;
}

function checkObject(schema: JsonSchema, value: Readonly<Record<string, unknown>>, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const count = Object.keys(value).length;
  if (schema.minProperties !== undefined && count < schema.minProperties) {
    errors.push(invalid(path, count, `${path} in body should have at least ${schema.minProperties} properties`));
  }
  if (schema.maxProperties !== undefined && count > schema.maxProperties) errors.push(tooMany(path, count, schema.maxProperties));
  const rest = schema.additionalProperties;
  for (const [key, member] of Object.entries(value)) {
    const property = own(schema.properties, key);
    if (property) errors.push(...validate(property, member, child(path, key)));
    else if (isObject(rest)) errors.push(...validate(rest, member, child(path, key)));
    else if (rest === false) errors.push(invalid(path, key, `${path}.${key} in body is a forbidden property`));
  }
  const embedded = schema['x-kubernetes-embedded-resource'] ? ['apiVersion', 'kind'] : [];
  for (const key of new Set([...(schema.required ?? []), ...embedded])) {
    if (!Object.hasOwn(value, key)) errors.push(required(child(path, key)));
  }
  return errors;
}

/** Failures of a junctor as a whole name no field: the API server's own wording starts with `<nil>`. */
const junctor = (path: string, text: string): FieldError => invalid('<nil>', '', `${quote(path)} must ${text}`);

function checkJunctors(schema: JsonSchema, value: unknown, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const outcomes = (branches: readonly JsonSchema[] | undefined): FieldError[][] =>
    (branches ?? []).map((branch) => validate(branch, value, path));
  const least = (failures: FieldError[][]): FieldError[] =>
    failures.reduce((best, next) => (next.length < best.length ? next : best), failures[0] ?? []);

  const any = schema['x-kubernetes-int-or-string'] ? [] : outcomes(schema.anyOf);
  if (any.length > 0 && any.every((failures) => failures.length > 0)) {
    errors.push(junctor(path, 'validate at least one schema (anyOf)'), ...least(any));
  }
  const one = outcomes(schema.oneOf);
  const valid = one.filter((failures) => failures.length === 0).length;
  if (one.length > 0 && valid !== 1) {
    const found = valid === 0 ? 'Found none valid' : `Found ${valid} valid alternatives`;
    errors.push(junctor(path, `validate one and only one schema (oneOf). ${found}`), ...(valid === 0 ? least(one) : []));
  }
  const all = outcomes(schema.allOf);
  errors.push(...all.flat());
  if (all.some((failures) => failures.length > 0)) {
    const none = all.every((failures) => failures.length > 0) ? '. None validated' : '';
    errors.push(junctor(path, `validate all the schemas (allOf)${none}`));
  }
  if (schema.not && validate(schema.not, value, path).length === 0) errors.push(junctor(path, 'not validate the schema (not)'));
  return errors;
}
