import type { Budget } from '../run.ts';
import { marshal } from './json.ts';
import { formatFloat } from './strconv.ts';
import { toGo, toText } from './utf8.ts';
import { anyMap, anySlice, GoMap, Slice } from './value.ts';
import type { Value } from './value.ts';
import { decodeYaml } from './yaml-decode.ts';
import type { YamlMapping, YamlValue } from './yaml-decode.ts';
import { emitYaml } from './yaml-emit.ts';
import { YamlError } from './yaml-error.ts';
import { parseYaml } from './yaml-parse.ts';
import type { YamlNode } from './yaml-parse.ts';
import { resolvePlain } from './yaml-resolve.ts';
import type { ScalarKind } from './yaml-resolve.ts';
import { goSyntax } from './yaml-syntax.ts';

/**
 * YAML as sigs.k8s.io/yaml reads and writes it: YAML 1.1 by way of JSON, so that keys become strings, numbers float64, and a date
 * stays text. Texts are Go strings.
 *
 * @module
 */

/** The first document of a text, decoded; what JSON cannot hold is refused. @throws YamlError */
function readYaml(text: string, budget: Budget): YamlValue {
  return readWithRoot(text, budget).value;
}

function readWithRoot(text: string, budget: Budget): { root: YamlNode | undefined; value: YamlValue } {
  budget.make(text.length);
  budget.step(text.length >> 1);
  try {
    const root = parseYaml(text, budget);
    const value = decodeYaml(root, budget);
    checkKeys(value);
    return { root, value };
  } catch (error) {
    throw error instanceof YamlError ? error.within('error converting YAML to JSON: ') : error;
  }
}

/**
 * As `yaml.Unmarshal` into a `map[string]interface {}`; an empty document is an empty map.
 *
 * @throws YamlError with the words of sigs.k8s.io/yaml
 */
export function unmarshalMap(text: string, budget: Budget): GoMap {
  const value = toValue(readYaml(text, budget));
  if (value === null) return anyMap([]);
  if (value instanceof GoMap) return value;
  throw cannotUnmarshal(value, 'map[string]interface {}');
}

/** A scalar without quotes that came out otherwise than it was written: `yes` became `true`, `1.10` became `1.1`. */
export interface Coercion {
  /** The key as it came out, a Go string. */
  readonly key: string;
  /** The key as it was written, a Go string. */
  readonly written: string;
  readonly what: 'key' | 'value';
  /** What YAML took it for. */
  readonly kind: ScalarKind;
}

function coercionsOf([keyNode, valueNode]: readonly [YamlNode, YamlNode]): Coercion[] {
  if (keyNode.kind !== 'scalar') return [];
  const key = resolvePlain(keyNode.value);
  const written = toGo(keyNode.value);
  const name = keyNode.isImplicit && keyNode.tag === '' && key.value !== null ? keyText(key.value, null) : written;
  const changed: Coercion[] = name === written ? [] : [{ key: name, written, what: 'key', kind: key.kind }];
  if (valueNode.kind === 'scalar' && valueNode.isImplicit && valueNode.tag === '') {
    const { kind, value } = resolvePlain(valueNode.value);
    if (asString(value) !== toGo(valueNode.value)) changed.push({ key: name, written, what: 'value', kind });
  }
  return changed;
}

/**
 * As `yaml.Unmarshal` into a `map[string]string`: scalars become text again, floats with 32 bits, null the empty string.
 *
 * @throws YamlError with the words of sigs.k8s.io/yaml
 */
export function unmarshalStrings(text: string, budget: Budget): Map<string, string> {
  return stringsOf(readYaml(text, budget));
}

/** The same, and which keys and values of the outermost mapping came out otherwise than they were written. */
export function unmarshalStringsNoting(text: string, budget: Budget): { strings: Map<string, string>; coercions: Coercion[] } {
  const { root, value } = readWithRoot(text, budget);
  return { strings: stringsOf(value), coercions: root?.kind === 'mapping' ? root.pairs.flatMap(coercionsOf) : [] };
}

function stringsOf(value: YamlValue): Map<string, string> {
  if (value === null) return new Map();
  if (typeof value !== 'object' || value.kind !== 'mapping') throw cannotUnmarshal(toValue(value), 'map[string]string');
  const strings = new Map<string, string>();
  let problem: YamlError | undefined;
  for (const [key, each] of sortedEntries(value)) {
    if (typeof each !== 'object' || each === null) {
      strings.set(key, asString(each));
      continue;
    }
    const nested = cannotUnmarshal(toValue(each), 'string');
    problem ??= nested;
  }
  if (problem) throw problem;
  return strings;
}

function asString(value: null | boolean | bigint | number | string): string {
  if (value === null) return '';
  if (typeof value === 'number') return formatFloat(value, 'g', -1, 32);
  return typeof value === 'string' ? valid(value) : String(value);
}

/** JSON holds no bytes that are not UTF-8. */
function valid(text: string): string {
  return toGo(toText(text));
}

/** Entries by the text of their keys; of two keys with one text (`1` and `"1"`) the last wins, where Go takes either. */
function sortedEntries({ entries }: YamlMapping): [string, YamlValue][] {
  const named = new Map([...entries.values()].map(([key, value]) => [keyText(key, value), value]));
  return [...named].sort(([a], [b]) => (a < b ? -1 : 1));
}

function keyText(key: null | boolean | bigint | number | string, value: YamlValue): string {
  if (typeof key === 'string') return valid(key);
  if (typeof key === 'number') {
    const text = formatFloat(key, 'g', -1, 32);
    return text === '+Inf' ? '.inf' : text === '-Inf' ? '-.inf' : text === 'NaN' ? '.nan' : text;
  }
  if (typeof key === 'boolean' || (typeof key === 'bigint' && key < 1n << 63n)) return String(key);
  const type = key === null ? '%!s(<nil>)' : 'uint64';
  const before = `unsupported map key of type: ${type}`;
  throw new YamlError(
    `${before}, key: ${key === null ? '<nil>' : goSyntax(key)}, value: ${value === null ? '<nil>' : goSyntax(value)}`,
    before,
  );
}

/** Refuses keys that are null or beyond 64 bits signed. It comes before anything else that JSON does not take. */
function checkKeys(value: YamlValue): void {
  if (typeof value !== 'object' || value === null) return;
  if (value.kind === 'sequence') return value.items.forEach(checkKeys);
  for (const [key, each] of value.entries.values()) {
    keyText(key, each);
    checkKeys(each);
  }
}

/** What `encoding/json` makes of it in an `interface {}`. */
function toValue(value: YamlValue): Value {
  if (typeof value === 'bigint') return Number(value);
  if (typeof value === 'string') return valid(value);
  if (typeof value === 'number' && !Number.isFinite(value)) {
    throw new YamlError(`error converting YAML to JSON: json: unsupported value: ${formatFloat(value, 'g', -1)}`);
  }
  if (typeof value !== 'object' || value === null) return value;
  if (value.kind === 'sequence') return anySlice(value.items.map(toValue));
  return anyMap(sortedEntries(value).map(([key, each]): [string, Value] => [key, toValue(each)]));
}

function cannotUnmarshal(value: Value, type: string): YamlError {
  const kind =
    typeof value === 'string'
      ? 'string'
      : typeof value === 'number'
        ? 'number'
        : typeof value === 'boolean'
          ? 'bool'
          : value instanceof GoMap
            ? 'object'
            : 'array';
  return new YamlError(
    `error unmarshaling JSON: while decoding JSON: json: cannot unmarshal ${kind} into Go value of type ${type}`,
  );
}

/** A document as plain JavaScript, as it stands in a Kubernetes object. @throws YamlError */
export function unmarshalJson(text: string, budget: Budget): unknown {
  return plain(toValue(readYaml(text, budget)));
}

function plain(value: Value): unknown {
  if (typeof value === 'string') return toText(value);
  if (value instanceof GoMap) return Object.fromEntries([...value.entries].map(([key, each]) => [toText(key), plain(each)]));
  if (value instanceof Slice) return value.items.map(plain);
  return value;
}

/**
 * As `yaml.Marshal`: through JSON, whose text is then read as YAML, so that integers that a float64 holds are written as such.
 *
 * @throws GoError for what neither JSON nor YAML can hold
 */
export function marshalYaml(value: Value, budget: Budget): string {
  const json = marshal(value, { escapeHtml: true, budget });
  budget.make(4 * json.length);
  budget.step(2 * json.length);
  return emitYaml(decodeYaml(parseYaml(json, budget), budget));
}

/** True for the errors this module throws about a text. */
export function isYamlError(error: unknown): error is YamlError {
  return error instanceof YamlError;
}
