import { release } from '../end-to-end/cluster.ts';
import { originalVersion } from './program.ts';

const { namespace, fullname } = release;

/** The reference that the Deployment names. */
export const originalImage = `original-controller:${originalVersion}`;

const rbac = 'rbac.authorization.k8s.io';
const account = { kind: 'ServiceAccount', name: fullname, namespace };

function role(kind: 'ClusterRole' | 'Role', name: string, rules: readonly object[]): object {
  return { apiVersion: `${rbac}/v1`, kind, metadata: { name, ...(kind === 'Role' && { namespace }) }, rules };
}

function binding(kind: 'ClusterRole' | 'Role', name: string, role: string, subject: object): object {
  const metadata = { name, ...(kind === 'Role' && { namespace }) };
  return {
    apiVersion: `${rbac}/v1`,
    kind: `${kind}Binding`,
    metadata,
    roleRef: { apiGroup: rbac, kind, name: role },
    subjects: [subject],
  };
}

/**
 * An installation of the original controller without Helm, as its release manifest lays it out: names, rights, a Service whose port has
 * no name. Keys of 2048 bits and no throttling of its requests, so that a test need not wait.
 */
export const originalInstallation: readonly object[] = [
  { apiVersion: 'v1', kind: 'ServiceAccount', metadata: { name: fullname, namespace } },
  role('ClusterRole', 'secrets-unsealer', [
    { apiGroups: ['bitnami.com'], resources: ['sealedsecrets'], verbs: ['get', 'list', 'watch'] },
    { apiGroups: ['bitnami.com'], resources: ['sealedsecrets/status'], verbs: ['update'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['get', 'list', 'create', 'update', 'delete', 'watch'] },
    { apiGroups: [''], resources: ['events'], verbs: ['create', 'patch'] },
    { apiGroups: [''], resources: ['namespaces'], verbs: ['get'] },
  ]),
  binding('ClusterRole', fullname, 'secrets-unsealer', account),
  role('Role', 'sealed-secrets-key-admin', [
    { apiGroups: [''], resources: ['secrets'], resourceNames: ['sealed-secrets-key'], verbs: ['get'] },
    { apiGroups: [''], resources: ['secrets'], verbs: ['create', 'list'] },
  ]),
  binding('Role', fullname, 'sealed-secrets-key-admin', account),
  {
    apiVersion: 'v1',
    kind: 'Service',
    metadata: { name: fullname, namespace },
    spec: { selector: { name: fullname }, ports: [{ port: 8080, targetPort: 8080 }] },
  },
  {
    apiVersion: 'apps/v1',
    kind: 'Deployment',
    metadata: { name: fullname, namespace, labels: { name: fullname } },
    spec: {
      replicas: 1,
      selector: { matchLabels: { name: fullname } },
      template: {
        metadata: { labels: { name: fullname } },
        spec: {
          serviceAccountName: fullname,
          securityContext: { runAsNonRoot: true, runAsUser: 1001 },
          containers: [
            {
              name: fullname,
              image: originalImage,
              command: ['/controller'],
              args: ['--key-size=2048', '--kubeclient-qps=-1'],
              ports: [{ containerPort: 8080, name: 'http' }],
              readinessProbe: { httpGet: { path: '/healthz', port: 'http' }, periodSeconds: 1 },
              securityContext: { readOnlyRootFilesystem: true },
            },
          ],
        },
      },
    },
  },
];

const nullableText = { type: 'string', nullable: true };
const texts = { type: 'object', additionalProperties: { type: 'string' }, nullable: true };
const open = { type: 'object', 'x-kubernetes-preserve-unknown-fields': true };

/** The definition that an installation of the original has: none of our fields, so the API server drops them from statuses. */
export const originalDefinition = {
  apiVersion: 'apiextensions.k8s.io/v1',
  kind: 'CustomResourceDefinition',
  metadata: { name: 'sealedsecrets.bitnami.com' },
  spec: {
    group: 'bitnami.com',
    scope: 'Namespaced',
    names: { kind: 'SealedSecret', listKind: 'SealedSecretList', plural: 'sealedsecrets', singular: 'sealedsecret' },
    versions: [
      {
        name: 'v1alpha1',
        served: true,
        storage: true,
        subresources: { status: {} },
        schema: {
          openAPIV3Schema: {
            type: 'object',
            required: ['spec'],
            properties: {
              apiVersion: { type: 'string' },
              kind: { type: 'string' },
              metadata: { type: 'object' },
              spec: {
                type: 'object',
                required: ['encryptedData'],
                properties: {
                  encryptedData: { ...open, additionalProperties: { type: 'string' } },
                  data: { type: 'string', format: 'byte', nullable: true },
                  template: {
                    type: 'object',
                    properties: {
                      type: { type: 'string' },
                      immutable: { type: 'boolean' },
                      data: texts,
                      metadata: {
                        ...open,
                        nullable: true,
                        properties: {
                          name: { type: 'string' },
                          namespace: { type: 'string' },
                          labels: texts,
                          annotations: texts,
                          finalizers: { type: 'array', items: { type: 'string' }, nullable: true },
                        },
                      },
                    },
                  },
                },
              },
              status: {
                type: 'object',
                properties: {
                  observedGeneration: { type: 'integer', format: 'int64' },
                  conditions: {
                    type: 'array',
                    items: {
                      type: 'object',
                      required: ['type', 'status'],
                      properties: {
                        type: { type: 'string' },
                        status: { type: 'string' },
                        lastUpdateTime: { ...nullableText, format: 'date-time' },
                        lastTransitionTime: { ...nullableText, format: 'date-time' },
                        reason: { type: 'string' },
                        message: { type: 'string' },
                      },
                    },
                  },
                },
              },
            },
          },
        },
      },
    ],
  },
} as const;
