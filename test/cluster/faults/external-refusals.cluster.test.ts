import {
  clusterSecretStoreCrd,
  externalSecretCrd,
  externalSecretKind,
  readExternalSecret,
  sealedSecretCrd,
  secretStoreCrd,
  secretStoreKind,
} from '@signet/api';
import { parseConfig, startController } from '@signet/controller';
import { createClient, customResourceDefinitions, events, namespaces, secrets } from '@signet/kube/client';
import type { KubeObject, Resource } from '@signet/kube/client';
import { expect, test } from 'vitest';
import { canary, hearingLogger, leaks } from '../../chaos/external/canaries.ts';
import { until } from '../../control-plane/until.ts';
import { useControlPlane } from '../../control-plane/use-control-plane.ts';

const plane = useControlPlane({ controllerManager: false });
const registration = { group: 'admissionregistration.k8s.io', version: 'v1', namespaced: false };
const policies: Resource = { ...registration, plural: 'validatingadmissionpolicies', kind: 'ValidatingAdmissionPolicy' };
const bindings: Resource = {
  ...registration,
  plural: 'validatingadmissionpolicybindings',
  kind: 'ValidatingAdmissionPolicyBinding',
};
const apiVersion = 'external-secrets.io/v1';
const flags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--leader-elect=false'];

/** Refuses the Secret `quoted`, and quotes what it holds, as it was sent and in plain. */
async function refuseQuoting(): Promise<void> {
  const { admin } = plane();
  const metadata = { name: 'quotes' };
  await admin.create<KubeObject>(policies, {
    metadata,
    spec: {
      failurePolicy: 'Fail',
      matchConstraints: {
        resourceRules: [{ apiGroups: [''], apiVersions: ['v1'], operations: ['CREATE', 'UPDATE'], resources: ['secrets'] }],
      },
      validations: [
        {
          expression: "object.metadata.name != 'quoted'",
          messageExpression: "'no Secret may hold ' + string(object.data['password'])",
        },
      ],
    },
  });
  await admin.create<KubeObject>(bindings, { metadata, spec: { policyName: 'quotes', validationActions: ['Deny'] } });
  await until('the policy is in force', async () =>
    admin
      .create(secrets, { metadata: { name: 'quoted', namespace: 'web' }, data: { password: 'AAAA' } }, { dryRun: true })
      .then(() => false)
      .catch((error: unknown) => String(error).includes('may hold')),
  );
}

test('promise 9: an API server that refuses a Secret, and quotes it, is quoted without the values', async () => {
  const { admin } = plane();
  for (const crd of [sealedSecretCrd(), externalSecretCrd(), secretStoreCrd(), clusterSecretStoreCrd()])
    await admin.create(customResourceDefinitions, crd as unknown as KubeObject);
  for (const name of ['web', 'signet']) await admin.create(namespaces, { metadata: { name } });
  await refuseQuoting();
  const log: string[] = [];
  const client = createClient(await plane().connectionFor({ name: 'admin', groups: ['system:masters'] }), {
    userAgent: 'controller',
  });
  const controller = await startController(parseConfig(flags, { POD_NAMESPACE: 'signet' }), { client, logger: hearingLogger(log) });
  try {
    const put = async (resource: Resource, kind: string, name: string, spec: object): Promise<unknown> =>
      until(`${kind} ${name} is made`, async () =>
        admin.create<KubeObject>(resource, { apiVersion, kind, metadata: { name, namespace: 'web' }, spec }).then(
          () => true,
          () => false,
        ),
      );
    await put(secretStoreKind, 'SecretStore', 'fake', { provider: { fake: { data: [{ key: 'db', value: canary() }] } } });
    const ask = async (name: string, template: object): Promise<unknown> =>
      put(externalSecretKind, 'ExternalSecret', name, {
        secretStoreRef: { name: 'fake' },
        target: { template },
        data: [{ secretKey: 'password', remoteRef: { key: 'db' } }],
      });
    // by the policy; then by the API server itself, as a value of another form, a key and a label
    const templates = {
      quoted: {},
      docker: { type: 'kubernetes.io/dockerconfigjson', data: { '.dockerconfigjson': '{{ .password }}' } },
      key: { templateFrom: [{ literal: '"{{ .password }} !": x' }] },
      label: { data: { a: 'b' }, metadata: { labels: { a: '{{ .password }} {{ .password }}' } } },
    };
    for (const [name, template] of Object.entries(templates)) await ask(name, template);
    const told = new Map<string, string>();
    await until('each refusal is told', async () => {
      for (const name of Object.keys(templates)) {
        const found = await admin.get<KubeObject>(externalSecretKind, { namespace: 'web', name });
        const ready = readExternalSecret(found).status?.conditions?.find(({ type }) => type === 'Ready');
        if (ready?.status === 'False') told.set(name, ready.message ?? '');
      }
      return told.size === Object.keys(templates).length;
    });
    expect(told.get('quoted')).toContain('[redacted]');
    await controller.stop();
    const recorded: string[] = [];
    for await (const page of admin.list(events)) recorded.push(...page.items.map((event) => JSON.stringify(event)));
    expect(recorded.length).toBeGreaterThan(0);
    expect([
      ...leaks('statuses', [...told].join('\n')),
      ...leaks('events', recorded.join('\n')),
      ...leaks('log', log.join('\n')),
    ]).toEqual([]);
  } finally {
    await controller.stop();
    await client.close();
  }
});
