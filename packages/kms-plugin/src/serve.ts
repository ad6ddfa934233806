import { isDeepStrictEqual } from 'node:util';
import type { Clock, KeyRoom, Logger } from '@signet/provider';
import { keyIdHash } from '@signet/provider';
import { AuditLog } from './audit/audit-log.ts';
import type { Config } from './config/config.ts';
import { readConfigFile } from './config/read.ts';
import { checkChange } from './config/reload.ts';
import { openKeys } from './keys/open-keys.ts';
import type { KeySet } from './keys/key-set.ts';
import { reportOf } from './keys/watched-key.ts';
import { DecryptCache } from './plugin/decrypt-cache.ts';
import { Plugin } from './plugin/plugin.ts';
import { unlessAborted } from './plugin/within.ts';
import { witnessed } from './server/answers.ts';
import { serveGrpc } from './server/grpc-server.ts';
import { servePages } from './server/http.ts';
import { createMetrics } from './server/metrics.ts';
import type { Metrics } from './server/metrics.ts';

/** What the program runs with. */
export interface ServeOptions {
  readonly configFile: string;
  readonly logger: Logger;
  readonly clock: Clock;
  /** In [0, 1). */
  readonly random: () => number;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Ends the program: calls under way are answered, the socket is removed. */
  readonly signal: AbortSignal;
  /** `reload` events: the configuration file is read again at once. It is looked at every `reloadEveryMs` anyway. */
  readonly reload?: EventTarget;
  readonly reloadEveryMs?: number;
}

/** For calls that are under way at the end. kubelet waits 30 s. */
const graceMs = 8000;
const maxConnections = 64;

/**
 * Runs the plugin until the signal is aborted. It listens before the key was seen to work: a key service that is down at the start does not keep
 * the API server from finding the socket.
 *
 * @throws CONFIG, SOCKET, LISTEN, AUDIT before it serves
 */
export async function serve(options: ServeOptions): Promise<void> {
  const { configFile, logger, clock, random, env } = options;
  const { config, text } = await readConfigFile(configFile);
  const room: KeyRoom = { clock, logger, random, env };
  const keys = await openKeys(config, room);
  const cache = new DecryptCache(config.cache.entries);
  const { timeoutSeconds, limit } = config.calls;
  const plugin = new Plugin({ keys, cache, clock, random, callTimeoutMs: timeoutSeconds * 1000, maxCalls: limit });
  const audit = config.audit && (await AuditLog.open(config.audit.file, new Date(clock.now()).toISOString()));
  const health = (): string => healthOf(plugin);
  const metrics = createMetrics({
    keyIdHash: () => hashOf(plugin),
    isHealthy: () => health() === 'ok',
    provenAt: () => plugin.keys.active.state.provenAt,
    cacheEntries: () => cache.size,
    auditLost: () => audit?.lost ?? 0,
  });
  const { path, mode, gid } = config.socket;
  const grpc = await serveGrpc(
    { path, mode: Number.parseInt(mode, 8), gid, maxConnections },
    witnessed(plugin, { clock, logger, metrics, audit }),
  );
  const pages = await servePages(config.http, {
    // Alive is not ready: a restart mends no key service.
    '/livez': () => Promise.resolve({ status: 200, body: 'ok\n' }),
    '/healthz': () => Promise.resolve({ status: 200, body: 'ok\n' }),
    '/readyz': () => Promise.resolve({ status: health() === 'ok' ? 200 : 503, body: `${health()}\n` }),
    '/status': () => Promise.resolve({ status: 200, contentType: 'application/json', body: statusPage(plugin, audit) }),
    '/metrics': async () => ({
      status: 200,
      contentType: metrics.registry.contentType,
      body: await metrics.registry.metrics(),
    }),
  });
  logger.info({ socket: path, http: pages.url, provider: config.provider }, 'serving');
  const watching = new Watching(keys);
  try {
    await followConfig({ ...options, config, text, room, plugin, watching, metrics });
  } finally {
    await grpc.close(graceMs);
    await watching.ended();
    await pages.close();
    await audit?.close();
    cache.clear();
    logger.info({}, 'ended');
  }
}

/** The loop that watches the keys in use. */
class Watching {
  #stop = new AbortController();
  #running: Promise<void>;

  constructor(keys: KeySet) {
    this.#running = keys.watch(this.#stop.signal);
  }

  /** Watches other keys from now on; the former ones are closed. */
  async change(keys: KeySet): Promise<void> {
    this.#stop.abort();
    const former = this.#running;
    this.#stop = new AbortController();
    this.#running = keys.watch(this.#stop.signal);
    await former;
  }

  /** Ends it, and closes the keys: once nobody uses them. */
  async ended(): Promise<void> {
    this.#stop.abort();
    await this.#running;
  }
}

interface Following extends ServeOptions {
  readonly config: Config;
  readonly text: string;
  readonly room: KeyRoom;
  readonly plugin: Plugin;
  readonly watching: Watching;
  readonly metrics: Metrics;
}

/** Applies changes of the configuration file, whole or not at all, until the signal is aborted. */
async function followConfig(following: Following): Promise<void> {
  const { clock, signal, reload, reloadEveryMs = 10_000, configFile, logger, metrics } = following;
  let { config, text } = following;
  while (!signal.aborted) {
    const woken = new AbortController();
    const wake = (): void => woken.abort();
    reload?.addEventListener('reload', wake, { once: true });
    await clock.sleep(reloadEveryMs, AbortSignal.any([signal, woken.signal])).catch(() => undefined);
    reload?.removeEventListener('reload', wake);
    if (signal.aborted) return;
    try {
      const read = await readConfigFile(configFile);
      if (read.text === text) continue;
      if (!isDeepStrictEqual(read.config, config)) {
        checkChange(configFile, config, read.config);
        await apply(read.config, following);
      }
      ({ config, text } = read);
      metrics.reloaded('applied');
      logger.info({}, 'the configuration was read again');
    } catch (error) {
      if (signal.aborted) return;
      metrics.reloaded('refused');
      logger.error({ because: error instanceof Error ? error.message : String(error) }, 'the configuration stays as it was');
    }
  }
}

/** Puts other keys in place once they were seen to work. */
async function apply(config: Config, { room, plugin, watching, signal, clock }: Following): Promise<void> {
  const keys = await openKeys(config, room);
  const error = await unlessAborted(keys.look(signal), signal);
  if (error !== undefined) {
    await Promise.all(keys.all.map(async ({ encryption }) => encryption.close()));
    throw error instanceof Error ? error : new Error('the key does not work');
  }
  plugin.replaceKeys(keys);
  // Calls under way end with the former keys before these are closed.
  await clock.sleep(config.calls.timeoutSeconds * 1000, signal).catch(() => undefined);
  await watching.change(keys);
}

/** `ok`, or what the API server is told. */
function healthOf(plugin: Plugin): string {
  const report = reportOf(plugin.keys.active.state);
  if (!('refuses' in report)) return report.healthz;
  return report.refuses === 'revoked' ? 'the key may not be used' : 'the key has not been seen to work yet';
}

function hashOf(plugin: Plugin): string | undefined {
  const { active } = plugin.keys.active.state;
  return active && keyIdHash(active.keyId);
}

/** What `signet-kms status` shows. */
function statusPage(plugin: Plugin, audit: AuditLog | undefined): string {
  const { active, fault, failures, provenAt } = plugin.keys.active.state;
  const shown = {
    healthz: healthOf(plugin),
    backend: plugin.keys.active.backend,
    keyId: active?.keyId,
    keyIdHash: hashOf(plugin),
    version: active?.version,
    fault,
    failures,
    provenAt: provenAt === undefined ? undefined : new Date(provenAt).toISOString(),
    auditHead: audit?.head,
  };
  return `${JSON.stringify(shown, undefined, 2)}\n`;
}
