import { base64Fault } from '../../kinds/base64.ts';
import type { JsonSchema, KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { isObject, own } from '../../schema/index.ts';
import { badRequest } from '../status-error.ts';

/**
 * Reads an object of a built-in kind as its Go structure would be read: a value of the wrong JSON type, or bytes that are no
 * base64, fail the request before any validation. Of a custom object only `metadata` is read that way.
 *
 * @throws a 400 Status in the words of Go's decoder
 */
export function checkTypes(object: KubeObject, kind: KindDefinition): void {
  const fault = kind.custom
    ? faultIn(own(kind.schema.properties, 'metadata'), object.metadata, 'ObjectMeta.metadata')
    : faultIn(kind.schema, object, kind.kind);
  if (fault === undefined) return;
  throw badRequest(`${kind.kind} in version "${kind.version}" cannot be handled as a ${kind.kind}: ${fault}`);
}

/** @param path the Go field so far; keys of maps and indexes of lists are not part of it */
function faultIn(schema: JsonSchema | undefined, value: unknown, path: string): string | undefined {
  // Null is the zero value of every Go type.
  if (!schema || value === null || value === undefined) return undefined;
  if (schema['x-kubernetes-int-or-string']) return undefined;
  const found = jsonType(value);
  const wanted = schema.type === 'integer' ? 'number' : schema.type;
  const broken = schema.type === 'integer' && found === 'number' && !Number.isInteger(value);
  if (wanted !== undefined && (found !== wanted || broken)) {
    const shown = found === 'boolean' ? 'bool' : broken ? `number ${JSON.stringify(value)}` : found;
    return `json: cannot unmarshal ${shown} into Go struct field ${path} of type ${goType(schema)}`;
  }
  if (typeof value === 'string') {
    const at = schema.format === 'byte' ? base64Fault(value) : undefined;
    return at === undefined ? undefined : `illegal base64 data at input byte ${at}`;
  }
  if (Array.isArray(value)) return first(value.map((item) => () => faultIn(schema.items, item, path)));
  if (!isObject(value)) return undefined;
  const rest = isObject(schema.additionalProperties) ? schema.additionalProperties : undefined;
  return first(
    Object.entries(value).map(([key, member]) => () => {
      const property = own(schema.properties, key);
      return property ? faultIn(property, member, `${path}.${key}`) : faultIn(rest, member, path);
    }),
  );
}

function first(checks: readonly (() => string | undefined)[]): string | undefined {
  for (const check of checks) {
    const fault = check();
    if (fault !== undefined) return fault;
  }
  return undefined;
}

function jsonType(value: unknown): string {
  return Array.isArray(value) ? 'array' : typeof value;
}

function goType(schema: JsonSchema): string {
  switch (schema.type) {
    case 'string':
      return schema.format === 'byte' ? '[]uint8' : schema.format === 'date-time' ? 'v1.Time' : 'string';
    case 'integer':
      return schema.format ?? 'int64';
    case 'boolean':
      return 'bool';
    case 'array':
      return `[]${schema.items ? goType(schema.items) : 'interface {}'}`;
    case 'object':
      return schema.additionalProperties ? 'map[string]string' : 'struct';
    default:
      return 'interface {}';
  }
}
