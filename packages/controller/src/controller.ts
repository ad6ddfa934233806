import { hostname } from 'node:os';
import { readSealedSecret, sealedSecretKind } from '@signet/api';
import { keyOf } from '@signet/kube/cache';
import type { Client, Clock, KubeObject, Logger } from '@signet/kube/client';
import { secrets, systemClock } from '@signet/kube/client';
import { Controller, EventRecorder, LeaderElector, Manager } from '@signet/kube/runtime';
import type { Config } from './config.ts';
import { certificate } from './http/certificate.ts';
import { healthz, readyz } from './http/health.ts';
import { ControllerMetrics } from './http/metrics.ts';
import { limited } from './http/rate-limit.ts';
import { rotate } from './http/rotate.ts';
import { serve } from './http/server.ts';
import type { Listening, Route } from './http/server.ts';
import { verify } from './http/verify.ts';
import { ScopedCache } from './cluster/scoped-cache.ts';
import { Contention } from './cluster/contention.ts';
import { FailureMemory } from './sealed-secret/failure-memory.ts';
import { LiveSecrets, secretMarks } from './cluster/live-secrets.ts';
import { SealedSecrets, withoutManagedFields } from './sealed-secret/own-objects.ts';
import { RecentWrites } from './cluster/recent-writes.ts';
import { sealedSecretReconciler } from './sealed-secret/reconcile.ts';
import { Reporter } from './sealed-secret/report.ts';
import { syncedOf } from './sealed-secret/status.ts';
import { KeySet } from './sealing-keys/key-set.ts';
import { KeyRenewal } from './sealing-keys/renewal.ts';
import { ServedNamespaces } from './cluster/served-namespaces.ts';

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

/** A fault that nobody tells the end of (a right that is given, a webhook that is back) is over for an object after this at the latest. */
const longestBackOffMs = 60_000;

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
  const selector = config.labelSelector === '' ? {} : { labelSelector: config.labelSelector };
  const sealedCache = new ScopedCache<KubeObject>(
    { ...common, ...selector, resource: sealedSecretKind, transform: withoutManagedFields },
    config.namespaces,
  );
  const secretCache = config.skipRecreate
    ? undefined
    : new ScopedCache<KubeObject>({ ...common, resource: secrets, metadataOnly: true, transform: secretMarks }, config.namespaces);

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
    sealedCache.serve(names); // first: its Secrets mean nothing without it
    secretCache?.serve(names);
    logger.info({ namespaces: names.length }, 'namespaces served');
  });

  const recent = new RecentWrites<KubeObject>();
  const sealedSecrets = new SealedSecrets(client, sealedCache, recent);
  const contention = new Contention();
  const failures = new FailureMemory(keys.keyring);
  const events = new EventRecorder({ ...common, component: 'sealed-secrets', host: hostname() });
  const report = new Reporter({ client, events, metrics, clock, recent, updateStatus: config.updateStatus });
  const reconciler = sealedSecretReconciler({
    sealedSecrets,
    secrets: new LiveSecrets(client, secretCache),
    unseal: async (raw, sealed) => failures.unseal(raw, sealed),
    keyPlace: { namespace: config.namespace, prefix: config.keyPrefix },
    acceptsLegacyData: config.acceptsLegacyData,
    recreates: config.recreateSecrets,
    forbiddenTypes: config.forbiddenSecretTypes,
    isServed: (namespace) => sealedCache.serves(namespace),
    deletesOrphans: config.oldGcBehavior,
    report,
    contention,
    metrics,
    logger,
    clock,
    forget: (key) => {
      contention.forget(key);
      failures.forget(key);
      report.forget(key);
    },
  });
  const observer = metrics.observer('sealedsecret');
  const controller = new Controller({
    name: 'sealedsecret',
    reconciler,
    concurrency: config.concurrency,
    maxBackoffMs: longestBackOffMs,
    observer,
    logger,
    clock,
    random,
  });
  controller.watch(sealedCache, sealedSecrets.toKeys);
  if (secretCache) controller.watch(secretCache, sealedSecrets.secretToKeys);
  keys.onChange(() => {
    // What has just failed may still show the good status of an earlier generation.
    for (const object of sealedCache.values())
      if (failures.has(keyOf(object)) || syncedOf(readSealedSecret(object).status)?.status !== 'True')
        controller.enqueue(keyOf(object));
  });
  sealedCache.subscribe({
    changed: (object) => metrics.outOfDate.seen(object),
    removed: (object) => metrics.outOfDate.forget(keyOf(object)),
  });
  metrics.watch({
    keyring: keys.keyring,
    keySecrets: keys,
    objects: () => sealedCache.values(),
    queue: {
      name: 'sealedsecret',
      get oldestAgeMs() {
        return controller.queue.oldestAgeMs;
      },
    },
    now: () => clock.now(),
    lastEvents: {
      sealedsecrets: () => sealedCache.lastEventAt,
      ...(secretCache && { secrets: () => secretCache.lastEventAt }),
      'sealing-keys': () => keys.lastEventAt,
      ...(served && { namespaces: () => served.lastEventAt }),
    },
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
    await Promise.all([renewal.run(signal), controller.run(signal)]);
    await events.flush();
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
  for (const [name, cache] of Object.entries({ sealedsecrets: sealedCache, ...(secretCache && { secrets: secretCache }) }))
    manager.add('caches', cacheRunnable(name, cache, served));
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

interface Cache {
  run(signal: AbortSignal): Promise<void>;
  synced(signal: AbortSignal): Promise<void>;
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
