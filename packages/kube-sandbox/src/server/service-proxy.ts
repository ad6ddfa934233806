import { request as httpRequest } from 'node:http';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { KubeObject } from '../kinds/object.ts';
import type { Cluster } from './cluster.ts';
import { badRequest, notFound, StatusError } from './status-error.ts';

const services = { group: '', plural: 'services' } as const;

interface Subset {
  readonly addresses?: readonly { readonly ip: string }[];
  readonly ports?: readonly { readonly name?: string; readonly port: number }[];
}

interface Target {
  readonly protocol: 'http' | 'https';
  readonly host: string;
  readonly port: number;
}

const hopHeaders = [
  'authorization',
  'connection',
  'keep-alive',
  'proxy-connection',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
];

/**
 * Forwards a request to the process behind a Service: an address and port of the Endpoints object of the same name.
 *
 * The name in the URL is `[http:|https:]NAME[:PORT]`, the port by name or number. Only loopback addresses are dialled. The
 * certificate of an https backend is not verified, as the real API server does not.
 */
export async function proxyService(
  cluster: Cluster,
  request: IncomingMessage,
  response: ServerResponse,
  to: { readonly namespace: string; readonly service: string; readonly url: URL },
): Promise<void> {
  const target = resolveTarget(cluster, to.namespace, to.service);
  const prefix = /^\/api\/v1\/namespaces\/[^/]+\/services\/[^/]+\/proxy/.exec(to.url.pathname)?.[0] ?? '';
  const path = `${to.url.pathname.slice(prefix.length) || '/'}${to.url.search}`;
  const headers: Record<string, string | string[]> = {};
  for (const [name, value] of Object.entries(request.headers))
    if (value !== undefined && !hopHeaders.includes(name)) headers[name] = value;
  headers['x-forwarded-uri'] = to.url.pathname;
  headers['x-forwarded-for'] = request.socket.remoteAddress ?? '127.0.0.1';
  const send = target.protocol === 'https' ? httpsRequest : httpRequest;

  await new Promise<void>((done, fail) => {
    const outgoing = send(
      { host: target.host, port: target.port, method: request.method, path, headers, rejectUnauthorized: false, agent: false },
      (incoming) => {
        for (const hop of hopHeaders) delete incoming.headers[hop];
        response.writeHead(incoming.statusCode ?? 502, incoming.headers);
        incoming.pipe(response);
        incoming.once('error', () => response.destroy());
        response.once('close', () => {
          outgoing.destroy();
          done();
        });
      },
    );
    outgoing.once('error', (error) => {
      const words = `error trying to reach service: ${error.message}`;
      if (response.headersSent || response.destroyed) done();
      else fail(new StatusError(503, 'ServiceUnavailable', words));
    });
    request.pipe(outgoing);
  });
}

function resolveTarget(cluster: Cluster, namespace: string, text: string): Target {
  const parts = text.split(':');
  const [scheme, name = '', port = ''] = parts.length === 3 ? parts : ['', ...parts];
  if (parts.length > 3 || !['', 'http', 'https'].includes(scheme as string)) throw badRequest(`invalid service request "${text}"`);
  const service = cluster.store.get('/services', `${namespace}/${name}`);
  if (!service) throw notFound(services, name);
  const endpoints = cluster.store.get('/endpoints', `${namespace}/${name}`);
  if (!endpoints) throw notFound({ group: '', plural: 'endpoints' }, name);
  checkPort(service, name, port);
  const found = pick(endpoints, portName(service, port));
  if (!found) throw new StatusError(503, 'ServiceUnavailable', `no endpoints available for service "${text}"`);
  if (!isLoopback(found.host)) {
    throw new StatusError(503, 'ServiceUnavailable', `the sandbox dials loopback addresses only, not ${found.host}`);
  }
  return { protocol: scheme === 'https' ? 'https' : 'http', ...found };
}

function checkPort(service: KubeObject, name: string, port: string): void {
  const ports = (service['spec'] as { ports?: { name?: string; port: number }[] }).ports ?? [];
  if (port === '' || ports.some((candidate) => candidate.name === port || String(candidate.port) === port)) return;
  throw new StatusError(503, 'ServiceUnavailable', `no service port ${port} found for service "${name}"`);
}

/** Endpoints know ports by name; the URL may give the Service's port number. */
function portName(service: KubeObject, port: string): string {
  const ports = (service['spec'] as { ports?: { name?: string; port: number }[] }).ports ?? [];
  const byNumber = /^\d+$/.test(port) ? ports.find((candidate) => candidate.port === Number(port)) : undefined;
  return byNumber ? (byNumber.name ?? '') : port;
}

function pick(endpoints: KubeObject, port: string): { host: string; port: number } | undefined {
  for (const subset of (endpoints['subsets'] ?? []) as Subset[]) {
    const address = subset.addresses?.[0];
    const ports = subset.ports ?? [];
    const match =
      ports.find((candidate) => (candidate.name ?? '') === port || String(candidate.port) === port) ??
      (port === '' ? ports[0] : undefined);
    if (address && match) return { host: address.ip, port: match.port };
  }
  return undefined;
}

function isLoopback(host: string): boolean {
  return /^127\.\d+\.\d+\.\d+$/.test(host) || host === '::1';
}
