import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { generatedFiles } from '../scripts/generate.ts';
import { customResourceDefinitions, sealedSecretCrd } from './definitions.ts';

type Node = { readonly [keyword: string]: unknown };

const [version] = sealedSecretCrd().spec.versions;
const schema: Node = version?.schema.openAPIV3Schema ?? {};

const keywordsOutside = new Set(['$schema', 'definitions', '$ref', 'oneOf', 'anyOf', 'allOf', 'const']);

function at(node: Node, ...path: string[]): Node {
  return path.reduce<Node>((current, name) => (current['properties'] as Record<string, Node>)[name] as Node, node);
}

function nodesOf(node: Node): Node[] {
  const children = [
    ...Object.values((node['properties'] ?? {}) as Record<string, Node>),
    ...(['items', 'additionalProperties'] as const).flatMap((k) => (typeof node[k] === 'object' ? [node[k] as Node] : [])),
  ];
  return [node, ...children.flatMap(nodesOf)];
}

describe('CustomResourceDefinitions', () => {
  test('are the checked-in files; run `npm run generate` after a change', () => {
    const files = [...generatedFiles()];
    for (const [path, text] of files) expect(readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8')).toBe(text);
    expect(files.map(([, text]) => parse(text) as unknown)).toEqual(customResourceDefinitions());
  });

  const versions = customResourceDefinitions().flatMap(({ metadata, spec }) =>
    spec.versions.map(({ name, schema }): [string, string, Node] => [metadata.name, name, schema.openAPIV3Schema]),
  );

  // Rules of structural schemas, Kubernetes API documentation of apiextensions.k8s.io/v1.
  test.each(versions)('%s %s is structural', (_, __, schema) => {
    for (const node of nodesOf(schema)) {
      const forbidden = Object.keys(node).filter((keyword) => keywordsOutside.has(keyword));
      const both = 'properties' in node && 'additionalProperties' in node;
      const isTyped = typeof node['type'] === 'string' || node['x-kubernetes-int-or-string'] === true;
      expect({ node, isTyped, both, forbidden }).toEqual({ node, isTyped: true, both: false, forbidden: [] });
    }
  });
});

describe('the CustomResourceDefinition of SealedSecret', () => {
  test('lets broken items pass admission, so that they are reported in the status', () => {
    const items = at(schema, 'spec', 'encryptedData');
    expect(items).toMatchObject({ type: 'object', 'x-kubernetes-preserve-unknown-fields': true });
    expect(items).not.toHaveProperty('additionalProperties');
    expect(at(schema, 'spec')['required']).toEqual(['encryptedData']);
    expect(schema['required']).toEqual(['spec']);
  });

  test('accepts the nulls old kubeseal wrote', () => {
    expect(at(schema, 'spec', 'template', 'data')['nullable']).toBe(true);
    expect(at(schema, 'spec', 'template', 'metadata')).toMatchObject({
      nullable: true,
      'x-kubernetes-preserve-unknown-fields': true,
    });
  });

  test('shows conditions[0] and has a status subresource', () => {
    expect(version?.subresources).toEqual({ status: {} });
    expect(version?.additionalPrinterColumns?.map(({ name, jsonPath }) => [name, jsonPath])).toEqual([
      ['Status', '.status.conditions[0].message'],
      ['Synced', '.status.conditions[0].status'],
      ['Age', '.metadata.creationTimestamp'],
    ]);
  });
});
