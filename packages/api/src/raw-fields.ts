import type { SealedSecretMetadata } from './sealed-secret.ts';

/** A JSON object of which nothing is known. */
export type Fields = Readonly<Record<string, unknown>>;

/** The object; undefined when the value is none. */
export function fieldsOf(value: unknown): Fields | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Fields) : undefined;
}

/** The text; undefined when the value is none. */
export function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

/** The text; undefined when the value is none, or empty. */
export function fullTextOf(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined;
}

/** The number; undefined when the value is none. */
export function numberOf(value: unknown): number | undefined {
  return typeof value === 'number' ? value : undefined;
}

/** The value when it is one of the words, else the word that is meant when nothing is said. */
export function wordOf<W extends string>(value: unknown, words: readonly W[], otherwise: W): W {
  return words.find((word) => word === value) ?? otherwise;
}

/** The list; empty when the value is none. */
export function itemsOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

/** The texts of a list; undefined when it is none. */
export function textsOf(value: unknown): string[] | undefined {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : undefined;
}

/** The string entries of a map. `fromEntries` defines properties, so a key `__proto__` stays a key. */
export function stringsOf(value: unknown): Record<string, string> | undefined {
  const raw = fieldsOf(value);
  return raw && Object.fromEntries(Object.entries(raw).filter((entry): entry is [string, string] => typeof entry[1] === 'string'));
}

/** The fields that hold something. */
export function withoutNulls(fields: Fields): Record<string, unknown> {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== undefined));
}

/** One property, or none when there is no value: to be spread. */
export function optional<K extends string, V>(key: K, value: V | undefined): { [P in K]?: V } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: V };
}

/** `metadata` of any object: names are texts, maps hold texts only, other fields stay. */
export function readMetadata(value: unknown): SealedSecretMetadata {
  const { name, namespace, labels, annotations, uid, resourceVersion, generation, ...rest } = fieldsOf(value) ?? {};
  return {
    ...withoutNulls(rest),
    name: textOf(name) ?? '',
    namespace: textOf(namespace) ?? '',
    ...optional('uid', textOf(uid)),
    ...optional('resourceVersion', textOf(resourceVersion)),
    ...optional('generation', numberOf(generation)),
    ...optional('labels', stringsOf(labels)),
    ...optional('annotations', stringsOf(annotations)),
  };
}
