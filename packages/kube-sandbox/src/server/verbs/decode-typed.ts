import { base64Fault } from '../../kinds/base64.ts';
import type { JsonSchema, KindDefinition } from '../../kinds/definition.ts';
import type { KubeObject } from '../../kinds/object.ts';
import { fieldError, isObject, own } from '../../schema/index.ts';
import { badRequest, invalid } from '../status-error.ts';

/**
 * Reads an object of a built-in kind as its Go structure would be read: a value of the wrong JSON type, or bytes that are no
 * base64, fail the request before any validation. Of a custom object only `metadata` is read that way.
 *
 * @param patched the object is what a patch made: the answer is then a 422 about the patch
 * @throws a 400 Status in the words of Go's decoder
 */
export function checkTypes(object: KubeObject, kind: KindDefinition, patched: boolean): void {
  const fault = kind.custom
    ? faultIn(own(kind.schema.properties, 'metadata'), object.metadata, 'ObjectMeta')
    : faultIn(kind.schema, object, kind.kind);
  if (fault === undefined) return;
  if (patched && !kind.custom) {
    // The API server repeats the whole object here; a Secret's values have no place in an error.
    throw invalid({ group: '', kind: '' }, '', [fieldError.invalid('patch', '<object>', fault)]);
  }
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
    if (schema.format === 'date-time') return timeFault(value, microTimes.has(path.slice(path.lastIndexOf('.') + 1)));
    const at = schema.format === 'byte' ? base64Fault(value) : undefined;
    return at === undefined ? undefined : `illegal base64 data at input byte ${at}`;
  }
  if (Array.isArray(value)) return first(value.map((item) => () => faultIn(schema.items, item, path)));
  if (!isObject(value)) return undefined;
  const rest = isObject(schema.additionalProperties) ? schema.additionalProperties : undefined;
  return first(
    Object.entries(value).map(([key, member]) => () => {
      const property = own(schema.properties, key);
      if (!property) return faultIn(rest, member, path);
      // Go names the structure a field is declared in, which for metadata is not the object's own.
      return faultIn(property, member, key === 'metadata' ? 'ObjectMeta.metadata' : `${path}.${key}`);
    }),
  );
}

/** Fields of type `metav1.MicroTime`, which wants exactly six digits; the other times are `metav1.Time`. */
const microTimes = new Set(['acquireTime', 'renewTime', 'eventTime', 'lastObservedTime']);

/** What Go's time parser says of a text, in its own layout notation. */
function timeFault(text: string, isMicro: boolean): string | undefined {
  const layout = isMicro ? '2006-01-02T15:04:05.000000Z07:00' : '2006-01-02T15:04:05Z07:00';
  const match = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?(Z|[+-]\d{2}:\d{2})$/.exec(text);
  const says = (rest: string, wanted: string): string =>
    `parsing time ${JSON.stringify(text)} as ${JSON.stringify(layout)}: cannot parse ${JSON.stringify(rest)} as ${JSON.stringify(wanted)}`;
  if (!match) return says(text, '2006');
  const fraction = match[1] ?? '';
  if (isMicro && fraction.length !== 7) return says(`${fraction}${match[2] ?? ''}`, '.000000');
  return undefined;
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
      return isObject(schema.additionalProperties) ? `map[string]${goType(schema.additionalProperties)}` : 'struct';
    default:
      return 'interface {}';
  }
}

/** Null in a map of a built-in kind is the zero value of the map's type: an empty text. */
export function zeroNulls(object: KubeObject): KubeObject {
  const next: KubeObject = { ...object };
  for (const field of ['data', 'binaryData', 'stringData']) {
    const values = next[field];
    if (isObject(values)) next[field] = Object.fromEntries(Object.entries(values).map(([key, value]) => [key, value ?? '']));
  }
  return next;
}
