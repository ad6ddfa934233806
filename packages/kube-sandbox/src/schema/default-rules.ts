import type { JsonSchema } from '../kinds/definition.ts';
import { type FieldError, invalid } from './field-error.ts';
import { equal } from './json.ts';
import { prune } from './prune.ts';
import { validate } from './validate.ts';

/** Defaults must be valid by the schema they stand in and hold no unknown fields. Those below additionalProperties are not looked at. */
export function checkDefaultValues(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (schema.default !== undefined) errors.push(...checkDefault(schema, schema.default, `${path}.default`));
  if (schema.items) errors.push(...checkDefaultValues(schema.items, `${path}.items`));
  for (const [name, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...checkDefaultValues(property, `${path}.properties[${name}]`));
  }
  return errors;
}

function checkDefault(schema: JsonSchema, value: unknown, path: string): FieldError[] {
  const stray = equal(prune(schema, value).value, value) ? [] : [invalid(path, value, 'must not have unknown fields')];
  const wrong = validate(schema, value).map((error) => ({ ...error, field: placeOf(error.field, path) }));
  return [...stray, ...wrong];
}

function placeOf(field: string, path: string): string {
  if (field === '') return path;
  return field.startsWith('[') ? `${path}${field}` : `${path}.${field}`;
}
