// Loaded into the controller (`--import`): counts its requests by verb and resource, and tells them on a socket of its own.
import { subscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';

/** What the controller asked since its start. */
export interface Counted {
  /** By verb and resource: `create secrets`, `update sealedsecrets/status`. */
  readonly requests: Readonly<Record<string, number>>;
  /** Connections made. */
  readonly connections: number;
}

const requests: Record<string, number> = {};
let connections = 0;

/** Group and version, then perhaps a namespace, then resource, name and subresource. */
const shape = /^\/(?:api|apis\/[^/]+)\/[^/]+(?:\/namespaces\/[^/]+(?=\/))?\/([^/]+)(?:\/([^/]+))?(?:\/([^/]+))?$/;
const verbs: Readonly<Record<string, string>> = { POST: 'create', PUT: 'update', PATCH: 'patch', DELETE: 'delete' };

function nameOf(method: string, pathAndQuery: string): string {
  const [path = '', query = ''] = pathAndQuery.split('?');
  const [, resource = path, name, subresource] = shape.exec(path) ?? [];
  const isWatch = /(?:^|&)watch=/.test(query);
  const verb = method === 'GET' ? (name === undefined ? (isWatch ? 'watch' : 'list') : 'get') : (verbs[method] ?? method);
  return `${verb} ${resource}${subresource === undefined ? '' : `/${subresource}`}`;
}

subscribe('undici:request:create', (message) => {
  const { method, path } = (message as { readonly request: { readonly method: string; readonly path: string } }).request;
  const name = nameOf(method, path);
  requests[name] = (requests[name] ?? 0) + 1;
});
subscribe('undici:client:connected', () => (connections += 1));

const counted = (): Counted => ({ requests, connections });
createServer((_, response) => response.end(JSON.stringify(counted())))
  .listen(process.env['COUNTS_SOCKET'])
  .unref();
