// Loaded into the controller (`--import`): counts its requests by verb and resource, and tells them on a socket of its own.
import { subscribe } from 'node:diagnostics_channel';
import { createServer } from 'node:http';

/** What the controller asked since its start. */
export interface Counted {
  /** To the API server, by verb and resource: `create secrets`, `update sealedsecrets/status`. */
  readonly requests: Readonly<Record<string, number>>;
  /** To anybody else: `GET /v1/secret/data` of a Vault, `secretsmanager.BatchGetSecretValue` of AWS. */
  readonly elsewhere: Readonly<Record<string, number>>;
  /** Connections made. */
  readonly connections: number;
}

const requests: Record<string, number> = {};
const elsewhere: Record<string, number> = {};
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

interface Sent {
  readonly origin?: string | URL;
  readonly method: string;
  readonly path: string;
  readonly headers?: readonly string[] | string;
}

/** The operation of AWS, or the method and the begin of the path: what is a key is left out. */
function elsewhereNameOf({ method, path, headers = [] }: Sent): string {
  const at = Array.isArray(headers) ? headers.findIndex((name) => name.toLowerCase() === 'x-amz-target') : -1;
  if (at >= 0) return headers[at + 1] ?? '';
  const begin = path.split('?')[0]?.split('/').slice(0, 4).join('/');
  return `${method} ${begin}`;
}

subscribe('undici:request:create', (message) => {
  const { request } = message as { readonly request: Sent };
  const isElsewhere = String(request.origin) !== process.env['COUNTS_SERVER'];
  const [counts, name] = isElsewhere ? [elsewhere, elsewhereNameOf(request)] : [requests, nameOf(request.method, request.path)];
  counts[name] = (counts[name] ?? 0) + 1;
});
subscribe('undici:client:connected', () => (connections += 1));

const counted = (): Counted => ({ requests, elsewhere, connections });
createServer((_, response) => response.end(JSON.stringify(counted())))
  .listen(process.env['COUNTS_SOCKET'])
  .unref();
