import type { IncomingMessage, ServerResponse } from 'node:http';
import { writeAnswer } from './answer.ts';
import type { Cluster } from './cluster.ts';

/** What `/version` says. kubectl compares major and minor with its own. */
export const version: Readonly<Record<string, string>> = {
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
  void cluster;
  void request;
  const path = url.pathname.replace(/(.)\/$/, '$1');
  if (path === '/healthz' || path === '/livez' || path === '/readyz') {
    response.writeHead(200, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
    response.end('ok');
    return;
  }
  if (path === '/version') {
    writeAnswer(response, { status: 200, body: version });
    return;
  }
  response.writeHead(404, { 'Content-Type': 'text/plain; charset=utf-8', 'X-Content-Type-Options': 'nosniff' });
  response.end('404 page not found\n');
}
