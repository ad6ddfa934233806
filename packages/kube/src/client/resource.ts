import type { ConfigMap, KubeObject, Lease, Secret, Service } from './object.ts';

declare const objectType: unique symbol;

/** Describes one kind of object to the client. A plain value; the type parameter is only for the compiler. */
export interface Resource<T extends KubeObject = KubeObject> {
  /** API group, empty for the core group. */
  readonly group: string;
  readonly version: string;
  /** Lower-case plural as in the URL: `secrets`. */
  readonly plural: string;
  readonly kind: string;
  readonly namespaced: boolean;
  readonly [objectType]?: T;
}

/** `group/version`, or only the version in the core group, as it stands in `apiVersion`. */
export function apiVersionOf(resource: Resource): string {
  return resource.group === '' ? resource.version : `${resource.group}/${resource.version}`;
}

/** Core `v1` Secrets. */
export const secrets: Resource<Secret> = { group: '', version: 'v1', plural: 'secrets', kind: 'Secret', namespaced: true };
/** Core `v1` ConfigMaps. */
export const configMaps: Resource<ConfigMap> = {
  group: '',
  version: 'v1',
  plural: 'configmaps',
  kind: 'ConfigMap',
  namespaced: true,
};
/** Core `v1` Namespaces. */
export const namespaces: Resource = { group: '', version: 'v1', plural: 'namespaces', kind: 'Namespace', namespaced: false };
/** Core `v1` Services. */
export const services: Resource<Service> = { group: '', version: 'v1', plural: 'services', kind: 'Service', namespaced: true };
/** Core `v1` Endpoints. */
export const endpoints: Resource = { group: '', version: 'v1', plural: 'endpoints', kind: 'Endpoints', namespaced: true };
/** Core `v1` ServiceAccounts. */
export const serviceAccounts: Resource = {
  group: '',
  version: 'v1',
  plural: 'serviceaccounts',
  kind: 'ServiceAccount',
  namespaced: true,
};
/** Core `v1` Events. */
export const events: Resource = { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };
/** `coordination.k8s.io/v1` Leases. */
export const leases: Resource<Lease> = {
  group: 'coordination.k8s.io',
  version: 'v1',
  plural: 'leases',
  kind: 'Lease',
  namespaced: true,
};
/** `apiextensions.k8s.io/v1` CustomResourceDefinitions. */
export const customResourceDefinitions: Resource = {
  group: 'apiextensions.k8s.io',
  version: 'v1',
  plural: 'customresourcedefinitions',
  kind: 'CustomResourceDefinition',
  namespaced: false,
};
