import { BlockList, isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

/**
 * The proxy that the environment names for a server, by the rules of Go's `http.ProxyFromEnvironment`, which the peers follow: HTTPS_PROXY or
 * HTTP_PROXY by scheme, in either case; NO_PROXY holds names with their subdomains, addresses, CIDRs, each with or without port, or `*`.
 * Loopback addresses never go through a proxy.
 */
export function proxyOf(server: URL, env: Env): string | undefined {
  const proxy = named(env, server.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  const host = server.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  if (!proxy || host === 'localhost' || host === '::1' || host.startsWith('127.')) return undefined;
  const port = server.port || (server.protocol === 'https:' ? '443' : '80');
  const exempt = (named(env, 'NO_PROXY') ?? '').toLowerCase().split(',');
  if (exempt.some((item) => isExempt(item.trim(), host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}

function named(env: Env, name: string): string | undefined {
  return env[name] || env[name.toLowerCase()];
}

function isExempt(item: string, host: string, port: string): boolean {
  if (item === '') return false;
  if (item === '*') return true;
  if (item.includes('/')) return inNetwork(item, host);
  const [, bare = item, itemPort] = (isIP(item) === 6 ? undefined : /^(.+?):(\d+)$/.exec(item)) ?? [];
  if (itemPort !== undefined && itemPort !== port) return false;
  const name = bare.replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return host === name;
  if (name.startsWith('.') || name.startsWith('*.')) return host.endsWith(name.replace(/^\*/, ''));
  return host === name || host.endsWith(`.${name}`);
}

function inNetwork(cidr: string, host: string): boolean {
  const [network = '', bits = ''] = cidr.split('/');
  const family = isIP(network);
  if (family === 0 || family !== isIP(host) || !/^\d{1,3}$/.test(bits) || Number(bits) > (family === 6 ? 128 : 32)) return false;
  const list = new BlockList();
  const type = family === 6 ? 'ipv6' : 'ipv4';
  list.addSubnet(network, Number(bits), type);
  return list.check(host, type);
}
