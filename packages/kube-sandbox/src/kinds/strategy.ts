import type { FieldError } from '../schema/index.ts';
import type { KindDefinition } from './definition.ts';
import type { KubeObject } from './object.ts';
import { configMapStrategy } from './config-map.ts';
import { crdStrategy } from './custom-resource-definition.ts';
import { namespaceStrategy } from './namespace.ts';
import { secretStrategy } from './secret.ts';
import { serviceStrategy } from './service.ts';
import { endpointsStrategy, eventStrategy, leaseStrategy, rbacStrategy } from './simple.ts';

/** What a strategy may ask of the cluster. */
export interface StrategyRoom {
  readonly now: Date;
  /** A cluster IP nobody has. */
  allocateClusterIp(): string | undefined;
}

/** The rules of one kind beyond its schema. All functions may change `object`, which is a private copy. */
export interface Strategy {
  /** What a name looks like. Default `subdomain`. */
  readonly names?: 'subdomain' | 'label' | 'path';
  /** PUT to a name that does not exist creates it. */
  readonly createOnUpdate?: boolean;
  /** PUT without resourceVersion is accepted. Default true for built-in kinds, false for custom ones. */
  readonly unconditionalUpdate?: boolean;
  /** `metadata.generation` counts changes of the desired state. */
  readonly generation?: boolean;
  /** Deleting answers with the object instead of a Status. */
  readonly returnsDeleted?: boolean;
  /** Defaults of the API version, set when an object is decoded: they belong to whoever wrote the object. */
  defaults?(object: KubeObject, old: KubeObject | undefined): void;
  /** What the server itself adds before storing; nobody owns it. */
  prepareCreate?(object: KubeObject, room: StrategyRoom): void;
  prepareUpdate?(object: KubeObject, old: KubeObject, room: StrategyRoom): void;
  validate?(object: KubeObject): FieldError[];
  validateUpdate?(object: KubeObject, old: KubeObject): FieldError[];
  /** What the first delete changes of an object besides marking it. */
  prepareDelete?(object: KubeObject, room: StrategyRoom): void;
}

const strategies: Readonly<Record<string, Strategy>> = {
  '/configmaps': configMapStrategy,
  '/namespaces': namespaceStrategy,
  '/secrets': secretStrategy,
  '/services': serviceStrategy,
  '/serviceaccounts': { returnsDeleted: true },
  '/endpoints': endpointsStrategy,
  '/events': eventStrategy,
  '/pods': { returnsDeleted: true },
  'apps/deployments': { generation: true },
  'discovery.k8s.io/endpointslices': { generation: true },
  'coordination.k8s.io/leases': leaseStrategy,
  'rbac.authorization.k8s.io/roles': rbacStrategy,
  'rbac.authorization.k8s.io/clusterroles': rbacStrategy,
  'rbac.authorization.k8s.io/rolebindings': rbacStrategy,
  'rbac.authorization.k8s.io/clusterrolebindings': rbacStrategy,
  'apiextensions.k8s.io/customresourcedefinitions': crdStrategy,
};

const customStrategy: Strategy = { unconditionalUpdate: false, generation: true };

/** The rules of a kind. */
export function strategyOf(kind: KindDefinition): Strategy {
  return kind.custom ? customStrategy : (strategies[`${kind.group}/${kind.plural}`] ?? {});
}
