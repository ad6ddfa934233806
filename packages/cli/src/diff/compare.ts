import { scopeOf } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import { sameJson } from '../document/splice.ts';
import { child, jsonOf } from '../document/tree.ts';
import type { Json, MapTree, Tree } from '../document/tree.ts';
import { textsAt } from '../kubeseal/sealed-document.ts';
import type { ManifestObject } from '../template/manifest-object.ts';

/** Keys by what became of them, each sorted. */
export interface KeyChanges {
  readonly added: readonly string[];
  readonly removed: readonly string[];
  readonly changed: readonly string[];
}

/** What became of one SealedSecret. Keys and names only: never a value, sealed or not. */
export interface ObjectChange {
  readonly namespace: string;
  readonly name: string;
  readonly change: 'added' | 'removed' | 'changed';
  /** Where it stands now; where it stood, when it is gone. */
  readonly file: string;
  readonly line: number;
  /** The file it stood in, when that is another one. */
  readonly movedFrom?: string | undefined;
  readonly items: KeyChanges;
  readonly scope?: { readonly from: Scope; readonly to: Scope } | undefined;
  /** Fields of the template: `type`, `metadata.labels.app`, `data.url`. */
  readonly template: KeyChanges;
  /** Other fields of the object: `metadata.labels.app`. */
  readonly other: KeyChanges;
}

/**
 * Compares the SealedSecrets of two sides by namespace and name; of several with one name the first with the first.
 *
 * @param options.moves whether another file is a change; not when the two sides are two files by themselves
 */
export function compare(
  before: readonly ManifestObject[],
  after: readonly ManifestObject[],
  options: { readonly moves: boolean },
): ObjectChange[] {
  const [old, fresh] = [byIdentity(before), byIdentity(after)];
  const changes = [...new Set([...old.keys(), ...fresh.keys()])].flatMap((id) => {
    const [one, other] = [old.get(id), fresh.get(id)];
    const change = changeOf(one, other, options);
    return change ? [change] : [];
  });
  const of = ({ namespace, name }: ObjectChange): string => `${namespace}/${name}`;
  return changes.toSorted((one, other) => (of(one) < of(other) ? -1 : of(one) > of(other) ? 1 : 0));
}

function byIdentity(objects: readonly ManifestObject[]): ReadonlyMap<string, ManifestObject> {
  const seen = new Map<string, number>();
  return new Map(
    objects.map((object) => {
      const id = `${object.namespace}/${object.name}`;
      const count = seen.get(id) ?? 0;
      seen.set(id, count + 1);
      return [`${id}\n${count}`, object];
    }),
  );
}

function changeOf(
  before: ManifestObject | undefined,
  after: ManifestObject | undefined,
  { moves }: { readonly moves: boolean },
): ObjectChange | undefined {
  const object = after ?? before;
  if (!object) return undefined;
  const { file = '', line = 1 } = object.place();
  const [from, to] = [scopeIn(before), scopeIn(after)];
  const rest = {
    items: keyChanges(itemsIn(before), itemsIn(after)),
    template: keyChanges(templateIn(before), templateIn(after)),
    other: before && after ? keyChanges(otherIn(before), otherIn(after)) : nothing,
  };
  const was = before?.place().file;
  const scope = before && after && from !== to ? { from, to } : undefined;
  const movedFrom = moves && before && after && was !== file ? was : undefined;
  const same = before && after && !scope && !movedFrom && Object.values(rest).every(isNothing);
  if (same) return undefined;
  const change = !before ? 'added' : !after ? 'removed' : 'changed';
  return { namespace: object.namespace, name: object.name, change, file, line, movedFrom, scope, ...rest };
}

const nothing: KeyChanges = { added: [], removed: [], changed: [] };

/** True when no key changed. */
export function isNothing({ added, removed, changed }: KeyChanges): boolean {
  return added.length + removed.length + changed.length === 0;
}

function scopeIn(object: ManifestObject | undefined): Scope {
  return scopeOf(Object.fromEntries(textsAt(child(object?.tree, 'metadata'), 'annotations')));
}

type Fields = ReadonlyMap<string, Json>;

function itemsIn(object: ManifestObject | undefined): Fields {
  const spec = child(object?.tree, 'spec');
  const legacy = child(spec, 'data');
  return new Map([...entriesOf(child(spec, 'encryptedData')), ...(legacy ? [['spec.data', jsonOf(legacy)] as const] : [])]);
}

function templateIn(object: ManifestObject | undefined): Fields {
  return fieldsOf(child(child(object?.tree, 'spec'), 'template'), '', 2);
}

const leftOut: ReadonlySet<string> = new Set(['metadata.name', 'metadata.namespace', 'metadata.annotations']);

/** Everything but items, template, identity and scope. */
function otherIn(object: ManifestObject | undefined): Fields {
  const tree = object?.tree;
  if (!tree) return new Map();
  const metadata = [...fieldsOf(child(tree, 'metadata'), 'metadata.', 1)].filter(
    ([key]) => !leftOut.has(key) && !/^metadata\.annotations\.sealedsecrets\.bitnami\.com\/(?:cluster|namespace)-wide$/.test(key),
  );
  const spec = [...fieldsOf(child(tree, 'spec'), 'spec.', 0)].filter(
    ([key]) => !/^spec\.(?:encryptedData|template|data)$/.test(key),
  );
  const top = [...fieldsOf(tree, '', 0)].filter(([key]) => !/^(?:kind|metadata|spec|status)$/.test(key));
  return new Map([...top, ...metadata, ...spec]);
}

/** The fields of a mapping by path; mappings inside it are opened `depth` times. */
function fieldsOf(tree: Tree | undefined, prefix: string, depth: number): Fields {
  return new Map(
    entriesOf(tree).flatMap(([key, value]) => {
      const inner = depth > 0 ? mapAt(tree, key) : undefined;
      const path = `${prefix}${shown(key)}`;
      return inner && inner.entries.size > 0 ? [...fieldsOf(inner, `${path}.`, depth - 1)] : [[path, value] as const];
    }),
  );
}

function entriesOf(tree: Tree | undefined): (readonly [string, Json])[] {
  return tree?.kind === 'map' ? [...tree.entries].map(([key, { value }]) => [key, jsonOf(value)] as const) : [];
}

function mapAt(tree: Tree | undefined, key: string): MapTree | undefined {
  const found = child(tree, key);
  return found?.kind === 'map' ? found : undefined;
}

function keyChanges(before: Fields, after: Fields): KeyChanges {
  const sorted = (keys: readonly string[]): string[] => keys.map(shown).toSorted();
  return {
    added: sorted([...after.keys()].filter((key) => !before.has(key))),
    removed: sorted([...before.keys()].filter((key) => !after.has(key))),
    changed: sorted(
      [...after].filter(([key, value]) => before.has(key) && !sameJson(before.get(key) ?? null, value)).map(([key]) => key),
    ),
  };
}

/** A key as far as it may be shown: one that cannot be a key may be a value in the wrong place. */
function shown(key: string): string {
  return /^[-._/a-zA-Z0-9]{1,512}$/.test(key) ? key : '?';
}
