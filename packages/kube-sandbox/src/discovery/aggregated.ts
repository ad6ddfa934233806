import type { KindDefinition, SubresourceDefinition } from '../kinds/definition.ts';
import type { GroupVersion } from './group-version.ts';

type Document = Record<string, unknown>;

/**
 * All groups in one document (`apidiscovery.k8s.io`): at `/api` the core group, at `/apis` the others.
 *
 * @param version of the document, `v2` or `v2beta1`: their contents are the same
 */
export function aggregatedDiscovery(served: readonly GroupVersion[], of: 'core' | 'named', version: string): Document {
  const groups = Map.groupBy(
    served.filter(({ group }) => (group === '') === (of === 'core')),
    ({ group }) => group,
  );
  return {
    kind: 'APIGroupDiscoveryList',
    apiVersion: `apidiscovery.k8s.io/${version}`,
    metadata: {},
    items: [...groups].map(([name, versions]) => ({ metadata: name === '' ? {} : { name }, versions: versions.map(versionOf) })),
  };
}

function versionOf({ version, kinds }: GroupVersion): Document {
  return { version, resources: kinds.map(resourceOf), freshness: 'Current' };
}

function resourceOf(kind: KindDefinition): Document {
  const { subresources } = kind;
  return {
    resource: kind.plural,
    responseKind: { group: kind.group, version: kind.version, kind: kind.kind },
    scope: kind.namespaced ? 'Namespaced' : 'Cluster',
    singularResource: kind.singular,
    verbs: kind.verbs,
    ...(kind.shortNames.length > 0 ? { shortNames: kind.shortNames } : {}),
    ...(kind.categories.length > 0 ? { categories: kind.categories } : {}),
    ...(subresources.length > 0 ? { subresources: subresources.map((sub) => subresourceOf(kind, sub)) } : {}),
  };
}

function subresourceOf(kind: KindDefinition, sub: SubresourceDefinition): Document {
  return {
    subresource: sub.name,
    responseKind: { group: sub.group ?? kind.group, version: sub.version ?? kind.version, kind: sub.kind ?? kind.kind },
    verbs: sub.verbs,
  };
}
