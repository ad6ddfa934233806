import type { IncomingMessage, ServerResponse } from 'node:http';
import type { KindDefinition } from '../kinds/definition.ts';
import { writeAnswer, writeError } from './answer.ts';
import { authenticate } from './auth.ts';
import { readBody } from './body.ts';
import type { Cluster } from './cluster.ts';
import { documentOf } from './documents.ts';
import { cut, cutInsteadOfAnswering, reasonOf } from './faults.ts';
import type { Fault, FaultHook } from './faults.ts';
import { negotiate } from './negotiate.ts';
import { listOptions } from './options.ts';
import { handleResource } from './resources.ts';
import { parseResourcePath } from './route.ts';
import type { ResourcePath } from './route.ts';
import { proxyService } from './service-proxy.ts';
import { includeObjectOf, shapeResult } from './shape.ts';
import { StatusError, methodNotAllowed } from './status-error.ts';
import { streamWatch } from './stream.ts';

/** One line of the request log. */
export interface LoggedRequest {
  readonly method: string;
  /** Without the query. */
  readonly path: string;
  readonly query: string;
  readonly userAgent: string;
}

/** What the handler needs besides the cluster. */
export interface HandlerRoom {
  readonly log: LoggedRequest[];
  /** The current fault hook. */
  readonly hook: () => FaultHook | undefined;
}

/** Paths anybody may read: health and version. */
const open = new Set(['/healthz', '/livez', '/readyz', '/version']);

/** Serves one HTTP request. Never throws. */
export async function handleRequest(
  cluster: Cluster,
  room: HandlerRoom,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  response.on('error', () => {});
  try {
    const url = new URL(request.url ?? '/', 'https://sandbox');
    const method = request.method ?? 'GET';
    const userAgent = request.headers['user-agent'] ?? '';
    room.log.push({ method, path: url.pathname, query: url.search.replace(/^\?/, ''), userAgent });
    const fault = room.hook()?.({ method, path: url.pathname, query: url.searchParams, userAgent });
    if (fault !== undefined && !(await suffer(fault, request, response, url))) return;
    await serve(cluster, request, response, url);
  } catch (error) {
    if (response.headersSent) response.destroy();
    else writeError(response, error);
  }
}

/** @returns true when the request is handled all the same */
async function suffer(fault: Fault, request: IncomingMessage, response: ServerResponse, url: URL): Promise<boolean> {
  if (fault === 'reset') cut(request);
  else if (fault === 'reset-after') {
    cutInsteadOfAnswering(request, response);
    return true;
  } else if (fault === 'half-open') {
    if (url.searchParams.get('watch')) response.writeHead(200, { 'Content-Type': 'application/json' }).flushHeaders();
  } else if (fault !== 'hang') {
    if ('delayMs' in fault) {
      await new Promise((done) => setTimeout(done, fault.delayMs));
      return !request.destroyed;
    }
    const details = fault.retryAfter === undefined ? undefined : { retryAfterSeconds: fault.retryAfter };
    throw new StatusError(
      fault.status,
      fault.reason ?? reasonOf(fault.status),
      fault.message ?? 'the sandbox was told to fail this request',
      details,
    );
  }
  return false;
}

async function serve(cluster: Cluster, request: IncomingMessage, response: ServerResponse, url: URL): Promise<void> {
  const user = authenticate(cluster, request.headers.authorization);
  const path = url.pathname;
  if (!user && !open.has(path.replace(/\/$/, ''))) {
    response.setHeader('WWW-Authenticate', 'Bearer realm="kubernetes-master"');
    throw new StatusError(401, 'Unauthorized', 'Unauthorized');
  }
  const resource = parseResourcePath(path);
  const kind = resource ? cluster.kinds.find(resource.group, resource.version, resource.plural) : undefined;
  if (!resource || !kind || !user) {
    documentOf(cluster, request, response, url);
    return;
  }
  if (resource.subresource === 'proxy' && resource.plural === 'services') {
    await proxyService(cluster, request, response, { namespace: resource.namespace ?? '', service: resource.name ?? '', url });
    return;
  }
  const accepted = negotiate(request.headers.accept);
  if (isWatch(request, resource, url.searchParams)) {
    watch(cluster, { request, response }, resource, kind, url.searchParams);
    return;
  }
  const body = await readBody(request);
  const answer = handleResource(cluster, {
    method: request.method ?? 'GET',
    path: resource,
    kind,
    query: url.searchParams,
    body,
    contentType: request.headers['content-type'] ?? '',
    userAgent: request.headers['user-agent'] ?? '',
    user,
  });
  const warnings = [...deprecations(kind), ...(answer.warnings ?? [])];
  const shaping = { kind, accepted, includeObject: includeObjectOf(url.searchParams), now: cluster.now() };
  writeAnswer(response, { ...answer, warnings, body: shapeResult(answer.body, shaping) }, accepted.format);
}

/** What the API server warns of at every use of a kind. */
function deprecations(kind: KindDefinition): string[] {
  if (kind.group !== '' || kind.plural !== 'endpoints') return [];
  return ['v1 Endpoints is deprecated in v1.33+; use discovery.k8s.io/v1 EndpointSlice'];
}

function isWatch(request: IncomingMessage, resource: ResourcePath, query: URLSearchParams): boolean {
  if (request.method !== 'GET' || resource.subresource !== undefined) return false;
  // Only a collection can be watched by a query; with the name of an object it is a read.
  return resource.watch || (resource.name === undefined && listOptions(query).watch);
}

function watch(
  cluster: Cluster,
  exchange: { request: IncomingMessage; response: ServerResponse },
  resource: ResourcePath,
  kind: KindDefinition,
  query: URLSearchParams,
): void {
  if (!kind.verbs.includes('watch')) throw methodNotAllowed();
  const accepted = negotiate(exchange.request.headers.accept);
  const options = { ...listOptions(query), watch: true };
  const includeObject = includeObjectOf(query);
  streamWatch(
    cluster,
    { ...exchange, accepted, includeObject },
    { kind, namespace: resource.namespace, name: resource.name },
    options,
  );
}
