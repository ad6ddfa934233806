import { BlockList, isIP } from 'node:net';

type Env = Readonly<Record<string, string | undefined>>;

function variable(env: Env, name: string): string | undefined {
  return env[name] || env[name.toLowerCase()] || undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host.startsWith('127.');
}

/** Whether one item of NO_PROXY covers the host: `*`, a name with its subdomains, an address, a CIDR, each with or without port. */
function covers(item: string, host: string, port: string): boolean {
  if (item === '*') return true;
  const cidr = /^(.+)\/(\d+)$/.exec(item);
  if (cidr) {
    const [, network = '', bits = ''] = cidr;
    if (isIP(network) === 0 || isIP(network) !== isIP(host)) return false;
    const family = isIP(network) === 6 ? 'ipv6' : 'ipv4';
    const list = new BlockList();
    list.addSubnet(network, Math.min(Number(bits), family === 'ipv6' ? 128 : 32), family);
    return list.check(host, family);
  }
  const withPort = isIP(item) === 6 ? null : /^\[?(.+?)\]?:(\d+)$/.exec(item);
  if (withPort && withPort[2] !== port) return false;
  const name = (withPort?.[1] ?? item).replace(/^\[|\]$/g, '');
  if (isIP(host) !== 0) return host === name;
  const suffix = name.replace(/^\*?\./, '');
  return host.endsWith(`.${suffix}`) || (host === suffix && suffix === name);
}

/**
 * The proxy that HTTPS_PROXY, HTTP_PROXY and NO_PROXY (either case) name for a server, by the rules of Go's
 * `http.ProxyFromEnvironment`, which kubectl follows. Loopback addresses never go through a proxy.
 */
export function proxyFromEnvironment(server: string, env: Env): string | undefined {
  const url = new URL(server);
  const host = url.hostname.replace(/^\[|\]$/g, '').toLowerCase();
  const port = url.port || (url.protocol === 'https:' ? '443' : '80');
  const proxy = variable(env, url.protocol === 'https:' ? 'HTTPS_PROXY' : 'HTTP_PROXY');
  if (!proxy || isLoopback(host)) return undefined;
  const exempt = (variable(env, 'NO_PROXY') ?? '').split(',').map((item) => item.trim().toLowerCase());
  if (exempt.some((item) => item !== '' && covers(item, host, port))) return undefined;
  return proxy.includes('://') ? proxy : `http://${proxy}`;
}
