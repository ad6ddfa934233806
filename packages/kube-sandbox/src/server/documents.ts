import { createHash } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { stringify } from 'yaml';
import { aggregatedContentType, discoveryDocument } from '../discovery/index.ts';
import { openApiDocument } from '../openapi/index.ts';
import { writeAnswer } from './answer.ts';
import type { Cluster } from './cluster.ts';
import { negotiate } from './negotiate.ts';
import { parseResourcePath } from './route.ts';
import { methodNotAllowed, unknownPath } from './status-error.ts';

/** What `/version` says. kubectl compares major and minor with its own. */
const version: Readonly<Record<string, string>> = {
  major: '1',
  minor: '36',
  gitVersion: 'v1.36.3+signet-sandbox',
  gitCommit: '',
  gitTreeState: 'clean',
  buildDate: '1970-01-01T00:00:00Z',
  goVersion: '',
  compiler: '',
  platform: 'linux/amd64',
};

/** Serves everything that is not a resource: health, version, discovery, OpenAPI; 404 for the rest. */
export function documentOf(cluster: Cluster, request: IncomingMessage, response: ServerResponse, url: URL): void {
  const path = url.pathname.replace(/(.)\/$/, '$1');
  if (/^\/(?:healthz|livez|readyz)(?:\/|$)/.test(path)) {
    writeText(response, 200, 'ok');
    return;
  }
  const body = path === '/version' ? version : documentAt(cluster, request, path);
  const resource = parseResourcePath(path);
  if (!body && resource && cluster.kinds.all.some((kind) => kind.group === resource.group && kind.version === resource.version)) {
    throw unknownPath();
  }
  if (!body) {
    writeText(response, 404, '404 page not found\n');
    return;
  }
  if (request.method !== 'GET' && request.method !== 'HEAD') throw methodNotAllowed();
  if (path.startsWith('/openapi/')) {
    writeOpenApi(request, response, body, url);
    return;
  }
  const accepted = negotiate(request.headers.accept);
  if (accepted.format === 'yaml') writeAnswer(response, { status: 200, body }, 'yaml');
  else if (body['kind'] === 'APIGroupDiscoveryList') writeJson(response, body, aggregatedContentType(accepted.version ?? 'v2'));
  else writeJson(response, body, 'application/json');
}

function documentAt(cluster: Cluster, request: IncomingMessage, path: string): Record<string, unknown> | undefined {
  const kinds = cluster.kinds.all;
  if (path.startsWith('/openapi/')) return openApiDocument(kinds, path, { version: version['gitVersion'] ?? '' });
  if (path === '/api' || path === '/apis' || path.startsWith('/api/') || path.startsWith('/apis/')) {
    const accepted = negotiate(request.headers.accept);
    return discoveryDocument(kinds, {
      path,
      aggregated: accepted.as === 'APIGroupDiscoveryList' ? accepted.version : undefined,
      serverAddress: request.headers.host ?? '',
    });
  }
  return path === '/'
    ? { paths: ['/api', '/apis', '/healthz', '/livez', '/openapi/v2', '/openapi/v3', '/readyz', '/version'] }
    : undefined;
}

/** OpenAPI documents are cached by their entity tag; the v3 index names each by a hash, which makes it immutable. */
function writeOpenApi(request: IncomingMessage, response: ServerResponse, body: Record<string, unknown>, url: URL): void {
  const accepted = negotiate(request.headers.accept);
  const text = accepted.format === 'yaml' ? stringify(body) : JSON.stringify(body);
  const etag = `"${createHash('sha256').update(text).digest('hex').toUpperCase()}"`;
  response.setHeader('ETag', etag);
  response.setHeader('Cache-Control', url.searchParams.has('hash') ? 'public, immutable' : 'no-cache, private');
  if (request.headers['if-none-match'] === etag) {
    response.writeHead(304).end();
    return;
  }
  response.writeHead(200, { 'Content-Type': accepted.format === 'yaml' ? 'application/yaml' : 'application/json' });
  response.end(text);
}

function writeJson(response: ServerResponse, body: Record<string, unknown>, type: string): void {
  response.writeHead(200, { 'Content-Type': type, 'Cache-Control': 'no-cache, private' });
  response.end(`${JSON.stringify(body)}\n`);
}

function writeText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  response.end(text);
}
