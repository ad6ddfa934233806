import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import controller from '../../../packages/controller/package.json' with { type: 'json' };
import { flags } from '../../../packages/controller/src/flags.ts';
import { root } from '../../../scripts/run-step.ts';
import type { Outcome } from '../node/command.ts';
import type { Manifest } from './rendered.ts';
import { chart, useChart } from './rendered.ts';

const at = useChart();
const template = async (...values: string[]): Promise<Outcome> => at().template(...values);
const render = async (...values: string[]): Promise<Map<string, Manifest>> => at().render(...values);

interface PodSpec {
  readonly containers: readonly { readonly args: readonly string[]; readonly image: string; readonly [field: string]: unknown }[];
  readonly [field: string]: unknown;
}
async function podOf(...values: string[]): Promise<PodSpec> {
  const deployment = (await render(...values)).get('Deployment/signet');
  if (!deployment) throw new Error('there is no Deployment');
  return (deployment.spec as { template: { spec: PodSpec } }).template.spec;
}
const argsOf = async (...values: string[]): Promise<readonly string[]> => (await podOf(...values)).containers[0]?.args ?? [];

describe('the chart by itself', () => {
  test.each(['false', 'true'])('passes helm lint --strict, external secrets: %s', async (enabled) => {
    const { code, stdout } = await at().helm('lint', '--strict', chart, '--set', `externalSecrets.enabled=${enabled}`);
    expect(stdout).toContain('1 chart(s) linted, 0 chart(s) failed');
    expect(code).toBe(0);
  });

  test('carries the version of the controller', async () => {
    const { appVersion, version } = parse(await readFile(join(chart, 'Chart.yaml'), 'utf8')) as Record<string, string>;
    expect({ appVersion, version }).toEqual({ appVersion: controller.version, version: controller.version });
  });

  test('carries the generated CustomResourceDefinition, byte for byte, and adds its marks only', async () => {
    const file = 'generated/sealedsecrets.bitnami.com.yaml';
    const text = await readFile(join(root, 'packages/api', file), 'utf8');
    expect(await readFile(join(chart, file), 'utf8')).toBe(text);
    const rendered = (await render()).get('CustomResourceDefinition/sealedsecrets.bitnami.com');
    expect(rendered?.metadata.annotations).toEqual({ 'helm.sh/resource-policy': 'keep' });
    expect(rendered?.spec).toEqual((parse(text) as Manifest).spec);
  });

  test('makes these objects, under one name', async () => {
    const names = [...(await render('fullnameOverride=sealed-secrets-controller')).keys()].toSorted();
    expect(names).toEqual([
      'ClusterRole/sealed-secrets-controller',
      'ClusterRoleBinding/sealed-secrets-controller',
      'CustomResourceDefinition/sealedsecrets.bitnami.com',
      'Deployment/sealed-secrets-controller',
      'PodDisruptionBudget/sealed-secrets-controller',
      'Role/sealed-secrets-controller-keys',
      'Role/sealed-secrets-controller-lease',
      'Role/sealed-secrets-controller-service-proxier',
      'RoleBinding/sealed-secrets-controller-keys',
      'RoleBinding/sealed-secrets-controller-lease',
      'RoleBinding/sealed-secrets-controller-service-proxier',
      'Service/sealed-secrets-controller',
      'Service/sealed-secrets-controller-metrics',
      'ServiceAccount/sealed-secrets-controller',
    ]);
  });

  test('what can be left out is left out', async () => {
    const without = ['crds.create', 'pdb.create', 'rbac.create', 'rbac.serviceProxier.create'].map((value) => `${value}=false`);
    const names = [...(await render(...without, 'serviceAccount.create=false', 'serviceAccount.name=mine')).keys()].toSorted();
    expect(names).toEqual(['Deployment/signet', 'Service/signet', 'Service/signet-metrics']);
    expect((await podOf('serviceAccount.create=false', 'serviceAccount.name=mine'))['serviceAccountName']).toBe('mine');
  });
});

describe('the Deployment', () => {
  test('two replicas, replaced one by one, never less', async () => {
    const { spec } = (await render()).get('Deployment/signet') ?? {};
    expect(spec).toMatchObject({
      replicas: 2,
      strategy: { type: 'RollingUpdate', rollingUpdate: { maxSurge: 1, maxUnavailable: 0 } },
    });
    const alone = (await render('replicas=1', 'leaderElection.enabled=false')).get('Deployment/signet');
    expect(alone?.spec).toMatchObject({ replicas: 1, strategy: { type: 'Recreate' } });
  });

  // Kubernetes Pod Security Standards, profile "restricted".
  test('meets the restricted Pod Security Standard, names no user, and mounts the token only here', async () => {
    const pod = await podOf();
    expect(pod['securityContext']).toEqual({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
    expect(pod.containers).toHaveLength(1);
    expect(pod.containers[0]?.['securityContext']).toEqual({
      allowPrivilegeEscalation: false,
      readOnlyRootFilesystem: true,
      capabilities: { drop: ['ALL'] },
    });
    expect(pod['automountServiceAccountToken']).toBe(true);
    expect((await render()).get('ServiceAccount/signet')).toMatchObject({ automountServiceAccountToken: false });
    expect(Object.keys(pod)).not.toEqual(expect.arrayContaining([expect.stringMatching(/^(host(Network|PID|IPC)|volumes)$/)]));
  });

  test('its ports are those the controller listens on by default, and the Services lead there by name', async () => {
    const [container] = (await podOf()).containers;
    const port = (flag: 'listen-addr' | 'listen-metrics-addr'): number => Number(flags[flag].default.slice(1));
    expect(container?.['ports']).toEqual([
      { name: 'http', containerPort: port('listen-addr'), protocol: 'TCP' },
      { name: 'metrics', containerPort: port('listen-metrics-addr'), protocol: 'TCP' },
    ]);
    const rendered = await render();
    const selector = { 'app.kubernetes.io/name': 'signet', 'app.kubernetes.io/instance': 'signet' };
    expect(rendered.get('Service/signet')?.spec).toEqual({
      type: 'ClusterIP',
      selector,
      ports: [{ name: 'http', port: 8080, targetPort: 'http', protocol: 'TCP' }],
    });
    expect(rendered.get('Service/signet-metrics')?.spec).toEqual({
      type: 'ClusterIP',
      selector,
      ports: [{ name: 'metrics', port: 8081, targetPort: 'metrics', protocol: 'TCP' }],
    });
  });

  test('liveness asks for the process, readiness for caches and key', async () => {
    const [container] = (await podOf()).containers;
    expect(container).toMatchObject({
      startupProbe: { httpGet: { path: '/healthz', port: 'http' } },
      livenessProbe: { httpGet: { path: '/healthz', port: 'http' } },
      readinessProbe: { httpGet: { path: '/readyz', port: 'http' } },
    });
  });

  test('each of its arguments is a flag of the controller', async () => {
    const everything = [
      'keyttl=100h',
      'privateKeyLabels.a=b',
      'privateKeyAnnotations.c=d',
      'namespaceSelector=team=a',
      'labelSelector=x=y',
      'allNamespaces=false',
      'recreateSecrets=false',
      'forbiddenSecretTypes={t/a,t/b}',
      'externalSecrets.enabled=true',
      'externalSecrets.clusterStores=false',
      'externalSecrets.controllerClass=team',
      'externalSecrets.storeRequeueInterval=1m',
      'externalSecrets.genericTargets.enabled=true',
    ];
    const args = await argsOf(...everything, 'additionalNamespaces={a,b}', 'updateStatus=false', 'skipRecreate=true');
    expect(args).toEqual([
      '--leader-elect=true',
      '--lease-name=signet',
      '--key-prefix=sealed-secrets-key',
      '--key-ttl=100h',
      '--privatekey-labels=a=b',
      '--privatekey-annotations=c=d',
      '--all-namespaces=false',
      '--additional-namespaces=a,b',
      '--namespace-selector=team=a',
      '--label-selector=x=y',
      '--update-status=false',
      '--skip-recreate',
      '--recreate-secrets=false',
      '--forbidden-secret-types=t/a,t/b',
      '--external-secrets=true',
      '--controller-class=team',
      '--store-requeue-interval=1m',
      '--enable-cluster-store-reconciler=false',
      '--unsafe-allow-generic-targets',
      '--log-level=INFO',
      '--log-format=json',
    ]);
    for (const arg of args) expect(Object.keys(flags)).toContain(/^--([a-z-]+)/.exec(arg)?.[1]);
  });

  test('further arguments come last, and win', async () => {
    expect((await argsOf('extraArgs={--log-level=DEBUG}')).at(-1)).toBe('--log-level=DEBUG');
  });

  test.each([
    [[], `signet-controller:${controller.version}`],
    [['image.registry=registry.example.com/team'], `registry.example.com/team/signet-controller:${controller.version}`],
    [['image.tag=edge'], 'signet-controller:edge'],
    [['image.tag=edge', `image.digest=sha256:${'a'.repeat(64)}`], `signet-controller@sha256:${'a'.repeat(64)}`],
  ])('image of %j', async (values, image) => {
    expect((await podOf(...values)).containers[0]?.image).toBe(image);
  });

  test('spreads over nodes when it can', async () => {
    expect((await podOf())['topologySpreadConstraints']).toEqual([
      {
        maxSkew: 1,
        topologyKey: 'kubernetes.io/hostname',
        whenUnsatisfiable: 'ScheduleAnyway',
        labelSelector: { matchLabels: { 'app.kubernetes.io/name': 'signet', 'app.kubernetes.io/instance': 'signet' } },
      },
    ]);
  });
});

describe('rights', () => {
  test('the service proxier may read one Service, and is bound as told', async () => {
    const rendered = await render(
      'fullnameOverride=x',
      'rbac.serviceProxier.subjects[0].kind=Group',
      'rbac.serviceProxier.subjects[0].name=devs',
    );
    expect(rendered.get('Role/x-service-proxier')?.rules).toEqual([
      { apiGroups: [''], resources: ['services'], resourceNames: ['x'], verbs: ['get'] },
      { apiGroups: [''], resources: ['services/proxy'], resourceNames: ['http:x:', 'http:x:http', 'x'], verbs: ['get'] },
    ]);
    expect(rendered.get('RoleBinding/x-service-proxier')?.subjects).toEqual([{ kind: 'Group', name: 'devs' }]);
    expect((await render('rbac.serviceProxier.bind=false')).has('RoleBinding/signet-service-proxier')).toBe(false);
  });

  test('namespaces that are listed get Roles, and nothing is cluster-wide', async () => {
    const rendered = await render('additionalNamespaces={a,b}');
    expect([...rendered.keys()].filter((name) => /^(Cluster)?Role\//.test(name)).toSorted()).toEqual([
      'Role/a/signet',
      'Role/b/signet',
      'Role/signet',
      'Role/signet-keys',
      'Role/signet-lease',
      'Role/signet-service-proxier',
    ]);
    const own = [...(await render('allNamespaces=false')).keys()].filter((name) => /Role\/(.*\/)?signet$/.test(name));
    expect(own).toEqual(['Role/signet']);
  });

  test('namespaces that are chosen by their labels need a ClusterRole, which may read namespaces', async () => {
    const namespaces = { apiGroups: [''], resources: ['namespaces'], verbs: ['list', 'watch'] };
    const rendered = await render('namespaceSelector=team=a', 'additionalNamespaces={b}', 'allNamespaces=false');
    expect(rendered.get('ClusterRole/signet')?.rules).toContainEqual(namespaces);
    expect(rendered.has('Role/b/signet')).toBe(false);
    expect((await render()).get('ClusterRole/signet')?.rules).not.toContainEqual(namespaces);
  });
});

describe('values that are wrong are refused, and the message says where and why', () => {
  test.each([
    ['replicas=two', "at '/replicas': got string, want integer"],
    ['image.registy=x', "at '/image': additional properties 'registy' not allowed"],
    ['keyrenewperiod=30d', "additional properties 'keyrenewperiod' not allowed"],
    ['logLevel=verbose', "at '/logLevel': value must be one of 'DEBUG', 'INFO', 'WARN', 'ERROR'"],
    ['image.digest=sha256:abc', "at '/image/digest': 'sha256:abc' does not match pattern"],
    ['extraArgs={log-level=DEBUG}', "at '/extraArgs/0': 'log-level=DEBUG' does not match pattern"],
    ['service.port=0', "at '/service/port': minimum: got 0, want 1"],
    ['rbac.serviceProxier.subjects[0].kind=Everyone', "value must be one of 'Group', 'User', 'ServiceAccount'"],
    ['leaderElection.enabled=false', 'replicas is 2 but leaderElection.enabled is false'],
    ['serviceAccount.create=false', 'serviceAccount.name must be set when serviceAccount.create is false'],
  ])('%s', async (value, message) => {
    const { code, stderr } = await template(value);
    expect(stderr).toContain(message);
    expect(code).toBe(1);
  });

  test('the defaults written out are accepted: the schema knows every value', async () => {
    const file = join(at().home, 'values.yaml');
    await writeFile(file, await readFile(join(chart, 'values.yaml'), 'utf8'));
    expect((await at().helm('template', 'x', chart, '-f', file)).stderr).toBe('');
    const { properties } = JSON.parse(await readFile(join(chart, 'values.schema.json'), 'utf8')) as { properties: object };
    const values = parse(await readFile(file, 'utf8')) as object;
    expect(Object.keys(properties).toSorted()).toEqual([...Object.keys(values), 'global'].toSorted());
  });
});
