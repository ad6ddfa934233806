import * as fc from 'fast-check';
import { describe, test } from 'vitest';
import type { JsonSchema, KindDefinition } from '../kinds/definition.ts';
import type { KubeObject } from '../kinds/object.ts';
import { equal, isObject } from '../schema/json.ts';
import { difference, emptySet, type FieldSet, intersection, isEmpty, pathsOf, sameSet, union } from './field-set.ts';
import { fieldsOf } from './fields-of.ts';
import { fromFieldsV1, toFieldsV1 } from './fields-v1.ts';
import { readManagers } from './managers.ts';
import { applyConfiguration, trackWrite } from './ownership.ts';
import { typeNode } from './type-node.ts';

const text: JsonSchema = { type: 'string' };
const spec: JsonSchema = {
  type: 'object',
  properties: {
    a: text,
    b: text,
    atoms: { type: 'array', items: text },
    tags: { type: 'array', items: text, 'x-kubernetes-list-type': 'set' },
    labels: { type: 'object', additionalProperties: text },
    parts: {
      type: 'array',
      'x-kubernetes-list-type': 'map',
      'x-kubernetes-list-map-keys': ['name'],
      items: { type: 'object', required: ['name'], properties: { name: text, x: text, y: text } },
    },
    free: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true },
  },
};
const schema: JsonSchema = {
  type: 'object',
  properties: { apiVersion: text, kind: text, metadata: { type: 'object', 'x-kubernetes-preserve-unknown-fields': true }, spec },
};
const definition: KindDefinition = {
  group: '',
  version: 'v1',
  kind: 'Thing',
  listKind: 'ThingList',
  plural: 'things',
  singular: 'thing',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: [],
  schema,
  subresources: [],
  printerColumns: [],
  selectableFields: [],
  custom: true,
  priority: 0,
};

const value = fc.constantFrom('1', '2', '3');
const key = fc.constantFrom('p', 'q', 'r');
// Nothing is empty: a structure that loses its last member goes as a whole, in the API server too.
const part = fc.record({ name: key, x: value, y: value }, { requiredKeys: ['name'] });
const specs = fc.record(
  {
    a: value,
    b: value,
    atoms: fc.array(value, { minLength: 1, maxLength: 2 }),
    tags: fc.uniqueArray(value, { minLength: 1 }),
    labels: fc.dictionary(key, value, { minKeys: 1 }),
    parts: fc.uniqueArray(part, { selector: (item) => item.name, minLength: 1, maxLength: 3 }),
    free: fc.dictionary(key, fc.oneof(value, fc.dictionary(key, value, { minKeys: 1 })), { minKeys: 1 }),
  },
  { requiredKeys: ['a'] },
);
const thing = (content: unknown): KubeObject => ({ apiVersion: 'v1', kind: 'Thing', metadata: { name: 't' }, spec: content });
const by = (manager: string): { definition: KindDefinition; manager: string; now: Date } => ({
  definition,
  manager,
  now: new Date(0),
});
const apply = (live: KubeObject | undefined, manager: string, content: unknown): KubeObject =>
  applyConfiguration(live, thing(content), { ...by(manager), force: true });
const owned = (object: KubeObject, manager: string): FieldSet =>
  [...readManagers(object.metadata.managedFields).values()].find((entry) => entry.manager === manager)?.fields ?? emptySet;

/** What a path of a configuration or an object holds; undefined when it is not there. */
function at(node: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((from, element) => {
    const rest = element.slice(2);
    if (element.startsWith('f:')) return isObject(from) && Object.hasOwn(from, rest) ? from[rest] : undefined;
    if (!Array.isArray(from)) return undefined;
    const wanted = JSON.parse(rest) as unknown;
    return from.find((item) =>
      element.startsWith('v:') ? item === wanted : equal({ name: (item as { name: string }).name }, wanted),
    ) as unknown;
  }, node);
}

const writes = fc.array(fc.tuple(fc.constantFrom('apply', 'update'), fc.constantFrom('m', 'n', 'o'), specs), {
  minLength: 1,
  maxLength: 5,
});
type History = [string, string, unknown][];
const after = (history: History): KubeObject | undefined =>
  history.reduce<KubeObject | undefined>(
    (live, [verb, manager, content]) =>
      verb === 'apply' ? apply(live, manager, content) : trackWrite(live, thing(content), by(`${manager}-u`)),
    undefined,
  );

describe('server-side apply', () => {
  test('applying twice is applying once', () => {
    fc.assert(
      fc.property(writes, specs, (history, content) => {
        const once = apply(after(history), 'm', content);
        return equal(apply(once, 'm', content), once);
      }),
    );
  });

  test('what is applied is there, and belongs to the applier', () => {
    fc.assert(
      fc.property(writes, specs, (history, content) => {
        const live = apply(after(history), 'm', content);
        const wanted = fieldsOf(typeNode(schema), { spec: content });
        return isEmpty(difference(wanted, owned(live, 'm'))) && pathsOf(wanted).every((path) => at(live, path) !== undefined);
      }),
    );
  });

  test('two appliers own the same field only when they applied the same value', () => {
    fc.assert(
      fc.property(specs, specs, (first, second) => {
        const live = apply(apply(undefined, 'm', first), 'n', second);
        const shared = pathsOf(intersection(owned(live, 'm'), owned(live, 'n')));
        const leaf = (path: readonly string[]): boolean => !isObject(at(thing(first), path));
        return shared.filter(leaf).every((path) => equal(at(thing(first), path), at(thing(second), path)));
      }),
    );
  });

  test('letting everything go removes exactly what nobody else owns', () => {
    fc.assert(
      fc.property(specs, specs, (first, second) => {
        const live = apply(apply(undefined, 'm', first), 'n', second);
        const rest = apply(live, 'm', {});
        const alone = apply(undefined, 'n', second);
        const bare = (object: KubeObject): FieldSet => fieldsOf(typeNode(schema), { spec: object['spec'] });
        const leaves = (set: FieldSet): string[] =>
          pathsOf(set)
            .filter((path) => path.length > 1)
            .map((path) => path.join('/'))
            .toSorted();
        return equal(leaves(bare(rest)), leaves(bare(alone)));
      }),
    );
  });

  test('a write that is no apply takes what it changes from everybody else', () => {
    fc.assert(
      fc.property(specs, specs, (first, second) => {
        const live = apply(undefined, 'm', first);
        const next = trackWrite(live, thing(second), by('u'));
        return isEmpty(intersection(owned(next, 'm'), owned(next, 'u')));
      }),
    );
  });

  // A map or list that lost its last member goes, and who made it goes on owning its place: recorded from the API server's own
  // field manager, testdata/apply.json, "a map that lost everything".
  test('nobody owns a field that is not there, but for the place of a structure that was emptied', () => {
    const emptied: History = [
      ['update', 'm', { a: '1', free: { p: '1' } }],
      ['apply', 'n', { a: '1', free: { p: '2' } }],
      ['apply', 'n', { a: '1' }],
    ];
    const heldStructure = (history: History, path: readonly string[]): boolean =>
      history.some(([, , content]) => typeof at(thing(content), path) === 'object');
    fc.assert(
      fc.property(writes, (history) => {
        const live = after(history);
        const paths = [...readManagers(live?.metadata.managedFields).values()].flatMap((entry) => pathsOf(entry.fields));
        return paths.every((path) => at(live, path) !== undefined || heldStructure(history, path));
      }),
      { examples: [[emptied]] },
    );
  });
});

describe('field sets', () => {
  const element = fc.oneof(
    fc.string().map((name) => `f:${name}`),
    fc.jsonValue({ maxDepth: 0 }).map((item) => `v:${JSON.stringify(item)}`),
    fc.nat().map((index) => `i:${index}`),
  );
  const sets = fc.dictionary(element, fc.constant({})).map((fields) => fromFieldsV1({ 'f:x': { '.': {}, ...fields }, ...fields }));

  test('FieldsV1 and back is the same set', () => {
    fc.assert(fc.property(sets, (set) => sameSet(fromFieldsV1(JSON.parse(JSON.stringify(toFieldsV1(set)))), set)));
  });

  test('union, intersection and difference obey set algebra', () => {
    fc.assert(
      fc.property(sets, sets, (a, b) =>
        [
          sameSet(union(difference(a, b), intersection(a, b)), a),
          isEmpty(intersection(difference(a, b), b)),
          sameSet(union(a, b), union(b, a)),
        ].every(Boolean),
      ),
    );
  });
});
