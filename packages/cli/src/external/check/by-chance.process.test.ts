import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { checkSource } from '../../check/check-source.ts';
import type { Finding } from '../../check/finding.ts';
import { checkExternal } from './check-external.ts';

async function found(text: string): Promise<Finding[]> {
  const { findings, external, configMaps } = await checkSource({ name: 'a.yaml', text }, { kinds: 'external' });
  return [...findings, ...(await checkExternal({ objects: external, configMaps }))];
}

/** No name and no key can be written like this, so it may only be a value. */
const canary = 'pa$$ w0rd!';

const manifest = `apiVersion: external-secrets.io/v1
kind: ExternalSecret
metadata: {name: app, namespace: web}
spec:
  secretStoreRef: {name: vault}
  data: [{secretKey: user, remoteRef: {key: db}}]
  dataFrom: [{find: {name: {regexp: 'x'}}, rewrite: [{transform: {template: '{{ .value }}'}}]}]
  target:
    template:
      templateFrom:
      - literal: |
          a: yes
          b: {{ .user }}
---
apiVersion: external-secrets.io/v1
kind: SecretStore
metadata: {name: vault, namespace: web}
spec: {provider: {fake: {data: [{key: a, value: b}]}}}
`;

const word = fc.oneof(
  fc.constantFrom(
    'spec',
    'data',
    'dataFrom',
    'target',
    'template',
    'templateFrom',
    'literal',
    'rewrite',
    'regexp',
    'source',
    'find',
    'name',
  ),
  fc.constantFrom(
    'metadata',
    'secretStoreRef',
    'provider',
    'fake',
    'vault',
    'aws',
    'conditions',
    '__proto__',
    'sourceRef',
    'extract',
    'key',
  ),
  fc.string(),
);
const { value: anything } = fc.letrec((tie) => ({
  value: fc.oneof(
    { maxDepth: 5 },
    fc.oneof(
      fc.string(),
      fc.constantFrom(
        `{{ .a }} ${canary}`,
        `{{ "${canary}" | nope }}`,
        canary,
        canary,
        '{{ if',
        '(?=',
        'Delete',
        '0',
        'a: yes\n{{ x',
      ),
      fc.integer(),
      fc.boolean(),
      fc.constant(null),
      fc.double(),
    ),
    fc.array(tie('value'), { maxLength: 4 }),
    fc.dictionary(word, tie('value'), { maxKeys: 6 }),
  ),
}));

/** The ways to everything in a value that holds nothing itself. */
function leavesOf(value: unknown): string[][] {
  if (typeof value !== 'object' || value === null) return [[]];
  return Object.entries(value).flatMap(([key, inner]) => leavesOf(inner).map((path) => [key, ...path]));
}

function replaced(value: unknown, [step, ...rest]: readonly string[], put: unknown): unknown {
  if (step === undefined) return put;
  const inner = replaced((value as Readonly<Record<string, unknown>>)[step], rest, put);
  return Array.isArray(value) ? value.with(Number(step), inner) : { ...(value as object), [step]: inner };
}

describe('by chance', () => {
  test('whatever an object holds: no exception, a line for each finding, and no value in any', async () => {
    const kind = fc.constantFrom('ExternalSecret', 'SecretStore', 'ClusterSecretStore');
    await fc.assert(
      fc.asyncProperty(kind, anything, async (kind, spec) => {
        const metadata = { name: 'app', namespace: 'web' };
        const findings = await found(JSON.stringify({ apiVersion: 'external-secrets.io/v1', kind, metadata, spec }));
        expect(findings.filter(({ at }) => at.line === undefined)).toEqual([]);
        expect(JSON.stringify(findings)).not.toContain(canary);
      }),
      { numRuns: 3000 },
    );
  });

  test('a value in the place of any other of a good manifest is not shown', async () => {
    const documents = parseAllDocuments(manifest).map((one) => (one as { toJS(): { spec: unknown } }).toJS());
    for (const [index, document] of documents.entries()) {
      for (const path of leavesOf(document.spec)) {
        for (const put of [canary, { [canary]: canary }, [canary], `{{ "${canary}" | nope }}`, `{{ .${canary} }}`]) {
          const changed = documents.map((one, at) => (at === index ? { ...one, spec: replaced(one.spec, path, put) } : one));
          const findings = await found(changed.map((one) => JSON.stringify(one)).join('\n---\n'));
          expect(JSON.stringify(findings), `${path.join('.')}: ${JSON.stringify(put)}`).not.toContain(canary);
        }
      }
    }
  });

  test('never throws on a good manifest with a stretch of it cut out, doubled or replaced', async () => {
    const good = manifest;
    const at = fc.nat({ max: good.length });
    await fc.assert(
      fc.asyncProperty(at, at, fc.string({ unit: 'binary', maxLength: 8 }), async (from, to, put) => {
        expect(Array.isArray(await found(good.slice(0, from) + put + good.slice(to)))).toBe(true);
      }),
      { numRuns: 400 },
    );
  });
});
