import { providerErrors } from '../errors.ts';
import type { Document } from '../secret-store.ts';
import type { JsonNode, JsonObject } from './node.ts';
import { parseJson } from './parse.ts';
import { getPath, reread } from './path.ts';
import { gjsonText, goText, rawText } from './text.ts';

/** How a value is read as JSON. */
export interface JsonDocumentOptions {
  /** What was asked for, as the user wrote it: for errors. */
  readonly key: string;
  /** How values of an object become bytes: `raw` as AWS and GCP stores do it, `go` as the others (external-secrets v2.9). */
  readonly objects: 'raw' | 'go';
  /** Which is tried first: the member whose name the property is (default), or the gjson path. */
  readonly first?: 'literal' | 'path';
}

/**
 * A secret whose value may be JSON. It is read as JSON only when a property or its keys are asked for.
 *
 * A property is first the name of a member, dots and all, then a gjson path. One that is null is there, and empty.
 *
 * @example jsonDocument(bytes, { key: 'db', objects: 'raw' }).value('users.0.password')
 */
export function jsonDocument(bytes: Uint8Array, options: JsonDocumentOptions): Document {
  return new JsonDocument(bytes, options);
}

/** Bytes of values that are UTF-8. */
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

class JsonDocument implements Document {
  readonly #bytes: Uint8Array;
  readonly #options: JsonDocumentOptions;
  /** What it says as JSON takes many times the memory of its text, and is made again when that was needed. */
  #read: WeakRef<{ readonly node: JsonNode | undefined }> | undefined;

  constructor(bytes: Uint8Array, options: JsonDocumentOptions) {
    this.#bytes = bytes;
    this.#options = options;
  }

  value(property: string | undefined): Uint8Array {
    if (!property) return this.#bytes;
    return encoder.encode(gjsonText(this.#property(property)));
  }

  values(property: string | undefined): ReadonlyMap<string, Uint8Array> {
    const object = this.#object(property);
    const text = this.#options.objects === 'raw' ? rawText : goText;
    return new Map(object.members.map(({ name, value }) => [name, encoder.encode(text(value))]));
  }

  #object(property: string | undefined): JsonObject {
    const key = property ? `${this.#options.key} (property ${property})` : this.#options.key;
    const found = property ? this.#property(property) : this.#node();
    // A string that holds JSON again counts as what it holds: people store whole documents in one property.
    const node = found?.kind === 'string' && property ? parseJson(found.text) : found;
    if (node?.kind !== 'object') throw providerErrors.NOT_AN_OBJECT({ key });
    return node;
  }

  #property(property: string): JsonNode {
    const node = this.#node();
    if (!node) throw providerErrors.NOT_AN_OBJECT({ key: this.#options.key });
    const literal = (): JsonNode | undefined =>
      node.kind === 'object' ? node.members.find(({ name }) => name === property)?.value : undefined;
    const found = this.#options.first === 'path' ? (getPath(node, property) ?? literal()) : (literal() ?? getPath(node, property));
    if (!found) throw providerErrors.PROPERTY_MISSING({ key: this.#options.key, property });
    return found;
  }

  #node(): JsonNode | undefined {
    const known = this.#read?.deref();
    if (known) return known.node;
    const read = { node: reread(textOf(this.#bytes) ?? '') };
    this.#read = new WeakRef(read);
    return read.node;
  }
}

/** Text of bytes that are UTF-8. */
function textOf(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes);
  } catch {
    return undefined;
  }
}
