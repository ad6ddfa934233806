import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../../kinds/built-in.ts';
import type { KindDefinition } from '../../kinds/definition.ts';
import { omitEmpty } from './omit-empty.ts';

function kindOf(name: string): KindDefinition {
  const kind = builtInKinds.find((one) => one.kind === name);
  if (!kind) throw new Error(`no kind ${name}`);
  return kind;
}

// Source: answers of kube-apiserver 1.36 to the same objects (Go's `omitempty`).
describe('what a Go structure leaves out', () => {
  const meta = { name: 'a' };
  const rows = [
    ['ConfigMap', { data: {} }, {}],
    ['ConfigMap', { data: { a: '' } }, { data: { a: '' } }],
    ['ConfigMap', { immutable: false }, { immutable: false }],
    ['Secret', { data: {}, type: 'Opaque' }, { type: 'Opaque' }],
    ['Service', { spec: { ports: [], selector: {}, type: 'ClusterIP' } }, { spec: { type: 'ClusterIP' } }],
    ['Role', { rules: [] }, { rules: [] }],
    ['Namespace', { spec: { finalizers: [] }, status: {} }, { spec: {}, status: {} }],
  ] as const;

  test.each(rows)('%s %j', (kind, sent, expected) => {
    const base = { apiVersion: 'v1', kind, metadata: meta };
    expect(omitEmpty({ ...base, ...sent }, kindOf(kind))).toEqual({ ...base, ...expected });
  });

  test('metadata of every kind', () => {
    const metadata = { name: 'a', labels: {}, annotations: {}, finalizers: [], ownerReferences: [], managedFields: [] };
    const bare = { name: 'a', managedFields: [] };
    const widget = { apiVersion: 'example.com/v1', kind: 'Widget', metadata, spec: { list: [], map: {} } };
    expect(omitEmpty(widget, { ...kindOf('ConfigMap'), custom: true })).toEqual({ ...widget, metadata: bare });
    const configMap = { apiVersion: 'v1', kind: 'ConfigMap', metadata };
    expect(omitEmpty(configMap, kindOf('ConfigMap'))).toEqual({ ...configMap, metadata: bare });
  });
});
