import type { KindDefinition, SubresourceDefinition } from '../kinds/definition.ts';
import { apiVersionOf, type GroupVersion } from './group-version.ts';

type Document = Record<string, unknown>;

/** `GET /api`: the versions of the core group. */
export function apiVersions(served: readonly GroupVersion[], serverAddress: string): Document {
  return {
    kind: 'APIVersions',
    versions: served.filter(({ group }) => group === '').map(({ version }) => version),
    serverAddressByClientCIDRs: [{ clientCIDR: '0.0.0.0/0', serverAddress }],
  };
}

/** `GET /apis`: all groups but the core group. */
export function apiGroupList(served: readonly GroupVersion[]): Document {
  const names = new Set(served.map(({ group }) => group).filter((group) => group !== ''));
  return { kind: 'APIGroupList', apiVersion: 'v1', groups: [...names].map((name) => groupOf(served, name)) };
}

/** `GET /apis/GROUP`; undefined when it is not served. */
export function apiGroup(served: readonly GroupVersion[], name: string): Document | undefined {
  if (name === '' || !served.some(({ group }) => group === name)) return undefined;
  return { kind: 'APIGroup', apiVersion: 'v1', ...groupOf(served, name) };
}

function groupOf(served: readonly GroupVersion[], name: string): Document {
  const versions = served
    .filter(({ group }) => group === name)
    .map((groupVersion) => ({ groupVersion: apiVersionOf(groupVersion), version: groupVersion.version }));
  return { name, versions, preferredVersion: versions[0] };
}

/** `GET /api/v1` or `GET /apis/GROUP/VERSION`. */
export function apiResourceList(groupVersion: GroupVersion): Document {
  return {
    kind: 'APIResourceList',
    apiVersion: 'v1',
    groupVersion: apiVersionOf(groupVersion),
    resources: groupVersion.kinds.flatMap((kind) => [
      resourceOf(kind),
      ...kind.subresources.map((sub) => subresourceOf(kind, sub)),
    ]),
  };
}

function resourceOf(kind: KindDefinition): Document {
  return {
    name: kind.plural,
    singularName: kind.singular,
    namespaced: kind.namespaced,
    kind: kind.kind,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
  };
}

function subresourceOf(kind: KindDefinition, sub: SubresourceDefinition): Document {
  return {
    name: `${kind.plural}/${sub.name}`,
    singularName: '',
    namespaced: kind.namespaced,
    ...(sub.group === undefined ? {} : { group: sub.group }),
    ...(sub.version === undefined ? {} : { version: sub.version }),
    kind: sub.kind ?? kind.kind,
    verbs: sub.verbs,
  };
}
