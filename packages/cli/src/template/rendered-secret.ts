import { toBase64 } from '@signet/sealing';
import type { Json } from '../document/tree.ts';
import { sortedByBytes } from '../secret/read-secret.ts';

/** What templates make values for. */
export interface RenderedParts {
  readonly data: ReadonlyMap<string, Uint8Array>;
  readonly labels: ReadonlyMap<string, string>;
  readonly annotations: ReadonlyMap<string, string>;
}

/** A Secret as rendered over sample values. */
export interface RenderedSecret extends RenderedParts {
  readonly name: string;
  readonly namespace: string;
  readonly type: string | undefined;
  readonly immutable: boolean | undefined;
}

/** What became of an object. */
export interface Rendered {
  /** The object that the controller would write, readable. */
  readonly manifest: Json;
  /** False for an ExternalSecret that makes another kind of object. */
  readonly isSecret: boolean;
  readonly parts: RenderedParts;
  /** Remarks for the person, without values. */
  readonly notes: readonly string[];
}

/** The manifest of the Secret, to be read: text under `stringData`, bytes that are not UTF-8 as base64 under `data`. */
export function secretManifest(secret: RenderedSecret): Json {
  const values = sortedByBytes([...secret.data]).map(([key, value]) => [key, value, textOf(value)] as const);
  const texts = values.flatMap(([key, , text]): [string, Json][] => (text === undefined ? [] : [[key, text]]));
  const binary = values.flatMap(([key, value, text]): [string, Json][] => (text === undefined ? [[key, toBase64(value)]] : []));
  const metadata = filled([
    ['name', secret.name || undefined],
    ['namespace', secret.namespace || undefined],
    ['labels', orNothing(new Map(sortedByBytes([...secret.labels])))],
    ['annotations', orNothing(new Map(sortedByBytes([...secret.annotations])))],
  ]);
  return filled([
    ['apiVersion', 'v1'],
    ['kind', 'Secret'],
    ['metadata', metadata],
    ['type', secret.type],
    ['immutable', secret.immutable],
    ['data', orNothing(new Map(binary))],
    ['stringData', orNothing(new Map(texts))],
  ]);
}

/** Bytes as text; undefined when they are not UTF-8. */
export function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

/** Plain data as JSON that keeps the order of its keys. */
export function jsonFrom(value: unknown): Json {
  if (Array.isArray(value)) return value.map(jsonFrom);
  if (typeof value === 'object' && value !== null) return new Map(Object.entries(value).map(([key, one]) => [key, jsonFrom(one)]));
  if (typeof value === 'string' || typeof value === 'number' || typeof value === 'bigint' || typeof value === 'boolean')
    return value;
  return null;
}

function orNothing(map: ReadonlyMap<string, Json>): Json | undefined {
  return map.size > 0 ? map : undefined;
}

function filled(entries: readonly (readonly [string, Json | undefined])[]): ReadonlyMap<string, Json> {
  return new Map(entries.filter((entry): entry is readonly [string, Json] => entry[1] !== undefined));
}
