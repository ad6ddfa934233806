import type { ObjectMeta } from '@signet/kube/client';
import { providerErrors } from '@signet/provider';
import type { Document } from '@signet/provider';
import { jsonDocument } from '@signet/provider/json';
import { goJson } from './go-json.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** Bytes by key, as a Secret holds them. */
export type SecretData = ReadonlyMap<string, Uint8Array>;

/** All keys as one JSON object of texts; what is not UTF-8 becomes U+FFFD, because JSON has no bytes. */
export function wholeSecret(data: SecretData): Uint8Array {
  return encoder.encode(goJson(Object.fromEntries(data)));
}

/**
 * A Secret as a store's answer. A property is a key of its data, else `<key>.<path>`, a gjson path into the JSON that the key
 * holds. The values of one key's JSON object are JSON themselves: a text keeps its quotes (external-secrets v2.9).
 */
export function secretDocument(key: string, data: SecretData): Document {
  return {
    value(property) {
      if (!property) return wholeSecret(data);
      const literal = data.get(property);
      if (literal) return literal;
      const [head, rest] = split(property);
      const value = data.get(head);
      if (!value || !rest) throw providerErrors.PROPERTY_MISSING({ key, property });
      return inside(value, { key, property, rest });
    },
    values(property) {
      if (!property) return data;
      const value = data.get(property);
      if (!value) throw providerErrors.PROPERTY_MISSING({ key, property });
      return fieldsOf(value, `${key} (property ${property})`);
    },
  };
}

/** The labels and annotations of a Secret as a store's answer: `labels`, `annotations`, `labels.<name>`, and a path into its JSON. */
export function metadataDocument(key: string, { labels, annotations }: ObjectMeta): Document {
  // Go writes a map that was never made as null.
  const parts: Readonly<Record<string, Readonly<Record<string, string>> | null>> = {
    labels: labels ?? null,
    annotations: annotations ?? null,
  };
  const part = (name: string, property: string): Readonly<Record<string, string>> | null => {
    const found = Object.hasOwn(parts, name) ? parts[name] : undefined;
    if (found === undefined) throw providerErrors.PROPERTY_MISSING({ key, property });
    return found;
  };
  return {
    value(property) {
      if (!property) return encoder.encode(goJson(parts));
      const [head, rest] = split(property);
      const entries = part(head, property);
      if (rest === undefined) return encoder.encode(goJson(entries));
      const named = new Map(Object.entries(entries ?? {}));
      // Names of labels have dots in them, so the whole name goes first.
      const literal = named.get(rest);
      if (literal !== undefined) return encoder.encode(literal);
      const [name, path] = split(rest);
      const value = named.get(name);
      if (value === undefined || !path) throw providerErrors.PROPERTY_MISSING({ key, property });
      return inside(encoder.encode(value), { key, property, rest: path });
    },
    values(property) {
      if (!property) return new Map(Object.entries(parts).map(([name, entries]) => [name, encoder.encode(goJson(entries))]));
      const entries = Object.entries(part(property, property) ?? {});
      return new Map(entries.map(([name, value]) => [name, encoder.encode(goJson(value))]));
    },
  };
}

function split(property: string): readonly [string, string | undefined] {
  const dot = property.indexOf('.');
  return dot === -1 ? [property, undefined] : [property.slice(0, dot), property.slice(dot + 1)];
}

function inside(value: Uint8Array, o: { readonly key: string; readonly property: string; readonly rest: string }): Uint8Array {
  try {
    return jsonDocument(value, { key: o.key, objects: 'raw' }).value(o.rest);
  } catch {
    throw providerErrors.PROPERTY_MISSING({ key: o.key, property: o.property });
  }
}

function fieldsOf(json: Uint8Array, key: string): ReadonlyMap<string, Uint8Array> {
  try {
    const object: unknown = JSON.parse(decoder.decode(json));
    if (typeof object === 'object' && object !== null && !Array.isArray(object))
      return new Map(Object.entries(object).map(([name, value]) => [name, encoder.encode(goJson(value))]));
  } catch {
    // The parser's own message would quote the value.
  }
  throw providerErrors.NOT_AN_OBJECT({ key });
}
