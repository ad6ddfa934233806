import { providerErrors } from '@signet/provider';
import type { Document } from '@signet/provider';
import { goText, parseJson } from '@signet/provider/json';
import type { JsonNode, JsonObject } from '@signet/provider/json';
import { findByPath, TooMuchWork } from './json-path/evaluate.ts';
import { JsonPathSyntaxError, readJsonPath } from './json-path/syntax.ts';

/** What an answer is read with. */
export interface AnswerReading {
  /** For errors. */
  readonly key: string;
  readonly body: Uint8Array;
  /** The JSONPath for a property, rendered; undefined: none is configured. */
  readonly jsonPath: (property: string | undefined) => string | undefined;
}

/**
 * An answer of an endpoint as a secret (external-secrets v2.9): without JSONPath the whole body; with one the value it finds, of a list
 * the first, of an object its JSON. A property has no meaning but in the template of the JSONPath.
 *
 * Numbers keep their fraction; the peer rounds them here.
 *
 * @throws BAD_ANSWER when there is a JSONPath and the body is not JSON
 */
export function answerDocument(reading: AnswerReading): Document {
  return new AnswerDocument(reading);
}

const encoder = new TextEncoder();

class AnswerDocument implements Document {
  readonly #reading: AnswerReading;
  /** Made once for all properties that are asked for together; it takes many times the memory of the body. */
  #root: WeakRef<{ readonly node: JsonNode | undefined }> | undefined;

  constructor(reading: AnswerReading) {
    this.#reading = reading;
  }

  get size(): number {
    return this.#reading.body.length;
  }

  value(property: string | undefined): Uint8Array {
    const path = this.#reading.jsonPath(property);
    if (path === undefined) return this.#reading.body;
    const found = this.#find(path, property);
    return encoder.encode(goText('many' in found ? this.#first(found.many, property) : this.#scalar(found.one, property)));
  }

  values(property: string | undefined): ReadonlyMap<string, Uint8Array> {
    const object = this.#object(property);
    return new Map(object.members.map(({ name, value }) => [name, encoder.encode(goText(value))]));
  }

  #object(property: string | undefined): JsonObject {
    const { key, jsonPath } = this.#reading;
    const path = jsonPath(property);
    const found = path === undefined ? { one: this.#node() } : this.#find(path, property);
    const one = 'one' in found ? found.one : undefined;
    // Text that holds JSON counts as what it holds.
    const object = one?.kind === 'string' ? parseJson(one.text) : one;
    if (object?.kind !== 'object') throw providerErrors.NOT_AN_OBJECT({ key });
    return object;
  }

  /** Of a list the first value, however deep. */
  #scalar(node: JsonNode, property: string | undefined): JsonNode {
    return node.kind === 'array' ? this.#first(node.items, property) : node;
  }

  #first([first]: readonly JsonNode[], property: string | undefined): JsonNode {
    if (!first) throw this.#missing(property);
    return this.#scalar(first, property);
  }

  #find(path: string, property: string | undefined): { readonly one: JsonNode } | { readonly many: readonly JsonNode[] } {
    const root = this.#node();
    if (!root) throw notJson();
    try {
      const found = findByPath(root, readJsonPath(path));
      if (found) return found;
    } catch (error) {
      const because =
        error instanceof TooMuchWork ? 'it looks at too many values' : error instanceof JsonPathSyntaxError && error.message;
      if (because === false) throw error;
      throw providerErrors.INVALID_CONFIG({ field: 'webhook.result.jsonPath', because });
    }
    throw this.#missing(property);
  }

  #node(): JsonNode | undefined {
    const known = this.#root?.deref();
    if (known) return known.node;
    const root = { node: parseJson(decoded(this.#reading.body)) };
    this.#root = new WeakRef(root);
    return root.node;
  }

  #missing(property: string | undefined): Error {
    return providerErrors.PROPERTY_MISSING({ key: this.#reading.key, property: property || 'at result.jsonPath' });
  }
}

/** @throws BAD_ANSWER */
export function refuseOtherThanJson(body: Uint8Array): void {
  if (!parseJson(decoded(body))) throw notJson();
}

function notJson(): Error {
  return providerErrors.BAD_ANSWER({ because: 'the body is not JSON, which result.jsonPath needs' });
}

function decoded(body: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body);
  } catch {
    return '';
  }
}
