import { createHash } from 'node:crypto';
import { groupVersions, pathOf } from '../discovery/group-version.ts';
import type { KindDefinition } from '../kinds/definition.ts';
import { definitionsOf, type Style, v2, v3 } from './definitions.ts';
import { pathsOf } from './paths.ts';

type Document = Record<string, unknown>;

/** What the documents say of the server. */
export interface ServerInfo {
  /** `gitVersion` of `/version`. */
  readonly version: string;
}

/**
 * The OpenAPI document of a path, or undefined when there is none: `/openapi/v2`, `/openapi/v3` (an index), and
 * `/openapi/v3/api/v1` or `/openapi/v3/apis/GROUP/VERSION`. Built once for every list of kinds.
 */
export function openApiDocument(kinds: readonly KindDefinition[], path: string, info: ServerInfo): Document | undefined {
  const known = cache.get(kinds) ?? new Map<string, Document | undefined>();
  cache.set(kinds, known);
  if (!known.has(path)) known.set(path, build(kinds, path, info));
  return known.get(path);
}

const cache = new WeakMap<readonly KindDefinition[], Map<string, Document | undefined>>();

function build(kinds: readonly KindDefinition[], path: string, info: ServerInfo): Document | undefined {
  if (path === '/openapi/v2') {
    return { swagger: '2.0', info: infoOf(info), paths: allPaths(kinds, v2), definitions: definitionsOf(kinds, v2) };
  }
  if (path === '/openapi/v3') return indexOf(kinds, info);
  const groupVersion = groupVersions(kinds).find((candidate) => path === `/openapi/v3/${pathOf(candidate)}`);
  if (!groupVersion) return undefined;
  return {
    openapi: '3.0.0',
    info: infoOf(info),
    paths: allPaths(groupVersion.kinds, v3),
    components: { schemas: definitionsOf(groupVersion.kinds, v3) },
  };
}

function infoOf({ version }: ServerInfo): Document {
  return { title: 'Kubernetes', version };
}

function allPaths(kinds: readonly KindDefinition[], style: Style): Document {
  return Object.assign({}, ...kinds.map((kind) => pathsOf(kind, style))) as Document;
}

/** Where the document of each group version is. Clients cache by the hash, so that a changed schema is seen. */
function indexOf(kinds: readonly KindDefinition[], info: ServerInfo): Document {
  const paths: Record<string, { serverRelativeURL: string }> = {};
  for (const groupVersion of groupVersions(kinds)) {
    const path = pathOf(groupVersion);
    const text = JSON.stringify(openApiDocument(kinds, `/openapi/v3/${path}`, info));
    const hash = createHash('sha256').update(text).digest('hex').toUpperCase();
    paths[path] = { serverRelativeURL: `/openapi/v3/${path}?hash=${hash}` };
  }
  return { paths };
}
