import type { Place } from '@signet/errors';
import { textOf } from '../document/read-document.ts';
import { placeAt } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { child, describe, stringAt } from '../document/tree.ts';
import type { MapTree, Tree } from '../document/tree.ts';
import { cliErrors } from '../errors.ts';

/** A text of a manifest and where it stands: a template, or a value to be. */
export interface PlacedText {
  readonly key: string;
  /** Path from the top of the object: `spec.template.data.url`. */
  readonly field: string;
  readonly text: string;
  /** Offset in the source. */
  readonly at: number;
}

/** Where an object was found. */
export interface Found {
  readonly source: Source;
  /** 1-based. */
  readonly document: number;
}

/** An object of a manifest, or a part of one. Fields are read as the API server does: text is text, null is nothing. */
export class ManifestObject {
  readonly source: Source;
  readonly kind: string;
  readonly name: string;
  readonly namespace: string;
  readonly #tree: MapTree;
  readonly #place: Place;
  readonly #prefix: readonly string[];

  constructor(tree: MapTree, found: Found, part?: { readonly of: ManifestObject; readonly prefix: readonly string[] }) {
    this.source = found.source;
    this.#tree = tree;
    this.#prefix = part?.prefix ?? [];
    this.kind = part?.of.kind ?? stringAt(tree, 'kind') ?? '';
    this.name = part?.of.name ?? stringAt(child(tree, 'metadata'), 'name') ?? '';
    this.namespace = part?.of.namespace ?? stringAt(child(tree, 'metadata'), 'namespace') ?? '';
    const place: Place = { file: found.source.name, document: found.document };
    this.#place = this.kind === '' ? place : { ...place, object: `${this.kind} ${JSON.stringify(this.name)}` };
  }

  /** The place of an offset (default: where the object begins), and of a field. */
  place(at: number = this.#tree.at, field?: string): Place {
    return { ...this.#place, ...placeAt(this.source, at), ...(field === undefined ? {} : { key: field }) };
  }

  /** A path as it is told: from the top of the object. */
  fieldOf(path: readonly string[]): string {
    return this.#field(path);
  }

  /** The place of a field, where it is there; else of the object. */
  placeOf(key: string): Place {
    return this.place(this.#tree.entries.get(key)?.at, this.#field([key]));
  }

  /** Keys of a mapping, in the order of the file. */
  keys(...path: readonly string[]): string[] {
    return [...(this.#map(path)?.entries.keys() ?? [])];
  }

  /** @throws SIGNET_CLI_FIELD_TYPE */
  text(...path: readonly string[]): string | undefined {
    const found = this.#find(path);
    return found && this.#textOf(found, path);
  }

  /** @throws SIGNET_CLI_FIELD_TYPE */
  boolean(...path: readonly string[]): boolean | undefined {
    const found = this.#find(path);
    if (found === undefined) return undefined;
    if (found.kind === 'scalar' && typeof found.value === 'boolean') return found.value;
    throw this.#wrong(found, path, 'true or false');
  }

  /** The texts of a mapping, in the order of the file. @throws SIGNET_CLI_FIELD_TYPE */
  texts(...path: readonly string[]): PlacedText[] {
    return [...(this.#map(path)?.entries ?? [])].map(([key, { value }]) => ({
      key,
      field: this.#field([...path, key]),
      text: isNothing(value) ? '' : this.#textOf(value, [...path, key]),
      at: value.at,
    }));
  }

  /** The texts of a list, in its order. @throws SIGNET_CLI_FIELD_TYPE */
  textList(...path: readonly string[]): PlacedText[] {
    const found = this.#find(path);
    if (found === undefined) return [];
    if (found.kind !== 'list') throw this.#wrong(found, path, 'a list');
    return found.items.map((item, at) => {
      const place = [...path.slice(0, -1), `${path.at(-1) ?? ''}[${at}]`];
      return { key: String(at), field: this.#field(place), text: this.#textOf(item, place), at: item.at };
    });
  }

  /** A text, or a number or boolean as it is written. @throws SIGNET_CLI_FIELD_TYPE */
  scalarText(...path: readonly string[]): string | undefined {
    const found = this.#find(path);
    if (found?.kind === 'scalar') return textOf(found.value);
    return found && this.#textOf(found, path);
  }

  /** A text with its place. @throws SIGNET_CLI_FIELD_TYPE */
  placedText(...path: readonly string[]): PlacedText | undefined {
    const found = this.#find(path);
    if (found === undefined) return undefined;
    return { key: path.at(-1) ?? '', field: this.#field(path), text: this.#textOf(found, path), at: found.at };
  }

  /** The mappings of a list, each read like the object. @throws SIGNET_CLI_FIELD_TYPE */
  items(...path: readonly string[]): ManifestObject[] {
    const found = this.#find(path);
    if (found === undefined) return [];
    if (found.kind !== 'list') throw this.#wrong(found, path, 'a list');
    return found.items.map((item, at) => {
      const prefix = [...this.#prefix, ...path.slice(0, -1), `${path.at(-1) ?? ''}[${at}]`];
      if (item.kind !== 'map') throw this.#wrong(item, [...path, String(at)], 'a mapping');
      return new ManifestObject(item, { source: this.source, document: this.#place.document ?? 1 }, { of: this, prefix });
    });
  }

  /** A mapping under a path, read like the object; undefined when there is none. */
  part(...path: readonly string[]): ManifestObject | undefined {
    const found = this.#map(path);
    if (found === undefined) return undefined;
    const prefix = [...this.#prefix, ...path];
    return new ManifestObject(found, { source: this.source, document: this.#place.document ?? 1 }, { of: this, prefix });
  }

  /** The object as it was read. */
  get tree(): MapTree {
    return this.#tree;
  }

  #find(path: readonly string[]): Tree | undefined {
    let found: Tree = this.#tree;
    for (const [depth, name] of path.entries()) {
      if (found.kind !== 'map') throw this.#wrong(found, path.slice(0, depth), 'a mapping');
      const next = child(found, name);
      if (next === undefined || isNothing(next)) return undefined;
      found = next;
    }
    return found;
  }

  #map(path: readonly string[]): MapTree | undefined {
    const found = this.#find(path);
    if (found === undefined || found.kind === 'map') return found;
    throw this.#wrong(found, path, 'a mapping');
  }

  #textOf(found: Tree, path: readonly string[]): string {
    if (found.kind === 'scalar' && typeof found.value === 'string') return found.value.toWellFormed();
    throw this.#wrong(found, path, 'text');
  }

  #field(path: readonly string[]): string {
    return [...this.#prefix, ...path].map(shownKey).join('.');
  }

  #wrong(found: Tree, path: readonly string[], wants: string): Error {
    const field = this.#field(path);
    return cliErrors.FIELD_TYPE({ field, wants, found: describe(found) }, { at: this.place(found.at, field) });
  }
}

function isNothing(tree: Tree): boolean {
  return tree.kind === 'scalar' && tree.value === null;
}

/** A key as far as it may be shown: one that cannot be a key may be a value in the wrong place. */
function shownKey(key: string): string {
  return /^[-._/a-zA-Z0-9[\]]{1,260}$/.test(key) ? key : '?';
}
