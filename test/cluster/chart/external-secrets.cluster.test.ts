import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { root } from '../../../scripts/run-step.ts';
import type { Manifest } from './rendered.ts';
import { chart, granted, useChart } from './rendered.ts';

// What `externalSecrets` in the values changes. Off, nothing is left of it but one argument that says so.

const at = useChart();
const on = 'externalSecrets.enabled=true';
const render = async (...values: string[]): Promise<Map<string, Manifest>> => at().render(...values);
const definitionsOf = (rendered: ReadonlyMap<string, Manifest>): string[] =>
  [...rendered.values()].flatMap(({ kind, metadata }) => (kind === 'CustomResourceDefinition' ? [metadata.name] : [])).toSorted();

describe('definitions', () => {
  test('each that is generated, byte for byte, and kept when the release goes', async () => {
    const files = (await readdir(join(root, 'packages/api/generated'))).toSorted();
    expect((await readdir(join(chart, 'generated'))).toSorted()).toEqual(files);
    const rendered = await render(on);
    expect(definitionsOf(rendered).map((name) => `${name}.yaml`)).toEqual(files);
    for (const file of files) {
      const text = await readFile(join(root, 'packages/api/generated', file), 'utf8');
      expect(await readFile(join(chart, 'generated', file), 'utf8')).toBe(text);
      const generated = parse(text) as Manifest;
      const { metadata, spec } = rendered.get(`CustomResourceDefinition/${generated.metadata.name}`) ?? {};
      expect(metadata).toMatchObject(generated.metadata);
      expect(metadata?.annotations).toEqual({ ...generated.metadata.annotations, 'helm.sh/resource-policy': 'keep' });
      expect(spec).toEqual(generated.spec);
    }
  });

  test('those of external-secrets are there when it is on, none when definitions are left alone', async () => {
    expect(definitionsOf(await render())).toEqual(['sealedsecrets.bitnami.com']);
    expect(definitionsOf(await render(on, 'crds.create=false'))).toEqual([]);
  });
});

describe('arguments', () => {
  const argsOf = async (...values: string[]): Promise<readonly string[]> => {
    const { spec } = (await render(...values)).get('Deployment/signet') ?? {};
    const [container] = (spec as unknown as { template: { spec: { containers: { args: string[] }[] } } }).template.spec.containers;
    return (container?.args ?? []).filter((arg) => /external|controller-class|store|generic/.test(arg));
  };

  test('say no more than that it is off, until it is on', async () => {
    const others = ['controllerClass=team', 'storeRequeueInterval=1m', 'clusterStores=false', 'genericTargets.enabled=true'];
    expect(await argsOf()).toEqual(['--external-secrets=false']);
    expect(await argsOf(...others.map((value) => `externalSecrets.${value}`))).toEqual(['--external-secrets=false']);
    expect(await argsOf(on)).toEqual(['--external-secrets=true', '--controller-class=default']);
  });
});

describe('rights', () => {
  const rulesOf = async (role: string, ...values: string[]): Promise<string[]> =>
    granted((await render(...values)).get(role)?.rules);
  /** In each namespace served, beside those for SealedSecrets. */
  const fetching = [
    '/configmaps get',
    '/configmaps list',
    '/configmaps watch',
    '/serviceaccounts get',
    '/serviceaccounts/token create',
    'external-secrets.io/externalsecrets get',
    'external-secrets.io/externalsecrets list',
    'external-secrets.io/externalsecrets patch',
    'external-secrets.io/externalsecrets watch',
    'external-secrets.io/externalsecrets/status update',
    'external-secrets.io/pushsecrets list',
    'external-secrets.io/secretstores list',
    'external-secrets.io/secretstores patch',
    'external-secrets.io/secretstores watch',
    'external-secrets.io/secretstores/status update',
    'generators.external-secrets.io/* get',
  ];
  const clusterStores = [
    '/namespaces list',
    '/namespaces watch',
    'external-secrets.io/clustersecretstores list',
    'external-secrets.io/clustersecretstores patch',
    'external-secrets.io/clustersecretstores watch',
    'external-secrets.io/clustersecretstores/status update',
    'generators.external-secrets.io/clustergenerators get',
  ];
  const sealed = [
    '/events create',
    '/events patch',
    '/secrets create',
    '/secrets delete',
    '/secrets get',
    '/secrets list',
    '/secrets update',
    '/secrets watch',
    'bitnami.com/sealedsecrets get',
    'bitnami.com/sealedsecrets list',
    'bitnami.com/sealedsecrets watch',
    'bitnami.com/sealedsecrets/status update',
  ];

  test('off: those of SealedSecrets, and not one more; on: these beside them', async () => {
    expect(await rulesOf('ClusterRole/signet')).toEqual(sealed);
    expect(await rulesOf('ClusterRole/signet', on)).toEqual([...sealed, ...fetching].toSorted());
    expect(await rulesOf('ClusterRole/signet-stores', on)).toEqual(clusterStores);
  });

  test('off: no Role, ClusterRole or binding but those of SealedSecrets', async () => {
    const roles = async (...values: string[]): Promise<string[]> =>
      [...(await render(...values)).keys()].filter((name) => /^(Cluster)?Role(Binding)?\//.test(name)).toSorted();
    const off = await roles();
    const added = ['ClusterRole/signet-stores', 'ClusterRoleBinding/signet-stores'];
    expect(await roles(on)).toEqual([...off, ...added].toSorted());
    expect(await roles(on, 'externalSecrets.clusterStores=false')).toEqual(off);
  });

  test('off: whatever else its values say', async () => {
    const values = ['genericTargets.enabled=true', 'genericTargets.resources[0].resource=configmaps', 'clusterStores=true'];
    expect(await rulesOf('ClusterRole/signet', ...values.map((value) => `externalSecrets.${value}`))).toEqual(sealed);
  });

  test('in listed namespaces only, with cluster stores beside', async () => {
    const rendered = await render(on, 'additionalNamespaces={a}');
    for (const role of ['Role/signet', 'Role/a/signet'])
      expect(granted(rendered.get(role)?.rules)).toEqual([...sealed, ...fetching].toSorted());
    expect(rendered.has('ClusterRole/signet')).toBe(false);
    expect(granted(rendered.get('ClusterRole/signet-stores')?.rules)).toEqual(clusterStores);
  });

  test('no tokens of ServiceAccounts where they are not wanted', async () => {
    const rights = await rulesOf('ClusterRole/signet', on, 'externalSecrets.serviceAccountTokens=false');
    expect(rights).toEqual([...sealed, ...fetching].filter((right) => !right.includes('token')).toSorted());
  });

  test('other kinds of targets: those that are listed, and only what it takes to make them', async () => {
    const resource = 'externalSecrets.genericTargets.resources[0]';
    const rights = await rulesOf('ClusterRole/signet', on, `${resource}.resource=sites`, `${resource}.apiGroup=example.com`);
    const added = ['create', 'delete', 'get', 'update'].map((verb) => `example.com/sites ${verb}`);
    expect(rights.filter((right) => !sealed.includes(right) && !fetching.includes(right))).toEqual(added);
  });

  test('Secrets are listed and deleted by ExternalSecrets also where SealedSecrets do neither', async () => {
    const values = ['skipRecreate=true', 'recreateSecrets=false'];
    const less = await rulesOf('ClusterRole/signet', ...values);
    expect(less).toEqual(sealed.filter((right) => !/secrets (list|watch|delete)$/.test(right) || right.startsWith('bitnami')));
    expect(await rulesOf('ClusterRole/signet', on, ...values)).toEqual([...sealed, ...fetching].toSorted());
  });
});

test.each([
  ['externalSecrets.enabled=maybe', "at '/externalSecrets/enabled': got string, want boolean"],
  ['externalSecrets.genericTargets.resources[0].apiGroup=x', "missing property 'resource'"],
  ['externalSecrets.stores=true', "additional properties 'stores' not allowed"],
])('%s is refused', async (value, message) => {
  const { code, stderr } = await at().template(value);
  expect(stderr).toContain(message);
  expect(code).toBe(1);
});
