import type { JsonSchema, KindDefinition, PrinterColumn, SubresourceDefinition, Verb } from './definition.ts';
import { coreSchemas, groupSchemas, reviewSchemas } from './schemas/core.ts';
import { wholeObject } from './schemas/object-meta.ts';

const allVerbs: readonly Verb[] = ['create', 'delete', 'deletecollection', 'get', 'list', 'patch', 'update', 'watch'];
const status: SubresourceDefinition = { name: 'status', verbs: ['get', 'patch', 'update'] };

interface Row {
  readonly group: string;
  readonly version?: string;
  readonly kind: string;
  readonly plural: string;
  readonly schema: JsonSchema;
  readonly namespaced?: boolean;
  readonly short?: readonly string[];
  readonly categories?: readonly string[];
  readonly verbs?: readonly Verb[];
  readonly subresources?: readonly SubresourceDefinition[];
  readonly columns?: readonly PrinterColumn[];
}

function define(row: Row): KindDefinition {
  return {
    group: row.group,
    version: row.version ?? 'v1',
    kind: row.kind,
    listKind: `${row.kind}List`,
    plural: row.plural,
    singular: row.kind.toLowerCase(),
    shortNames: row.short ?? [],
    categories: row.categories ?? [],
    namespaced: row.namespaced ?? true,
    verbs: row.verbs ?? allVerbs,
    schema: wholeObject(row.schema),
    subresources: row.subresources ?? [],
    printerColumns: row.columns ?? [],
    selectableFields: [],
    custom: false,
    priority: 0,
  };
}

const proxy: SubresourceDefinition = {
  name: 'proxy',
  kind: 'ServiceProxyOptions',
  verbs: ['create', 'delete', 'get', 'patch', 'update'],
};
const token: SubresourceDefinition = {
  name: 'token',
  kind: 'TokenRequest',
  group: 'authentication.k8s.io',
  version: 'v1',
  verbs: ['create'],
};
const finalize: SubresourceDefinition = { name: 'finalize', verbs: ['update'] };
const rbac = 'rbac.authorization.k8s.io';
const authorization = 'authorization.k8s.io';
const authentication = 'authentication.k8s.io';

const rows: readonly Row[] = [
  { group: '', kind: 'ConfigMap', plural: 'configmaps', short: ['cm'], schema: coreSchemas.ConfigMap },
  { group: '', kind: 'Endpoints', plural: 'endpoints', short: ['ep'], schema: coreSchemas.Endpoints },
  { group: '', kind: 'Event', plural: 'events', short: ['ev'], schema: coreSchemas.Event },
  {
    group: '',
    kind: 'Namespace',
    plural: 'namespaces',
    short: ['ns'],
    namespaced: false,
    schema: coreSchemas.Namespace,
    verbs: allVerbs.filter((verb) => verb !== 'deletecollection'),
    subresources: [finalize, status],
  },
  { group: '', kind: 'Pod', plural: 'pods', short: ['po'], categories: ['all'], schema: coreSchemas.Pod, subresources: [status] },
  { group: '', kind: 'Secret', plural: 'secrets', schema: coreSchemas.Secret },
  {
    group: '',
    kind: 'ServiceAccount',
    plural: 'serviceaccounts',
    short: ['sa'],
    schema: coreSchemas.ServiceAccount,
    subresources: [token],
  },
  {
    group: '',
    kind: 'Service',
    plural: 'services',
    short: ['svc'],
    categories: ['all'],
    schema: coreSchemas.Service,
    subresources: [proxy, status],
  },
  {
    group: 'apps',
    kind: 'Deployment',
    plural: 'deployments',
    short: ['deploy'],
    categories: ['all'],
    schema: groupSchemas.Deployment,
    subresources: [status],
  },
  { group: 'coordination.k8s.io', kind: 'Lease', plural: 'leases', schema: groupSchemas.Lease },
  { group: 'discovery.k8s.io', kind: 'EndpointSlice', plural: 'endpointslices', schema: groupSchemas.EndpointSlice },
  {
    group: 'policy',
    kind: 'PodDisruptionBudget',
    plural: 'poddisruptionbudgets',
    short: ['pdb'],
    schema: groupSchemas.PodDisruptionBudget,
    subresources: [status],
  },
  {
    group: rbac,
    kind: 'ClusterRoleBinding',
    plural: 'clusterrolebindings',
    namespaced: false,
    schema: groupSchemas.ClusterRoleBinding,
  },
  { group: rbac, kind: 'ClusterRole', plural: 'clusterroles', namespaced: false, schema: groupSchemas.ClusterRole },
  { group: rbac, kind: 'RoleBinding', plural: 'rolebindings', schema: groupSchemas.RoleBinding },
  { group: rbac, kind: 'Role', plural: 'roles', schema: groupSchemas.Role },
  {
    group: 'apiextensions.k8s.io',
    kind: 'CustomResourceDefinition',
    plural: 'customresourcedefinitions',
    short: ['crd', 'crds'],
    categories: ['api-extensions'],
    namespaced: false,
    schema: groupSchemas.CustomResourceDefinition,
    subresources: [status],
  },
  review(authorization, 'SelfSubjectAccessReview', false),
  review(authorization, 'SelfSubjectRulesReview', false),
  review(authorization, 'SubjectAccessReview', false),
  review(authorization, 'LocalSubjectAccessReview', true),
  review(authentication, 'SelfSubjectReview', false),
  review(authentication, 'TokenReview', false),
];

function review(group: string, kind: keyof typeof reviewSchemas, namespaced: boolean): Row {
  return { group, kind, plural: `${kind.toLowerCase()}s`, namespaced, schema: reviewSchemas[kind], verbs: ['create'] };
}

/** The kinds the sandbox serves without any CustomResourceDefinition. */
export const builtInKinds: readonly KindDefinition[] = rows.map((row) => define(row));

/** The kinds answered and never stored. */
export const reviewKinds: ReadonlySet<string> = new Set(Object.keys(reviewSchemas));
