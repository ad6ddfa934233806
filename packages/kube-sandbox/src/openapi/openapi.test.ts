import { describe, expect, test } from 'vitest';
import { builtInKinds } from '../kinds/built-in.ts';
import type { JsonSchema, KindDefinition } from '../kinds/definition.ts';
import { objectMetaSchema } from '../kinds/schemas/object-meta.ts';
import { isObject } from '../schema/json.ts';
import { openApiDocument } from './index.ts';

const schema: JsonSchema = {
  type: 'object',
  description: 'A widget.',
  properties: {
    apiVersion: { type: 'string' },
    kind: { type: 'string' },
    metadata: { ...objectMetaSchema, properties: { ...objectMetaSchema.properties, name: { type: 'string', maxLength: 5 } } },
    spec: {
      type: 'object',
      properties: { size: { 'x-kubernetes-int-or-string': true }, note: { type: 'string', nullable: true } },
      oneOf: [{ required: ['size'] }],
    },
  },
};
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
  verbs: ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'],
  schema,
  subresources: [],
  printerColumns: [],
  selectableFields: [],
  custom: true,
  priority: 0,
};
const kinds = [...builtInKinds, widget];
type Document = Record<string, never>;
const at = (path: string, some: readonly KindDefinition[] = kinds): Document =>
  openApiDocument(some, path, { version: 'v1.36.3' }) as unknown as Document;

/** Every `$ref` of a document. */
function references(node: unknown): string[] {
  if (Array.isArray(node)) return node.flatMap(references);
  if (!isObject(node)) return [];
  return Object.entries(node).flatMap(([key, value]) => (key === '$ref' ? [value as string] : references(value)));
}

describe('OpenAPI v3', () => {
  test('the index names one document per group version, by content', () => {
    const { paths } = at('/openapi/v3') as unknown as { paths: Record<string, { serverRelativeURL: string }> };
    expect(Object.keys(paths)).toEqual(expect.arrayContaining(['api/v1', 'apis/apps/v1', 'apis/example.com/v1']));
    const url = paths['apis/example.com/v1']?.serverRelativeURL ?? '';
    expect(url).toMatch(/^\/openapi\/v3\/apis\/example\.com\/v1\?hash=[0-9A-F]{64}$/);
    const changed = at('/openapi/v3', [{ ...widget, schema: { ...schema, description: 'Another.' } }]);
    expect(JSON.stringify(changed)).not.toContain(url);
  });

  test('no document for what is not served', () => {
    expect(at('/openapi/v3/apis/none/v1')).toBeUndefined();
    expect(at('/openapi/v4')).toBeUndefined();
  });

  test.each(['/openapi/v2', '/openapi/v3/api/v1', '/openapi/v3/apis/example.com/v1', '/openapi/v3/apis/apiextensions.k8s.io/v1'])(
    'every reference of %s leads somewhere',
    (path) => {
      const document = at(path);
      const found = references(document);
      expect(found.length).toBeGreaterThan(0);
      for (const reference of new Set(found)) {
        const target = reference
          .slice(2)
          .split('/')
          .reduce<unknown>((node, part) => (isObject(node) ? node[part] : undefined), document);
        expect({ reference, found: target !== undefined }).toEqual({ reference, found: true });
      }
    },
  );

  test('a custom kind: its name, its group version kind, its metadata by reference', () => {
    const { components } = at('/openapi/v3/apis/example.com/v1') as unknown as {
      components: { schemas: Record<string, JsonSchema> };
    };
    const definition = components.schemas['com.example.v1.Widget'];
    expect(definition?.['x-kubernetes-group-version-kind']).toEqual([{ group: 'example.com', version: 'v1', kind: 'Widget' }]);
    expect(definition?.properties?.['metadata']?.allOf).toEqual([
      { $ref: '#/components/schemas/io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta' },
    ]);
    expect(definition?.properties?.['spec']?.properties?.['size']).toEqual({
      'x-kubernetes-int-or-string': true,
      oneOf: [{ type: 'integer' }, { type: 'string' }],
    });
    const meta = components.schemas['io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta'];
    expect(meta?.properties?.['name']).not.toHaveProperty('maxLength');
  });

  // kubectl sends fieldValidation and strategic merge patches only to kinds whose PATCH says so.
  test.each([
    ['/openapi/v3/api/v1', '/api/v1/namespaces/{namespace}/configmaps/{name}', true],
    ['/openapi/v3/api/v1', '/api/v1/namespaces/{name}', true],
    ['/openapi/v3/apis/example.com/v1', '/apis/example.com/v1/namespaces/{namespace}/widgets/{name}', false],
  ])('%s %s takes strategic merge patches: %s', (document, path, strategic) => {
    const { paths } = at(document) as unknown as {
      paths: Record<string, { patch?: { parameters: { name: string }[]; requestBody: { content: Record<string, unknown> } } }>;
    };
    const patch = paths[path]?.patch;
    expect(patch?.parameters.map(({ name }) => name)).toEqual(['dryRun', 'fieldManager', 'fieldValidation', 'force']);
    expect('application/strategic-merge-patch+json' in (patch?.requestBody.content ?? {})).toBe(strategic);
  });
});

describe('OpenAPI v2', () => {
  test('has no words of v3', () => {
    const document = at('/openapi/v2') as unknown as { definitions: Record<string, JsonSchema> };
    const spec = document.definitions['com.example.v1.Widget']?.properties?.['spec'];
    expect(spec).not.toHaveProperty('oneOf');
    expect(spec?.properties?.['note']).not.toHaveProperty('nullable');
    expect(spec?.properties?.['size']).toMatchObject({ type: 'string', format: 'int-or-string' });
  });
});
