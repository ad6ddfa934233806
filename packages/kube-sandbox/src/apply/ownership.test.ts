import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonSchema, KindDefinition } from '../kinds/definition.ts';
import type { KubeObject } from '../kinds/object.ts';
import type { Rejection } from '../schema/rejection.ts';
import { applyConfiguration, sameButForTimes, trackWrite, type Write } from './ownership.ts';

interface Step {
  readonly do: 'apply' | 'update';
  readonly manager: string;
  readonly force?: boolean;
  readonly subresource?: string;
  readonly object: Record<string, unknown>;
  readonly expected?: Record<string, unknown>;
  readonly refused?: string;
  readonly causes?: unknown;
}

interface File {
  readonly schema: JsonSchema;
  readonly cases: readonly { readonly name: string; readonly steps: readonly Step[] }[];
}

const { schema, cases } = JSON.parse(readFileSync(new URL('testdata/apply.json', import.meta.url), 'utf8')) as File;

const widget: KindDefinition = {
  group: 'example.com',
  version: 'v1',
  kind: 'Widget',
  listKind: 'WidgetList',
  plural: 'widgets',
  singular: 'widget',
  shortNames: [],
  categories: [],
  namespaced: true,
  verbs: ['get', 'patch', 'update'],
  schema,
  subresources: [{ name: 'status', verbs: ['get', 'patch', 'update'] }],
  printerColumns: [],
  selectableFields: [],
  custom: true,
  priority: 0,
};

const at = (second: number): Date => new Date(Date.UTC(2026, 0, 1, 0, 0, second));
const object = (parts: Record<string, unknown>): KubeObject => ({
  apiVersion: 'example.com/v1',
  kind: 'Widget',
  metadata: { name: 'w', namespace: 'd' },
  ...parts,
});
const by = (manager: string, second: number): Write => ({ definition: widget, manager, now: at(second) });

function timeless(value: KubeObject): unknown {
  const entries = value.metadata.managedFields?.map(({ time: _time, ...entry }) => entry);
  return { ...value, metadata: { ...value.metadata, ...(entries ? { managedFields: entries } : {}) } };
}

function run(live: KubeObject | undefined, step: Step): KubeObject {
  const write: Write = {
    ...by(step.manager, 0),
    ...(step.subresource === undefined ? {} : { subresource: step.subresource }),
  };
  const given = object(step.object);
  return step.do === 'apply'
    ? applyConfiguration(live, given, { ...write, force: step.force === true })
    : trackWrite(live, given, write);
}

/** Causes come in no particular order from a real server: it walks a Go map. */
const sorted = (causes: readonly unknown[]): unknown[] =>
  causes.toSorted((a, b) => (JSON.stringify(a) < JSON.stringify(b) ? -1 : 1));

/** What came of a step, in the words of the recorded outcomes. */
function outcome(live: KubeObject | undefined, step: Step): { next?: KubeObject; said: unknown } {
  try {
    const next = run(live, step);
    return { next, said: { expected: timeless(next) } };
  } catch (error) {
    const { message, causes } = error as Rejection;
    return { said: { refused: message, ...(causes.length > 0 ? { causes: sorted(causes) } : {}) } };
  }
}

// Source: the API server's own field manager (testdata/README.md).
describe('outcomes equal those of the API server', () => {
  test.each(cases)('$name', ({ steps }) => {
    let live: KubeObject | undefined;
    for (const [index, step] of steps.entries()) {
      const { expected, refused, causes } = step;
      const recorded =
        refused === undefined ? { expected } : { refused, ...(Array.isArray(causes) ? { causes: sorted(causes) } : {}) };
      const before = JSON.stringify([live, step.object]);
      const { next, said } = outcome(live, step);
      expect(said, `step ${index}`).toEqual(recorded);
      expect(JSON.stringify([live, step.object]), `step ${index} changed its input`).toBe(before);
      live = next ?? live;
    }
  });
});

describe('times', () => {
  const timeOf = (value: KubeObject, manager: string): string | undefined =>
    value.metadata.managedFields?.find((entry) => entry.manager === manager)?.time;

  test('an apply that changes nothing gives back the same object', () => {
    const first = applyConfiguration(undefined, object({ data: { k: '1' } }), { ...by('a', 1), force: false });
    const second = applyConfiguration(first, object({ data: { k: '1' } }), { ...by('a', 5), force: false });
    expect(second).toEqual(first);
    expect(timeOf(second, 'a')).toBe('2026-01-01T00:00:01Z');
  });

  test('an update that changes nothing gives back the same object', () => {
    const first = trackWrite(undefined, object({ data: { k: '1' } }), by('u', 1));
    expect(trackWrite(first, first, by('u', 5))).toEqual(first);
    expect(trackWrite(first, first, by('other', 5))).toEqual(first);
  });

  test('only the writer gets a new time', () => {
    const first = applyConfiguration(undefined, object({ data: { k: '1' } }), { ...by('a', 1), force: false });
    const second = trackWrite(first, { ...first, data: { k: '1', l: '2' } }, by('u', 5));
    expect([timeOf(second, 'a'), timeOf(second, 'u')]).toEqual(['2026-01-01T00:00:01Z', '2026-01-01T00:00:05Z']);
  });

  test('objects that differ only in times are the same', () => {
    const first = trackWrite(undefined, object({ data: { k: '1' } }), by('u', 1));
    const later = trackWrite(undefined, object({ data: { k: '1' } }), by('u', 9));
    expect(first).not.toEqual(later);
    expect(sameButForTimes(first, later)).toBe(true);
    expect(sameButForTimes(first, { ...later, data: {} })).toBe(false);
  });
});
