import type { Document, RemoteRef } from '@signet/provider';
import { providerErrors } from '@signet/provider';
import type { Answer } from '@signet/provider/http';
import type { JsonNode, JsonObject } from '@signet/provider/json';
import { parseJson } from '@signet/provider/json';
import type { Access } from './access.ts';
import type { Members, PropertyReading } from './kv-document.ts';
import { kvDocument, membersOf } from './kv-document.ts';
import type { Engine } from './path.ts';
import { escapedPath, pathOf } from './path.ts';

/** What differs between the kinds of store that read a key-value engine. */
export interface ReaderOptions {
  readonly engine: Engine;
  readonly properties: PropertyReading;
  /** Whether `version` of a reference to a version v1 engine is let pass, or is an error. */
  readonly versionOfV1: 'ignored' | 'refused';
  /** For messages: `a vault store`. */
  readonly title: string;
}

/** Where one reference points. */
export interface Target {
  /** Below `/v1/`, not escaped. */
  readonly path: string;
  readonly query: Readonly<Record<string, string>>;
}

/** Fields that `metadataPolicy: Fetch` gives besides `custom_metadata`. */
const systemFields = ['created_time', 'current_version', 'delete_version_after'] as const;

/** Reads secrets of a key-value engine. */
export class Reader {
  readonly #access: Access;
  readonly #options: ReaderOptions;

  constructor(access: Access, options: ReaderOptions) {
    this.#access = access;
    this.#options = options;
  }

  /** @throws INVALID_CONFIG, UNSUPPORTED for a reference that cannot be */
  target({ key, version, metadata }: RemoteRef): Target {
    const { engine, versionOfV1, title } = this.#options;
    if (metadata && engine.version === 'v1') {
      throw providerErrors.UNSUPPORTED({ what: 'read metadata of a key-value engine of version v1', store: title });
    }
    const path = pathOf(engine, key, metadata ? 'metadata' : 'data');
    if (!version || metadata) return { path, query: {} };
    if (engine.version === 'v1') {
      if (versionOfV1 === 'ignored') return { path, query: {} };
      throw providerErrors.UNSUPPORTED({ what: 'read a version from a key-value engine of version v1', store: title });
    }
    if (!/^\d{1,18}$/.test(version)) throw providerErrors.INVALID_CONFIG({ field: 'version', because: 'it is not a number' });
    return { path, query: { version } };
  }

  /**
   * Reads one reference. What is wrong with this one only is returned; what is wrong with the store is thrown.
   */
  async read(ref: RemoteRef, signal: AbortSignal): Promise<Document | Error> {
    let target: Target;
    try {
      target = this.target(ref);
    } catch (error) {
      return error as Error;
    }
    const { path, query } = target;
    const answer = await this.#access.request({ name: 'ReadSecretData', method: 'GET', path: escapedPath(path), query, signal });
    if (answer === 'denied') return providerErrors.ACCESS_DENIED({ because: `HTTP 403 for reading ${path}` });
    try {
      const data = this.#dataOf(answer, ref, path);
      return kvDocument(ref.metadata ? metadataOf(data) : membersOf(data), ref.key, this.#options.properties);
    } catch (error) {
      return error as Error;
    }
  }

  /** Names below a place; those of places end with `/`. Nothing when there is no such place. */
  async list(place: string, signal: AbortSignal): Promise<readonly string[] | undefined> {
    const path = pathOf(this.#options.engine, place, 'list');
    const query = { list: 'true' };
    const answer = await this.#access.request({ name: 'ListSecrets', method: 'GET', path: escapedPath(path), query, signal });
    if (answer === 'denied') throw providerErrors.ACCESS_DENIED({ because: `HTTP 403 for listing ${path}` });
    const root = rootOf(answer);
    if (answer.status === 404) {
      expectMounted(root, path);
      return undefined;
    }
    const keys = member(objectAt(root, 'data'), 'keys');
    if (keys?.kind !== 'array') throw senseless();
    return keys.items.map((item) => (item.kind === 'string' ? item.text : '')).filter(Boolean);
  }

  /** The object with the fields of the secret. @throws NOT_FOUND, INVALID_CONFIG, BAD_ANSWER */
  #dataOf(answer: Answer, ref: RemoteRef, path: string): JsonObject {
    const root = rootOf(answer);
    const { key, version, metadata } = ref;
    const outer = objectAt(root, 'data');
    const nested = this.#options.engine.version === 'v2' && !metadata;
    if (answer.status === 404) {
      expectMounted(root, path);
      // A version that was deleted still has its metadata.
      const isDeleted = nested && outer !== undefined && objectAt(outer, 'metadata') !== undefined;
      throw providerErrors.NOT_FOUND({ key, ...(isDeleted && { because: deleted(version) }) });
    }
    if (!outer) throw senseless();
    if (!nested) return outer;
    const inner = member(outer, 'data');
    if (inner?.kind === 'object') return inner;
    if (inner?.kind === 'null') throw providerErrors.NOT_FOUND({ key, because: deleted(version) });
    const because = 'the answer is not one of a key-value engine of version v2';
    throw providerErrors.INVALID_CONFIG({ field: 'version', because });
  }
}

function deleted(version: string | undefined): string {
  return version ? `version ${version} was deleted` : 'its newest version was deleted';
}

function senseless(): Error {
  return providerErrors.BAD_ANSWER({ because: 'it is not one of a key-value engine' });
}

/** The body as a JSON object. A 404 that is none came from something that is not Vault: it says nothing about a secret. */
function rootOf({ status, body }: Answer): JsonObject {
  const root = parseJson(new TextDecoder().decode(body));
  if (root?.kind !== 'object') throw providerErrors.BAD_ANSWER({ because: `HTTP ${status} whose body is not a JSON object` });
  return root;
}

/** Vault says 404 for a missing secret, and also where nothing is mounted, with words: that is no missing secret, and deletes nothing. */
function expectMounted(root: JsonObject, path: string): void {
  const [errors, warnings] = [member(root, 'errors'), member(root, 'warnings')];
  if (errors?.kind === 'array' && errors.items.length > 0) {
    throw providerErrors.INVALID_CONFIG({ field: 'path', because: `no engine is mounted at ${path}` });
  }
  if (warnings?.kind === 'array' && warnings.items.length > 0) {
    const because = `the engine does not know the path ${path}: its version is another one`;
    throw providerErrors.INVALID_CONFIG({ field: 'version', because });
  }
}

function member(object: JsonObject | undefined, name: string): JsonNode | undefined {
  return object?.members.findLast((each) => each.name === name)?.value;
}

function objectAt(object: JsonObject, name: string): JsonObject | undefined {
  const node = member(object, name);
  return node?.kind === 'object' ? node : undefined;
}

/** What `metadataPolicy: Fetch` gives: `custom_metadata`, over three fields of the engine's own, all as text. */
function metadataOf(data: JsonObject): Members {
  const custom = objectAt(data, 'custom_metadata')?.members ?? [];
  const system = systemFields.map((name) => ({ name, value: member(data, name) }));
  const fields = new Map<string, JsonNode>();
  for (const { name, value } of [...system, ...custom]) {
    if (value && value.kind !== 'null') fields.set(name, value.kind === 'string' ? value : textNode(value.raw));
  }
  return fields;
}

function textNode(text: string): JsonNode {
  return { kind: 'string', raw: JSON.stringify(text), text };
}
