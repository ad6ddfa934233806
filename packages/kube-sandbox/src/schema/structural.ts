import type { JsonSchema } from '../kinds/definition.ts';
import { compareText, equal, isObject } from './json.ts';
import { type FieldError, forbidden, invalid, required } from './field-error.ts';
import { checkDefaultValues } from './default-rules.ts';
import { patternOf } from './pattern.ts';

type Level = 'root' | 'item' | 'field';

const intOrString = [{ type: 'integer' }, { type: 'string' }];
const emptyType = {
  root: 'must not be empty at the root',
  item: 'must not be empty for specified array items',
  field: 'must not be empty for specified object fields',
} as const;

/**
 * Checks that a CustomResourceDefinition's schema is structural (Kubernetes, "Specifying a structural schema"): every level has a
 * type, junctors only restrict what is specified outside of them, metadata only restricts names. Sorted by message.
 *
 * @param schema what stood in the manifest, before the full ObjectMeta is put in
 * @param path of the schema, e.g. `spec.versions[0].schema.openAPIV3Schema`
 */
export function checkStructural(schema: JsonSchema, path: string): FieldError[] {
  const structure = [...checkLevel(schema, 'root', path), ...checkComplete(schema, path)];
  const errors = structure.length > 0 ? structure : checkDefaultValues(schema, path);
  return errors.toSorted((a, b) => compareText(`${a.field}: ${a.message}`, `${b.field}: ${b.message}`));
}

function checkLevel(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const embedded = schema['x-kubernetes-embedded-resource'] === true;
  const loose = schema['x-kubernetes-int-or-string'] === true || schema['x-kubernetes-preserve-unknown-fields'] === true;
  const rest = schema.additionalProperties;

  if (schema.type === 'array' && !schema.items) errors.push(required(`${path}.items`, 'must be specified'));
  if (schema.items) errors.push(...checkLevel(schema.items, 'item', `${path}.items`));
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...checkLevel(property, 'field', `${path}.properties[${key}]`));
  }
  if (rest !== undefined && rest !== false) {
    if (level === 'root') errors.push(forbidden(`${path}.additionalProperties`, 'must not be used at the root'));
    if (embedded) {
      errors.push(forbidden(`${path}.additionalProperties`, 'must not be used if x-kubernetes-embedded-resource is set'));
    }
    if (isObject(rest)) errors.push(...checkLevel(rest, 'field', `${path}.additionalProperties`));
    if (schema.properties && Object.keys(schema.properties).length > 0) {
      errors.push(forbidden(`${path}.additionalProperties`, 'additionalProperties and properties are mutual exclusive'));
    }
  }
  errors.push(...checkExtensions(schema, path), ...checkValues(schema, level, path));

  if (embedded && schema.type !== 'object') {
    const text = 'must be object if x-kubernetes-embedded-resource is true';
    errors.push(schema.type === undefined ? required(`${path}.type`, text) : invalid(`${path}.type`, schema.type, text));
  } else if (schema.type === undefined && !loose) errors.push(required(`${path}.type`, emptyType[level]));
  if (level === 'root' && schema.type !== undefined && schema.type !== 'object') {
    errors.push(invalid(`${path}.type`, schema.type, 'must be object at the root'));
  }
  if (embedded && schema['x-kubernetes-preserve-unknown-fields'] !== true && Object.keys(schema.properties ?? {}).length === 0) {
    const text = 'must not be empty if x-kubernetes-embedded-resource is true without x-kubernetes-preserve-unknown-fields';
    errors.push(required(`${path}.properties`, text));
  }
  if (level === 'root' || embedded) errors.push(...checkTypeMeta(schema, level, path));
  return errors;
}

function checkTypeMeta(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const { kind, apiVersion, metadata } = schema.properties ?? {};
  for (const [name, property] of Object.entries({ kind, apiVersion })) {
    if (property && property.type !== 'string') {
      errors.push(invalid(`${path}.properties[${name}].type`, property.type ?? '', 'must be string'));
    }
  }
  if (!metadata) return errors;
  const at = `${path}.properties[metadata]`;
  if (metadata.type !== 'object') errors.push(invalid(`${at}.type`, metadata.type ?? '', 'must be object'));
  const { properties, type: _type, default: _default, ...other } = metadata;
  const stray = Object.keys(properties ?? {}).some((name) => name !== 'name' && name !== 'generateName');
  if (level === 'root' && (stray || Object.keys(other).length > 0)) {
    const text = 'must not specify anything other than name and generateName, but metadata is implicitly specified';
    errors.push(forbidden(at, text));
  }
  return errors;
}

function checkExtensions(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const text = 'must be false if x-kubernetes-int-or-string is true';
  if (schema['x-kubernetes-int-or-string']) {
    for (const name of ['x-kubernetes-preserve-unknown-fields', 'x-kubernetes-embedded-resource']) {
      if (schema[name] === true) errors.push(invalid(`${path}.${name}`, true, text));
    }
  }
  if (schema.uniqueItems)
    errors.push(
      forbidden(`${path}.uniqueItems`, 'uniqueItems cannot be set to true since the runtime complexity becomes quadratic'),
    );
  for (const name of [
    '$ref',
    'definitions',
    'dependencies',
    'deprecated',
    'discriminator',
    'id',
    'patternProperties',
    'readOnly',
    'writeOnly',
    'xml',
  ]) {
    if (schema[name] !== undefined) errors.push(forbidden(`${path}.${name}`, `${name} is not supported`));
  }
  errors.push(...checkListType(schema, path));
  return errors;
}

function checkListType(schema: JsonSchema, path: string): FieldError[] {
  const errors: FieldError[] = [];
  const type = schema['x-kubernetes-list-type'];
  const keys = schema['x-kubernetes-list-map-keys'] ?? [];
  if (type !== undefined && schema.type !== 'array') {
    errors.push(invalid(`${path}.type`, schema.type ?? '', 'must be array if x-kubernetes-list-type is specified'));
  }
  if (type === 'map' && keys.length === 0) {
    errors.push(required(`${path}.x-kubernetes-list-map-keys`, 'must not be empty if x-kubernetes-list-type is map'));
  }
  if (type !== 'map' && keys.length > 0) {
    errors.push(invalid(`${path}.x-kubernetes-list-type`, type ?? '', 'must be map if x-kubernetes-list-map-keys is non-empty'));
  }
  const items = schema.items;
  if (type === 'map' && items) {
    for (const key of keys) {
      if (!items.properties || !Object.hasOwn(items.properties, key)) {
        const text = 'entries must all be names of item properties';
        errors.push(invalid(`${path}.x-kubernetes-list-map-keys`, keys, text));
      } else if (!items.required?.includes(key) && items.properties[key]?.default === undefined) {
        errors.push(
          required(
            `${path}.items.properties[${key}].default`,
            'this property is in x-kubernetes-list-map-keys, so it must have a default or be a required property',
          ),
        );
      }
    }
  }
  return errors;
}

function checkValues(schema: JsonSchema, level: Level, path: string, nested = false): FieldError[] {
  const errors: FieldError[] = [];
  if (!equal(schema.anyOf, intOrString) || nested) {
    schema.anyOf?.forEach((branch, index) => errors.push(...checkNested(branch, level, `${path}.anyOf[${index}]`)));
  }
  schema.allOf?.forEach((branch, index) => {
    const exempt = index === 0 && equal(branch, { anyOf: intOrString });
    if (!exempt) errors.push(...checkNested(branch, level, `${path}.allOf[${index}]`));
  });
  schema.oneOf?.forEach((branch, index) => errors.push(...checkNested(branch, level, `${path}.oneOf[${index}]`)));
  if (schema.not) errors.push(...checkNested(schema.not, level, `${path}.not`));
  if (schema.pattern !== undefined) {
    try {
      patternOf(schema.pattern);
    } catch (error) {
      const text = `must be a valid regular expression, but isn't: ${(error as Error).message}`;
      errors.push(invalid(`${path}.pattern`, schema.pattern, text));
    }
  }
  return errors;
}

const nestedForbidden: Readonly<Record<string, string>> = {
  type: 'must be empty to be structural',
  additionalProperties: 'must be undefined to be structural',
  default: 'must be undefined to be structural',
  title: 'must be empty to be structural',
  description: 'must be empty to be structural',
  nullable: 'must be false to be structural',
  'x-kubernetes-preserve-unknown-fields': 'must be false to be structural',
  'x-kubernetes-embedded-resource': 'must be false to be structural',
  'x-kubernetes-int-or-string': 'must be false to be structural',
  'x-kubernetes-list-map-keys': 'must be empty to be structural',
  'x-kubernetes-list-type': 'must be undefined to be structural',
  'x-kubernetes-map-type': 'must be undefined to be structural',
};

function checkNested(schema: JsonSchema, level: Level, path: string): FieldError[] {
  const errors = checkValues(schema, level, path, true);
  if (schema.items) errors.push(...checkNested(schema.items, level, `${path}.items`));
  for (const [key, property] of Object.entries(schema.properties ?? {})) {
    errors.push(...checkNested(property, 'field', `${path}.properties[${key}]`));
    if (key === 'metadata') errors.push(forbidden(`${path}.properties[metadata]`, 'must not be specified in a nested context'));
  }
  for (const [name, text] of Object.entries(nestedForbidden)) {
    if (schema[name] !== undefined && schema[name] !== false && schema[name] !== '')
      errors.push(forbidden(`${path}.${name}`, text));
  }
  return errors;
}

/** What the junctors of the root speak of must be specified outside of junctors too. The API server does not look deeper. */
function checkComplete(schema: JsonSchema, path: string): FieldError[] {
  return checkCovered(pickJunctors(schema), schema, path, path);
}

function pickJunctors({ anyOf, allOf, oneOf, not }: JsonSchema): JsonSchema {
  return { ...(anyOf && { anyOf }), ...(allOf && { allOf }), ...(oneOf && { oneOf }), ...(not && { not }) };
}

function checkCovered(branch: JsonSchema, outer: JsonSchema | undefined, path: string, outerPath: string): FieldError[] {
  const because = `because it is defined in ${path}`;
  if (outer === undefined) return [required(outerPath, because)];
  const errors: FieldError[] = [];
  for (const name of ['anyOf', 'allOf', 'oneOf'] as const) {
    branch[name]?.forEach((inner, index) => errors.push(...checkCovered(inner, outer, `${path}.${name}[${index}]`, outerPath)));
  }
  if (branch.not) errors.push(...checkCovered(branch.not, outer, `${path}.not`, outerPath));
  if (branch.items) errors.push(...checkCovered(branch.items, outer.items, `${path}.items`, `${outerPath}.items`));
  for (const [key, property] of Object.entries(branch.properties ?? {})) {
    const covered = outer.properties && Object.hasOwn(outer.properties, key) ? outer.properties[key] : undefined;
    errors.push(...checkCovered(property, covered, `${path}.properties[${key}]`, `${outerPath}.properties[${key}]`));
  }
  return errors;
}
