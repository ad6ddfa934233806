import type { SignetError } from '@signet/errors';
import { fromBase64 } from '@signet/sealing';
import { textOf } from '../document/read-document.ts';
import { placeAt } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { child, describe, jsonOf } from '../document/tree.ts';
import type { MapTree, Tree } from '../document/tree.ts';
import { cliErrors, Refusals } from '../errors.ts';
import { leakingAnnotations } from './plain-secret.ts';
import type { PlainSecret } from './plain-secret.ts';

/** How a document is read. */
export interface Reading {
  /**
   * `kubernetes`: what the API server would refuse is refused, such as a number or boolean where text belongs.
   * `kubeseal`: such a value becomes text (`5432` -> "5432", `no` -> "false"), and keys are not checked.
   */
  readonly rules: 'kubernetes' | 'kubeseal';
}

/**
 * Reads a Secret from a document.
 *
 * @throws Refusals with every field that is wrong, each with its line and key
 */
export function readSecret(source: Source, tree: Tree, reading: Reading): PlainSecret {
  const reader = new SecretReader(source, reading);
  const metadata = reader.map(child(tree, 'metadata'), 'metadata');
  const annotations = reader.texts(child(metadata, 'annotations'), 'metadata.annotations');
  for (const leaking of leakingAnnotations) annotations.delete(leaking);
  const values = reader.decoded(child(tree, 'data'));
  for (const [key, text] of reader.texts(child(tree, 'stringData'), 'stringData')) values.set(key, new TextEncoder().encode(text));
  const managedFields = child(metadata, 'managedFields');
  const secret: PlainSecret = {
    name: reader.text(child(metadata, 'name'), 'metadata.name'),
    namespace: reader.text(child(metadata, 'namespace'), 'metadata.namespace'),
    generateName: reader.text(child(metadata, 'generateName'), 'metadata.generateName'),
    annotations,
    labels: reader.texts(child(metadata, 'labels'), 'metadata.labels'),
    finalizers: reader.list(child(metadata, 'finalizers'), 'metadata.finalizers'),
    managedFields: managedFields === undefined ? undefined : jsonOf(managedFields),
    type: reader.text(child(tree, 'type'), 'type'),
    immutable: reader.boolean(child(tree, 'immutable'), 'immutable'),
    values,
  };
  if (reader.problems.length > 0) throw new Refusals(reader.problems.toSorted((a, b) => (a.at?.line ?? 0) - (b.at?.line ?? 0)));
  return secret;
}

class SecretReader {
  readonly problems: SignetError[] = [];
  readonly #source: Source;
  readonly #reading: Reading;

  constructor(source: Source, reading: Reading) {
    this.#source = source;
    this.#reading = reading;
  }

  map(tree: Tree | undefined, field: string): MapTree | undefined {
    if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return undefined;
    if (tree.kind === 'map') return tree;
    return this.#wrong(tree, field, 'a mapping');
  }

  text(tree: Tree | undefined, field: string): string {
    if (tree === undefined) return '';
    if (tree.kind === 'scalar') {
      if (typeof tree.value === 'string') return tree.value.toWellFormed();
      if (tree.value === null || this.#reading.rules === 'kubeseal') return textOf(tree.value);
    }
    return this.#wrong(tree, field, 'text') ?? '';
  }

  boolean(tree: Tree | undefined, field: string): boolean | undefined {
    if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return undefined;
    if (tree.kind === 'scalar' && typeof tree.value === 'boolean') return tree.value;
    return this.#wrong(tree, field, 'true or false');
  }

  /** A mapping of texts, sorted by key as Go sorts them: by their bytes. */
  texts(tree: Tree | undefined, field: string): Map<string, string> {
    const map = this.map(tree, field);
    if (field === 'stringData') this.checkKeys(map);
    const read = [...(map?.entries ?? [])].map(([key, entry]): [string, string] => [
      key,
      this.text(entry.value, `${field}.${shown(key)}`),
    ]);
    return new Map(sortedByBytes(read));
  }

  list(tree: Tree | undefined, field: string): string[] {
    if (tree === undefined || (tree.kind === 'scalar' && tree.value === null)) return [];
    if (tree.kind === 'list') return tree.items.map((item, at) => this.text(item, `${field}[${at}]`));
    this.#wrong(tree, field, 'a list');
    return [];
  }

  /** The values under `data`, decoded. */
  decoded(tree: Tree | undefined): Map<string, Uint8Array> {
    const map = this.map(tree, 'data');
    this.checkKeys(map);
    const read = [...(map?.entries ?? [])].map(([key, entry]): [string, Uint8Array] => {
      const value = entry.value;
      if (value.kind !== 'scalar' || (typeof value.value !== 'string' && value.value !== null)) {
        this.#wrong(value, `data.${shown(key)}`, 'base64 text');
        return [key, new Uint8Array()];
      }
      try {
        return [key, fromBase64(value.value ?? '')];
      } catch {
        this.problems.push(
          cliErrors.NOT_BASE64({ key: shown(key) }, { at: { ...placeAt(this.#source, value.at), key: `data.${shown(key)}` } }),
        );
        return [key, new Uint8Array()];
      }
    });
    return new Map(sortedByBytes(read));
  }

  checkKeys(map: MapTree | undefined): void {
    if (this.#reading.rules === 'kubeseal') return;
    for (const [key, entry] of map?.entries ?? []) {
      if (isDataKey(key)) continue;
      this.problems.push(cliErrors.BAD_KEY({ key: shown(key) }, { at: placeAt(this.#source, entry.at) }));
    }
  }

  #wrong(tree: Tree, field: string, wants: string): undefined {
    const at = { ...placeAt(this.#source, tree.at), key: field };
    this.problems.push(cliErrors.FIELD_TYPE({ field, wants, found: describe(tree) }, { at }));
    return undefined;
  }
}

/** What the API server accepts as a key of a Secret. */
export function isDataKey(text: string): boolean {
  return text.length <= 253 && /^[-._a-zA-Z0-9]+$/.test(text) && text !== '.' && !text.startsWith('..');
}

/** A key as far as it may be shown: one that cannot be a key may be a value in the wrong place. */
function shown(key: string): string {
  return /^[-._/a-zA-Z0-9]{1,253}$/.test(key) ? key : '?';
}

/** Go sorts map keys by their UTF-8 bytes, which is the order of code points. */
export function sortedByBytes<T>(entries: readonly (readonly [string, T])[]): (readonly [string, T])[] {
  return [...entries].sort(([left], [right]) => Buffer.compare(Buffer.from(left), Buffer.from(right)));
}
