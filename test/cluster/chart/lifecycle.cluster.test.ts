import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { externalSecretKind, sealedSecretKind, secretStoreKind } from '@signet/api';
import type { KubeObject } from '@signet/kube/client';
import { customResourceDefinitions, isNotFound, secrets } from '@signet/kube/client';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { root } from '../../../scripts/run-step.ts';
import { until } from '../../control-plane/until.ts';
import { useControlPlane } from '../../control-plane/use-control-plane.ts';
import { obtainTools } from '../../kubectl/obtain.ts';
import type { Outcome } from '../node/command.ts';
import { command } from '../node/command.ts';

// Without a node: Pods do not run here. That the installed controller works is the matter of ../end-to-end.
const plane = useControlPlane();
const chart = join(root, 'charts', 'signet');
const definition = { name: 'sealedsecrets.bitnami.com' };
const external = ['--set', 'externalSecrets.enabled=true'] as const;
/** Mark of every definition that the chart carries. */
const ofChart = 'app.kubernetes.io/part-of=signet';

let home: string;
let helm: string;
let kubectl: string;
beforeAll(async () => {
  ({ kubectl } = await obtainTools());
  home = await mkdtemp(join(tmpdir(), 'signet-chart-'));
  await writeFile(join(home, 'kubeconfig'), plane().kubeconfig(), { mode: 0o600 });
  await run('kubectl', 'create', 'namespace', 'sys');
});
afterAll(() => rm(home, { recursive: true, force: true }));

const attempt = (program: 'helm' | 'kubectl', ...args: string[]): Promise<Outcome> =>
  command(program === 'helm' ? helm : kubectl, args, { env: { HOME: home, KUBECONFIG: join(home, 'kubeconfig') } });
async function run(program: 'helm' | 'kubectl', ...args: string[]): Promise<string> {
  const { code, stdout, stderr } = await attempt(program, ...args);
  if (code !== 0) throw new Error(`${program} ${args.join(' ')}\n${stdout}${stderr}`);
  return stdout;
}
const release = ['signet', chart, '-n', 'sys'] as const;
const exists = (answer: Promise<unknown>): Promise<boolean> =>
  answer.then(
    () => true,
    (error: unknown) => {
      if (isNotFound(error)) return false;
      throw error;
    },
  );
const hasDefinition = (): Promise<boolean> => exists(plane().admin.get(customResourceDefinitions, definition));

async function remove(): Promise<void> {
  await attempt('helm', 'uninstall', 'signet', '-n', 'sys', '--wait');
}
afterEach(async () => {
  await remove();
  await run('kubectl', '-n', 'sys', 'delete', 'secrets', '--all');
  if (await hasDefinition()) await run('kubectl', 'delete', 'crd', definition.name);
  await run('kubectl', 'delete', 'crd', '-l', ofChart);
});

describe.each([
  ['Helm 4', 'current'],
  ['Helm 3', 'helm3'],
] as const)('%s', (_, version) => {
  beforeAll(async () => {
    ({ helm } = await obtainTools(version));
  });

  describe('the release', () => {
    test.each([[[]], [external]])('the API server takes every object as it stands, with strict validation: %j', async (values) => {
      await run('helm', 'install', ...release, ...values, '--dry-run=server');
      const text = await run('helm', 'template', 'signet', chart, '-n', 'default', '--kube-version=1.36.0', ...values);
      const file = join(home, 'rendered.yaml');
      await writeFile(file, text);
      const { stdout, stderr } = await attempt('kubectl', 'apply', '--dry-run=server', '--validate=strict', '-f', file);
      expect(stderr).toBe('');
      expect(
        stdout
          .trim()
          .split('\n')
          .every((line) => line.endsWith('created (server dry run)')),
      ).toBe(true);
    });

    test('Pods are admitted where only the restricted standard is allowed', async () => {
      const namespace = `restricted-${version}`;
      await run('kubectl', 'create', 'namespace', namespace);
      await run('kubectl', 'label', 'namespace', namespace, 'pod-security.kubernetes.io/enforce=restricted');
      await run('helm', 'install', 'guarded', chart, '-n', namespace);
      const pods = ['get', 'pods', '-n', namespace, '-o', 'name'] as const;
      await until('both Pods are there', async () => (await run('kubectl', ...pods)).trim().split('\n').length === 2);
      await run('helm', 'uninstall', 'guarded', '-n', namespace, '--wait');
    });

    test('install, upgrade, uninstall: the definition, SealedSecrets, Secrets and keys survive', async () => {
      await run('helm', 'install', ...release);
      await run('kubectl', 'wait', '--for=condition=Established', `crd/${definition.name}`, '--timeout=20s');
      const { admin } = plane();
      await admin.create(sealedSecretKind, {
        metadata: { namespace: 'sys', name: 'kept' },
        spec: { encryptedData: { a: 'AAAA' } },
      });
      await admin.create(secrets, { metadata: { namespace: 'sys', name: 'kept' } });
      await admin.create(secrets, {
        metadata: {
          namespace: 'sys',
          name: 'sealed-secrets-key1',
          labels: { 'sealedsecrets.bitnami.com/sealed-secrets-key': 'active' },
        },
      });

      await run('helm', 'upgrade', ...release, '--set', 'replicas=3', '--set', 'logLevel=DEBUG');
      const spec = await run(
        'kubectl',
        '-n',
        'sys',
        'get',
        'deployment/signet',
        '-o',
        'jsonpath={.spec.replicas} {.spec.template.spec.containers[0].args}',
      );
      expect(spec).toMatch(/^3 .*--log-level=DEBUG/);

      await remove();
      const left = await run(
        'kubectl',
        '-n',
        'sys',
        'get',
        'deployments,services,serviceaccounts,roles,rolebindings,poddisruptionbudgets',
        '-o',
        'name',
      );
      expect(left.trim()).toBe('serviceaccount/default');
      expect(await hasDefinition()).toBe(true);
      expect(await run('kubectl', '-n', 'sys', 'get', 'sealedsecrets,secrets', '-o', 'name')).toBe(
        'sealedsecret.bitnami.com/kept\nsecret/kept\nsecret/sealed-secrets-key1\n',
      );

      // And it comes back as if nothing had been.
      await run('helm', 'install', ...release);
      expect(await exists(admin.get(sealedSecretKind, { namespace: 'sys', name: 'kept' }))).toBe(true);
    });

    test('external secrets, turned on, off, and uninstalled: definitions and objects stay, rights go', async () => {
      await run('helm', 'install', ...release);
      const definitions = async (): Promise<string[]> =>
        (await run('kubectl', 'get', 'crd', '-l', ofChart, '-o', 'jsonpath={.items[*].metadata.name}')).split(' ').toSorted();
      expect(await definitions()).toEqual([definition.name]);
      const rules = async (): Promise<string> => run('kubectl', 'get', 'clusterrole', 'signet', '-o', 'jsonpath={.rules}');
      const sealedOnly = await rules();

      await run('helm', 'upgrade', ...release, ...external);
      const all = await definitions();
      expect(all).toContain('externalsecrets.external-secrets.io');
      await run('kubectl', 'wait', '--for=condition=Established', 'crd', '-l', ofChart, '--timeout=20s');
      expect(await rules()).toContain('externalsecrets');
      const { admin } = plane();
      const metadata = { namespace: 'sys', name: 'kept' };
      const store = await admin.create<KubeObject>(secretStoreKind, { metadata, spec: { provider: { fake: { data: [] } } } });
      const spec = { secretStoreRef: { name: 'kept' }, data: [{ secretKey: 'a', remoteRef: { key: 'a' } }] };
      const object = await admin.create<KubeObject>(externalSecretKind, { metadata, spec });
      const stay = async (): Promise<void> => {
        expect(await definitions()).toEqual(all);
        expect((await admin.get<KubeObject>(secretStoreKind, metadata)).metadata.uid).toBe(store.metadata.uid);
        expect((await admin.get<KubeObject>(externalSecretKind, metadata)).metadata.uid).toBe(object.metadata.uid);
      };

      await run('helm', 'upgrade', ...release, '--set', 'externalSecrets.enabled=false');
      await stay();
      expect(await rules()).toBe(sealedOnly);
      expect((await attempt('kubectl', 'get', 'clusterrole', 'signet-stores')).code).toBe(1);

      await run('helm', 'upgrade', ...release, ...external);
      await remove();
      await stay();
      expect((await attempt('kubectl', 'get', 'clusterrole', 'signet')).code).toBe(1);
      await run('helm', 'install', ...release, ...external);
      await stay();
    });

    test('an upgrade brings the definition up to date', async () => {
      const older = join(home, 'older');
      await cp(chart, older, { recursive: true });
      const file = join(older, 'generated', 'sealedsecrets.bitnami.com.yaml');
      const text = await readFile(file, 'utf8');
      await writeFile(file, text.replace(/ {8}- name: Status\n.*\n.*\n/, ''));
      const columns = (): Promise<string> =>
        run('kubectl', 'get', 'crd', definition.name, '-o', 'jsonpath={.spec.versions[0].additionalPrinterColumns[*].name}');
      await run('helm', 'install', 'signet', older, ...release.slice(2));
      expect(await columns()).toBe('Synced Age');
      await run('helm', 'upgrade', ...release);
      expect(await columns()).toBe('Status Synced Age');
    });
  });

  describe('a definition that another installation left', () => {
    beforeAll(async () => {
      const file = join(home, 'crd.yaml');
      await writeFile(file, await readFile(join(chart, 'generated', 'sealedsecrets.bitnami.com.yaml'), 'utf8'));
    });

    test('is left alone with crds.create=false', async () => {
      await run('kubectl', 'create', '-f', join(home, 'crd.yaml'));
      const before = (await plane().admin.get(customResourceDefinitions, definition)).metadata.generation;
      await run('helm', 'install', ...release, '--set', 'crds.create=false');
      const { metadata } = await plane().admin.get(customResourceDefinitions, definition);
      expect(metadata.generation).toBe(before);
      expect(metadata.annotations?.['meta.helm.sh/release-name']).toBeUndefined();
    });

    test('is refused by default, with Helm naming it; and adopted with --take-ownership', async () => {
      await run('kubectl', 'create', '-f', join(home, 'crd.yaml'));
      const { code, stderr } = await attempt('helm', 'install', ...release);
      expect(code).toBe(1);
      expect(stderr).toContain('CustomResourceDefinition "sealedsecrets.bitnami.com"');
      await remove();
      await run('helm', 'install', ...release, '--take-ownership');
      const { metadata } = await plane().admin.get(customResourceDefinitions, definition);
      expect(metadata.annotations?.['meta.helm.sh/release-name']).toBe('signet');
      await remove();
      expect(await hasDefinition()).toBe(true);
    });
  });
});
