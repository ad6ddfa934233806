import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { JsonSchema } from '../kinds/definition.ts';
import { applyStrategicMergePatch } from './strategic-merge-patch.ts';

interface Row {
  readonly name: string;
  readonly kind: string;
  readonly document: unknown;
  readonly patch: unknown;
  readonly expected?: unknown;
  readonly refused?: boolean;
}

const rows = JSON.parse(readFileSync(new URL('testdata/strategic-merge-patch.json', import.meta.url), 'utf8')) as Row[];

const list = (strategy: string, mergeKey: string | undefined, items: JsonSchema): JsonSchema => ({
  type: 'array',
  items,
  'x-kubernetes-patch-strategy': strategy,
  ...(mergeKey === undefined ? {} : { 'x-kubernetes-patch-merge-key': mergeKey }),
});
const object = (properties: Record<string, JsonSchema>): JsonSchema => ({ type: 'object', properties });
const text: JsonSchema = { type: 'string' };

// The patch strategies of the Go types, as the API reference documents them.
const metadata = object({
  finalizers: list('merge', undefined, text),
  ownerReferences: list('merge', 'uid', object({})),
});
const podSpec = object({
  containers: list('merge', 'name', object({ env: list('merge', 'name', object({})) })),
  volumes: list('merge,retainKeys', 'name', object({})),
});
const schemas: Record<string, JsonSchema> = {
  Pod: object({ metadata, spec: podSpec }),
  Deployment: object({
    metadata,
    spec: object({
      strategy: { type: 'object', 'x-kubernetes-patch-strategy': 'retainKeys' },
      template: object({ metadata, spec: podSpec }),
    }),
  }),
  ServiceAccount: object({ metadata, imagePullSecrets: { type: 'array' } }),
  Secret: object({ metadata }),
  ConfigMap: object({ metadata }),
  Service: object({ metadata, spec: object({ ports: list('merge', 'port', object({})) }) }),
};
const schemaOf = (kind: string): JsonSchema => schemas[kind] ?? {};

// Source: outcomes of apimachinery's strategicpatch (testdata/README.md).
describe('strategic merge patch', () => {
  test.each(rows.filter((row) => !row.refused))('$name', ({ kind, document, patch, expected }) => {
    const before = JSON.stringify([document, patch]);
    expect(applyStrategicMergePatch(document, patch, schemaOf(kind))).toEqual(expected);
    expect(JSON.stringify([document, patch])).toBe(before);
  });

  test.each(rows.filter((row) => row.refused))('refused: $name', ({ kind, document, patch }) => {
    expect(() => applyStrategicMergePatch(document, patch, schemaOf(kind))).toThrow(
      expect.objectContaining({ status: expect.toBeOneOf([400, 500]) as number }),
    );
  });

  test('directives inside of what is new are carried out on nothing and vanish', () => {
    const volume = { name: 'v', $retainKeys: ['name', 'emptyDir'], emptyDir: {} };
    const container = { name: 'a', $retainKeys: ['name'], '$setElementOrder/env': [], '$deleteFromPrimitiveList/args': ['x'] };
    const patched = applyStrategicMergePatch(
      { spec: { volumes: [] } },
      { spec: { volumes: [volume], containers: [container] } },
      schemaOf('Pod'),
    );
    expect(patched).toEqual({ spec: { volumes: [{ name: 'v', emptyDir: {} }], containers: [{ name: 'a' }] } });
  });

  test('a patch that is no object', () => {
    expect(() => applyStrategicMergePatch({}, [], {})).toThrow(expect.objectContaining({ status: 400 }));
  });
});
