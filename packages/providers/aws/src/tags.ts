import type { Document } from '@signet/provider';
import { goQuoted, jsonDocument } from '@signet/provider/json';

/** A tag as all services of AWS have it. */
export interface Tag {
  readonly Key?: string | undefined;
  readonly Value?: string | undefined;
}

/** Tags as a JSON object, keys sorted, written as Go writes it: what external-secrets v2.9 makes of `metadataPolicy: Fetch`. */
export function tagDocument(tags: readonly Tag[] | undefined, key: string): Document {
  const byKey = [...tagMap(tags)].toSorted(([a], [b]) => Buffer.compare(Buffer.from(a), Buffer.from(b)));
  const text = `{${byKey.map(([name, value]) => `${goQuoted(name)}:${goQuoted(value)}`).join(',')}}`;
  return jsonDocument(new TextEncoder().encode(text), { key, objects: 'raw' });
}

/** True when all that is asked for is there, with exactly these values. */
export function hasTags(tags: readonly Tag[] | undefined, asked: Readonly<Record<string, string>>): boolean {
  const given = tagMap(tags);
  return Object.entries(asked).every(([key, value]) => given.get(key) === value);
}

function tagMap(tags: readonly Tag[] | undefined): ReadonlyMap<string, string> {
  return new Map((tags ?? []).map(({ Key, Value }) => [Key ?? '', Value ?? '']));
}
