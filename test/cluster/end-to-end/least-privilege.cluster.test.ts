import type { KubeObject, Resource } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import { describe, expect, test } from 'vitest';
import { until } from '../../control-plane/until.ts';
import type { Audited } from '../node/audit.ts';
import { chartFolder, controllerUser, release, useCluster } from './cluster.ts';

const cluster = useCluster();
const { namespace, fullname } = release;

interface Rule {
  readonly apiGroups: readonly string[];
  readonly resources: readonly string[];
  readonly resourceNames?: readonly string[];
  readonly verbs: readonly string[];
}
type Role = KubeObject & { readonly rules: readonly Rule[] };
const rbac = { group: 'rbac.authorization.k8s.io', version: 'v1' } as const;
const clusterRoles: Resource<Role> = { ...rbac, plural: 'clusterroles', kind: 'ClusterRole', namespaced: false };
const roles: Resource<Role> = { ...rbac, plural: 'roles', kind: 'Role', namespaced: true };

const requests = async (): Promise<Audited[]> => (await cluster().audit.read()).filter(({ user }) => user === controllerUser);

/** Changes the release and waits for the new Pods. What the old ones were refused meanwhile is not looked at. */
async function upgrade(...values: string[]): Promise<void> {
  const sets = values.flatMap((value) => ['--set', value]);
  await cluster().run('helm', [
    'upgrade',
    release.name,
    chartFolder,
    '-n',
    namespace,
    '--reset-then-reuse-values',
    ...sets,
    '--wait',
    '--timeout=60s',
  ]);
  await until('the old Pods are gone', () => cluster().node.pods.length === 2);
  await cluster().forgive();
}

/** Every `group/resource verb` of the rules. */
function granted(rules: readonly Rule[]): string[] {
  return rules.flatMap(({ apiGroups, resources, verbs }) =>
    apiGroups.flatMap((group) => resources.flatMap((resource) => verbs.map((verb) => `${group}/${resource} ${verb}`))),
  );
}

async function exercise(name: string): Promise<void> {
  const place = { namespace: 'default', name };
  await cluster().establish({ ...place, values: { a: '1' } });
  await cluster().establish({ ...place, values: { a: '2' } });
  await cluster().plane.admin.delete(secrets, place);
  await until('it is made again', () => cluster().secret(place.namespace, place.name));
  await cluster().establish({ ...place, values: { a: '3' }, type: 'example.com/other' });
}

describe('the rights of the chart', () => {
  test('are enough: a whole life of a SealedSecret meets no refusal', async () => {
    await exercise('lively');
    expect(await cluster().forbidden()).toEqual([]);
  });

  test('are no more than what is used: each verb of each rule occurs in the audit log', async () => {
    let times = 0;
    await until('a second event of one kind counts up the first', async () => {
      await cluster().establish({ namespace: 'default', name: 'counted', values: { a: String(++times) } });
      return (await requests()).some(({ resource, verb }) => resource === 'events' && verb === 'patch');
    });
    const { admin } = cluster().plane;
    const cases = [
      [await admin.get(clusterRoles, { name: fullname }), (): boolean => true],
      [await admin.get(roles, { namespace, name: `${fullname}-keys` }), (at: Audited): boolean => at.namespace === namespace],
      [await admin.get(roles, { namespace, name: `${fullname}-lease` }), (at: Audited): boolean => at.namespace === namespace],
    ] as const;
    for (const [role, isThere] of cases) {
      const idle = async (): Promise<string[]> => {
        const used = (await requests()).filter(isThere).map(({ group, resource, verb }) => `${group}/${resource} ${verb}`);
        // A watch that begins with a list needs no other list; API servers that cannot do that are listed.
        const counted = new Set(used.flatMap((right) => [right, right.replace(/ watch$/, ' list')]));
        return granted(role.rules).filter((right) => !counted.has(right));
      };
      // The Lease is renewed every two seconds.
      await expect.poll(idle, { timeout: 20_000, message: `unused rights in ${role.metadata.name}` }).toEqual([]);
    }
  });

  test('hold nothing that deletes, but Secrets that must be made anew, and no wildcard', async () => {
    const { admin } = cluster().plane;
    const all = [await admin.get(clusterRoles, { name: fullname })];
    for await (const page of admin.list(roles, { labelSelector: `app.kubernetes.io/instance=${release.name}` }))
      all.push(...page.items);
    expect(all.map(({ metadata }) => metadata.name).toSorted()).toEqual(
      ['', '-keys', '-lease', '-service-proxier'].map((suffix) => `${fullname}${suffix}`),
    );
    const rights = all.flatMap(({ rules }) => granted(rules));
    expect(rights.filter((right) => /\*|delete|escalate|bind|impersonate/.test(right))).toEqual(['/secrets delete']);
  });

  test.each([
    ['secrets', 'update', { verb: 'update', resource: 'secrets' }],
    ['secrets', 'create', { verb: 'create', resource: 'secrets' }],
    ['sealedsecrets/status', 'update', { verb: 'update', resource: 'sealedsecrets/status' }],
    ['events', 'create', { verb: 'create', resource: 'events' }],
  ])('are needed: without %s %s a refusal is seen, and once it is given back all is well', async (resource, verb, refused) => {
    const { admin } = cluster().plane;
    const name = `without-${resource.replace('/', '-')}-${verb}`;
    const isCreate = resource === 'secrets' && verb === 'create';
    if (!isCreate) await cluster().establish({ namespace: 'default', name, values: { a: '1' } });

    const { rules, metadata } = await admin.get(clusterRoles, { name: fullname });
    const fewer = rules
      .map((rule) => (rule.resources.includes(resource) ? { ...rule, verbs: rule.verbs.filter((one) => one !== verb) } : rule))
      .filter(({ verbs }) => verbs.length > 0);
    await admin.patch(clusterRoles, { name: fullname }, { rules: fewer }, { type: 'merge' });
    const canI = ['auth', 'can-i', verb, resource.replace('sealedsecrets', 'sealedsecrets.bitnami.com'), `--as=${controllerUser}`];
    await until('the right is gone', async () => (await cluster().attempt('kubectl', canI)).code === 1);
    // Another message than before, so that there is something new to tell.
    const broken = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { namespace: 'default', name } };
    if (resource === 'events') await cluster().apply({ ...broken, spec: { encryptedData: { a: 'AAAA' } } });
    else await cluster().apply(await cluster().seal({ namespace: 'default', name, values: { a: '2' } }));
    const [first] = await until('the refusal is seen', async () => {
      const forbidden = await cluster().forbidden();
      return forbidden.length > 0 && forbidden;
    });
    expect(first).toMatchObject(refused);

    const { labels = {}, annotations = {} } = metadata;
    // As Helm itself applies it: the next upgrade meets no other manager.
    await admin.apply(
      clusterRoles,
      { metadata: { name: fullname, labels, annotations }, rules },
      { fieldManager: 'helm', force: true },
    );
    await cluster().apply(await cluster().seal({ namespace: 'default', name, values: { a: '3' } }));
    await cluster().synced('default', name, 'True');
    expect(await cluster().data('default', name)).toEqual({ a: '3' });
    await cluster().forgive();
  });
});

describe('values that change the rights', () => {
  const watchesSecrets = async (since: number): Promise<boolean> =>
    (await requests())
      .slice(since)
      .some(({ resource, verb, namespace: at }) => resource === 'secrets' && verb === 'watch' && at === '');

  test('acceptance 21: by default Secrets are watched; skipRecreate disables it, takes the rights away, and nothing is refused', async () => {
    expect(await watchesSecrets(0)).toBe(true);
    await upgrade('skipRecreate=true');
    const begin = (await requests()).length;
    await cluster().kubectl('-n', namespace, 'rollout', 'restart', `deployment/${fullname}`);
    await cluster().kubectl('-n', namespace, 'rollout', 'status', `deployment/${fullname}`, '--timeout=60s');
    await until('the old Pods are gone', () => cluster().node.pods.length === 2);
    await cluster().establish({ namespace: 'default', name: 'unwatched', values: { a: '1' } });
    await cluster().kubectl('delete', 'secret', 'unwatched');
    await cluster().establish({ namespace: 'default', name: 'another', values: { a: '1' } });
    expect(await cluster().secret('default', 'unwatched')).toBeUndefined();
    expect(await watchesSecrets(begin)).toBe(false);
    expect(granted((await cluster().plane.admin.get(clusterRoles, { name: fullname })).rules)).not.toContain('/secrets list');
  });

  test('recreateSecrets=false takes the right to delete away; a changed type is then told in the status, and nothing is refused', async () => {
    await upgrade('recreateSecrets=false');
    const { rules } = await cluster().plane.admin.get(clusterRoles, { name: fullname });
    expect(granted(rules).filter((right) => right.includes('delete'))).toEqual([]);
    const place = { namespace: 'default', name: 'retyped' };
    await cluster().establish({ ...place, values: { a: '1' } });
    await cluster().apply(await cluster().seal({ ...place, values: { a: '1' }, type: 'example.com/other' }));
    expect((await cluster().synced('default', 'retyped', 'False')).reason).toBe('TypeChanged');
    await upgrade('recreateSecrets=true');
    await cluster().synced('default', 'retyped', 'True');
  });

  test('acceptance 25: metrics-omit-secret-labels keeps names out of the metrics; without it they tell the condition', async () => {
    const metrics = async (): Promise<string> =>
      (await Promise.all(cluster().node.pods.map(async ({ ip }) => (await fetch(`http://${ip}:8081/metrics`)).text()))).join('');
    const sealed = await cluster().seal({ namespace: 'default', name: 'measured', values: { a: '1' } });
    await cluster().apply({ ...sealed, metadata: { ...sealed.metadata, labels: { 'app.kubernetes.io/instance': 'shop' } } });
    await cluster().synced('default', 'measured', 'True');
    const series = (await metrics()).split('\n').filter((line) => /condition_info\{.*name="measured"/.test(line));
    expect(series).toHaveLength(1);
    expect(series[0]).toMatch(/^sealed_secrets_controller_condition_info\{.*condition="Synced".*\} 1$/);
    expect(series[0]).toContain('ss_app_kubernetes_io_instance="shop"');
    expect(series[0]).toContain('namespace="default"');
    await cluster().kubectl('delete', 'sealedsecret', 'measured');
    await until('its series is gone', async () => !(await metrics()).includes('name="measured"'));

    await upgrade('extraArgs={--key-size=2048,--metrics-omit-secret-labels}');
    await cluster().establish({ namespace: 'default', name: 'unmeasured', values: { a: '1' } });
    expect(await metrics()).not.toContain('condition_info{');
  });

  test('additionalNamespaces: Roles there and no ClusterRole; other namespaces are not served', async () => {
    await cluster().namespace('team');
    await cluster().namespace('others');
    await upgrade('additionalNamespaces={team}', 'skipRecreate=false');
    await cluster().establish({ namespace: 'team', name: 'served', values: { a: '1' } });
    await cluster().establish({ namespace, name: 'served', values: { a: '1' } });
    await cluster().apply(await cluster().seal({ namespace: 'others', name: 'ignored', values: { a: '1' } }));
    await cluster().kubectl('-n', 'team', 'delete', 'secret', 'served');
    await until('it is made again', () => cluster().secret('team', 'served'));
    expect((await cluster().sealed('others', 'ignored'))?.status).toBeUndefined();
    const { code } = await cluster().attempt('kubectl', ['get', 'clusterrole', fullname]);
    expect(code).toBe(1);
    const canI = ['auth', 'can-i', 'get', 'secrets', `--as=${controllerUser}`, '-n'];
    expect((await cluster().attempt('kubectl', [...canI, 'others'])).stdout).toBe('no\n');
    expect((await cluster().attempt('kubectl', [...canI, 'team'])).stdout).toBe('yes\n');
  });
});
