import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { customResourceDefinitions } from '@signet/api';
import type { CustomResourceDefinition } from '@signet/api';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { root } from '../../../scripts/run-step.ts';
import { obtainTools } from '../../kubectl/obtain.ts';
import { succeed } from '../node/command.ts';

const chart = join(root, 'charts', 'signet');

let home: string;
beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'signet-definitions-'));
});
afterAll(() => rm(home, { recursive: true, force: true }));

type Rendered = CustomResourceDefinition & { readonly metadata: { readonly annotations?: Record<string, string> } };

describe.each(['current', 'helm3'] as const)('definitions in the chart, Helm %s', (version) => {
  async function definitions(...values: readonly string[]): Promise<readonly Rendered[]> {
    const { helm } = await obtainTools(version);
    const sets = values.flatMap((value) => ['--set', value]);
    const stdout = await succeed(helm, ['template', 'signet', chart, '--kube-version=1.36.0', ...sets], { env: { HOME: home } });
    return parseAllDocuments(stdout)
      .map((document) => document.toJS() as Rendered | null)
      .filter((manifest): manifest is Rendered => manifest?.kind === 'CustomResourceDefinition');
  }
  const names = (all: readonly CustomResourceDefinition[]): string[] => all.map(({ metadata }) => metadata.name).toSorted();

  test('external-secrets only when it is turned on: they may belong to somebody else', async () => {
    expect(names(await definitions())).toEqual(['sealedsecrets.bitnami.com']);
    expect(names(await definitions('externalSecrets.enabled=true'))).toEqual(names(customResourceDefinitions()));
    expect(await definitions('externalSecrets.enabled=true', 'crds.create=false')).toEqual([]);
  });

  test('are what the schemas say, stay at `helm uninstall`, and keep the labels of external-secrets', async () => {
    const rendered = await definitions('externalSecrets.enabled=true', 'commonLabels.team=a');
    for (const definition of customResourceDefinitions()) {
      const found = rendered.find(({ metadata }) => metadata.name === definition.metadata.name);
      expect(found?.spec).toEqual(definition.spec);
      expect(found?.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
      expect(found?.metadata.labels).toMatchObject({
        ...definition.metadata.labels,
        team: 'a',
        'app.kubernetes.io/name': 'signet',
      });
    }
  });
});
