import type { KindDefinition } from '../kinds/definition.ts';
import { aggregatedDiscovery } from './aggregated.ts';
import { groupVersions } from './group-version.ts';
import { apiGroup, apiGroupList, apiResourceList, apiVersions } from './legacy.ts';

/** How discovery was asked for. */
export interface DiscoveryRequest {
  /** URL path without trailing slash. */
  readonly path: string;
  /** Version of the aggregated document when the client accepts it: `v2` or `v2beta1`. */
  readonly aggregated?: string | undefined;
  /** `host:port` of the server. */
  readonly serverAddress: string;
}

/** The discovery document of a path, or undefined when there is none: `/api`, `/apis`, `/api/v1`, `/apis/G`, `/apis/G/V`. */
export function discoveryDocument(
  kinds: readonly KindDefinition[],
  request: DiscoveryRequest,
): Record<string, unknown> | undefined {
  const served = groupVersions(kinds);
  const [root, group, version, ...rest] = request.path.split('/').slice(1);
  if (rest.length > 0) return undefined;
  if (root === 'api' && version === undefined) {
    if (group === undefined) {
      return request.aggregated === undefined
        ? apiVersions(served, request.serverAddress)
        : aggregatedDiscovery(served, 'core', request.aggregated);
    }
    const core = served.find((candidate) => candidate.group === '' && candidate.version === group);
    return core && apiResourceList(core);
  }
  if (root !== 'apis') return undefined;
  if (group === undefined) {
    return request.aggregated === undefined ? apiGroupList(served) : aggregatedDiscovery(served, 'named', request.aggregated);
  }
  if (version === undefined) return apiGroup(served, group);
  const named = group === '' ? undefined : served.find((candidate) => candidate.group === group && candidate.version === version);
  return named && apiResourceList(named);
}

/** Content type of an aggregated document. */
export function aggregatedContentType(version: string): string {
  return `application/json;g=apidiscovery.k8s.io;v=${version};as=APIGroupDiscoveryList`;
}
