import { hostname } from 'node:os';
import type { Client, Clock, KubeObject, Logger } from '@signet/kube/client';
import { secrets, systemClock } from '@signet/kube/client';
import { LeaderElector, Manager } from '@signet/kube/runtime';
import { secretMarks } from './cluster/live-secrets.ts';
import { ScopedCache } from './cluster/scoped-cache.ts';
import { ServedNamespaces } from './cluster/served-namespaces.ts';
import type { Config } from './config.ts';
import { externalSecretFeature } from './external-secret/feature.ts';
import type { Cache, Feature } from './feature.ts';
import { certificate } from './http/certificate.ts';
import { healthz, readyz } from './http/health.ts';
import { ControllerMetrics } from './http/metrics.ts';
import { limited } from './http/rate-limit.ts';
import { rotate } from './http/rotate.ts';
import { serve } from './http/server.ts';
import type { Listening, Route } from './http/server.ts';
import { verify } from './http/verify.ts';
import { sealedSecretFeature } from './sealed-secret/feature.ts';
import { KeySet } from './sealing-keys/key-set.ts';
import { KeyRenewal } from './sealing-keys/renewal.ts';

/** What a controller runs with. */
export interface RunOptions {
  /** Stays the caller's: it is not closed here. */
  readonly client: Client;
  /** Aborting stops the controller in order: work, leadership, caches, servers. */
  readonly signal?: AbortSignal | undefined;
  readonly logger: Logger;
  readonly clock?: Clock | undefined;
  /** In [0, 1). */
  readonly random?: (() => number) | undefined;
  /** How long a stop may take before it is an error. Default 30 s, as a Pod has. */
  readonly stopGraceMs?: number | undefined;
  /** Metrics of the process and of Node, for a program that has a process of its own. Default false. */
  readonly processMetrics?: boolean | undefined;
  /** Emits `renew` when a person wants a new sealing key now; any replica may make it. */
  readonly renewKey?: EventTarget | undefined;
}

/** A controller that has begun. */
export interface RunningController {
  /** Of /healthz, /readyz and /v1. */
  readonly url: string;
  /** Of /metrics. */
  readonly metricsUrl: string;
  /** Private-key operations so far, for tests and benchmarks. */
  readonly privateOperations: () => number;
  /** Resolves when caches are read and a key is there; rejects when the controller ends before. */
  ready(): Promise<void>;
  /** Resolves when everything has ended; rejects with what ended it. */
  readonly ended: Promise<void>;
  stop(): Promise<void>;
}

/** Runs a controller until `signal` aborts. @throws what ended it, for example the loss of its leadership */
export async function runController(config: Config, options: RunOptions): Promise<void> {
  const running = await startController(config, options);
  await running.ended;
}

/**
 * Starts a controller. Its servers listen when this resolves; everything else follows in order: caches, election, work.
 *
 * @throws SIGNET_CONTROLLER_LISTEN
 * @example
 * const running = await startController(parseConfig(['--listen-addr=127.0.0.1:0'], {}), { client, logger });
 * await running.ready();
 */
export async function startController(config: Config, options: RunOptions): Promise<RunningController> {
  const { client, logger, clock = systemClock, random = Math.random } = options;
  const metrics = new ControllerMetrics({
    omitSecretLabels: config.metricsOmitSecretLabels,
    processMetrics: options.processMetrics ?? false,
    now: () => clock.now(),
  });
  const manager = new Manager({ logger, clock, graceMs: options.stopGraceMs });
  const common = { client, logger, clock, random };

  const keys = new KeySet({
    client,
    logger,
    namespace: config.namespace,
    prefix: config.keyPrefix,
    order: config.keyOrderPriority,
    reflector: { clock, random },
  });
  const secretCache = config.skipRecreate
    ? undefined
    : new ScopedCache<KubeObject>({ ...common, resource: secrets, metadataOnly: true, transform: secretMarks }, config.namespaces);
  const surroundings = { ...common, config, metrics, secretCache };
  const sealedSecrets = sealedSecretFeature(surroundings, keys);
  const features: readonly Feature[] = config.external.isServed
    ? [sealedSecrets, externalSecretFeature(surroundings)]
    : [sealedSecrets];

  const served =
    config.namespaceSelector === ''
      ? undefined
      : new ServedNamespaces({
          client,
          always: config.namespaces ?? [],
          selector: config.namespaceSelector,
          reflector: { clock, random, logger },
        });
  served?.onChange((names) => {
    for (const feature of features) feature.serve(names); // first: the Secrets mean nothing without it
    secretCache?.serve(names);
    logger.info({ namespaces: names.length }, 'namespaces served');
  });

  const caches: Readonly<Record<string, Cache>> = Object.assign(
    {},
    ...features.map((feature) => feature.caches),
    secretCache && { secrets: secretCache },
  );
  metrics.watch({
    keyring: keys.keyring,
    keySecrets: keys,
    objects: sealedSecrets.objects,
    queues: features.map(({ queue }) => queue),
    now: () => clock.now(),
    caches: { 'sealing-keys': keys, ...(served && { namespaces: served }), ...caches },
  });

  const renewal = new KeyRenewal({
    client,
    clock,
    logger,
    keyring: keys.keyring,
    namespace: config.namespace,
    prefix: config.keyPrefix,
    order: config.keyOrderPriority,
    periodMs: config.keyRenewPeriodMs,
    cutoff: config.keyCutoff,
    bits: config.keySize,
    validForMs: config.keyTtlMs,
    commonName: config.myCn,
    labels: config.privateKeyLabels,
    annotations: config.privateKeyAnnotations,
    onStored: () => metrics.keyRenewed(),
  });
  const lead = async (signal: AbortSignal): Promise<void> => {
    await Promise.all([renewal.run(signal), ...features.map(async (feature) => feature.lead(signal))]);
  };

  manager.readyz.add('sealing-key', () => {
    if (!keys.keyring.newest) throw new Error('no key is loaded');
  });
  const limits = { rate: config.rateLimit, atOnce: 2, now: () => clock.now() };
  const servers = await listen(config, metrics, {
    '/healthz': healthz,
    '/readyz': readyz(manager.readyz),
    '/v1/cert.pem': certificate(keys.keyring),
    '/v1/verify': limited(verify(keys.keyring), limits),
    '/v1/rotate': limited(rotate(keys.keyring), limits),
  });
  logger.info({ url: servers.url, metricsUrl: servers.metricsUrl }, 'serving');
  manager.add('http', { name: 'http', run: async (signal) => untilAborted(signal).then(servers.close) });
  manager.add('caches', cacheRunnable('sealing-keys', keys));
  if (served) manager.add('caches', cacheRunnable('namespaces', served));
  for (const [name, cache] of Object.entries(caches)) manager.add('caches', cacheRunnable(name, cache, served));
  manager.add('others', { name: 'key-renewal-on-demand', run: async (signal) => renewal.onDemand(options.renewKey, signal) });
  manager.add('controllers', { name: 'sealedsecret', run: async (signal) => elected(config, common, signal, lead) });

  const stop = new AbortController();
  const onAbort = (): void => stop.abort(options.signal?.reason);
  options.signal?.addEventListener('abort', onAbort, { once: true });
  if (options.signal?.aborted) onAbort();
  const ended = manager.run(stop.signal).finally(() => options.signal?.removeEventListener('abort', onAbort));
  ended.catch(() => undefined); // told to whoever asks; never an unhandled rejection
  return {
    url: servers.url,
    metricsUrl: servers.metricsUrl,
    privateOperations: () => keys.keyring.privateOperations,
    ended,
    ready: async () => untilReady(manager, clock, ended),
    stop: async () => {
      stop.abort(new DOMException('stopped', 'AbortError'));
      await ended;
    },
  };
}

/** @param before must be known first */
function cacheRunnable(name: string, cache: Cache, before?: Cache): Parameters<Manager['add']>[1] {
  const ready = async (signal: AbortSignal): Promise<void> => {
    await before?.synced(signal);
    await cache.synced(signal);
  };
  return { name, run: async (signal) => cache.run(signal), ready };
}

async function elected(
  config: Config,
  common: { readonly client: Client; readonly logger: Logger; readonly clock: Clock; readonly random: () => number },
  signal: AbortSignal,
  lead: (signal: AbortSignal) => Promise<void>,
): Promise<void> {
  if (!config.leaderElect) return lead(signal);
  const elector = new LeaderElector({
    ...common,
    namespace: config.namespace,
    name: config.leaseName,
    identity: `${hostname()}_${Math.floor(common.random() * 2 ** 48).toString(16)}`,
    leaseDurationMs: config.leaseDurationMs,
    renewDeadlineMs: config.leaseRenewDeadlineMs,
    retryPeriodMs: config.leaseRetryPeriodMs,
  });
  await elector.run(signal, lead);
}

interface Servers {
  readonly url: string;
  readonly metricsUrl: string;
  close(): Promise<void>;
}

async function listen(config: Config, metrics: ControllerMetrics, routes: Readonly<Record<string, Route>>): Promise<Servers> {
  const { readTimeoutMs, writeTimeoutMs } = config;
  const timeouts = { readTimeoutMs, writeTimeoutMs };
  const main = await serve({ ...timeouts, address: config.listenAddr, routes, observe: (request) => metrics.http(request) });
  let other: Listening;
  try {
    other = await serve({ ...timeouts, address: config.listenMetricsAddr, routes: { '/metrics': metrics.route() } });
  } catch (error) {
    await main.close();
    throw error;
  }
  return {
    url: main.url,
    metricsUrl: other.url,
    close: async () => {
      await Promise.all([main.close(), other.close()]);
    },
  };
}

async function untilAborted(signal: AbortSignal): Promise<void> {
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}

async function untilReady(manager: Manager, clock: Clock, ended: Promise<void>): Promise<void> {
  let over = false;
  const end = ended.finally(() => (over = true));
  end.catch(() => undefined);
  while (!(await manager.readyz.report()).healthy) {
    if (over) throw new Error('the controller ended before it was ready', { cause: await ended.catch((error: unknown) => error) });
    await clock.sleep(20);
  }
}
