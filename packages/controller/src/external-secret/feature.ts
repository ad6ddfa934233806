import { readFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { clusterSecretStoreKind, externalSecretKind, readExternalSecret, secretStoreKind } from '@signet/api';
import { keyOf } from '@signet/kube/cache';
import type { ObjectKey } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import { configMaps, namespaces } from '@signet/kube/client';
import { Controller, EventRecorder } from '@signet/kube/runtime';
import { Contention } from '../cluster/contention.ts';
import { LiveSecrets } from '../cluster/live-secrets.ts';
import { pickMetadata } from '../cluster/pick-metadata.ts';
import { RecentWrites } from '../cluster/recent-writes.ts';
import { ScopedCache } from '../cluster/scoped-cache.ts';
import { WhenServed } from '../cluster/when-served.ts';
import type { Feature, Surroundings } from '../feature.ts';
import { generators } from '../generator/generators.ts';
import { providers } from '../providers.ts';
import { OpenStores } from '../secret-store/open-stores.ts';
import { StoreMetrics } from '../secret-store/metrics.ts';
import { storeControllers } from '../secret-store/store-controllers.ts';
import { Interests, storeInterest, targetInterest, templateInterest } from './interests.ts';
import type { Interest } from './interests.ts';
import { MadeSecrets } from './made-secrets.ts';
import { ExternalSecretMetrics } from './metrics.ts';
import { ExternalSecrets } from './own-objects.ts';
import { Pace } from './pace.ts';
import { externalSecretReconciler } from './reconcile.ts';
import { Reporter } from './report.ts';
import { eitherTarget } from './target-room.ts';
import { ResourceTarget } from './write-resource.ts';
import { SecretTarget } from './write-secret.ts';
import { UnchangedTarget } from './unchanged-target.ts';
import { WriteTurns } from './write-turns.ts';

/** Anything else that failed is tried again after this at the latest. */
const longestBackOffMs = 60_000;
const ownTokenFile = '/var/run/secrets/kubernetes.io/serviceaccount/token';
const priorities = { asked: 'high', new: 'normal', due: 'low' } as const;
/** Sockets to one backend, and the longest answer that is read. */
const socketsPerStore = 16;
const maxAnswerBytes = 32 * 1024 * 1024;
/** Objects that write to the API server at the same time. */
const writesAtOnce = 32;

/** Fetches ExternalSecrets from their stores into Secrets. Waits for its kinds where the cluster does not have them. */
export function externalSecretFeature(surroundings: Surroundings): Feature {
  const { config, metrics: all, secretCache, ...common } = surroundings;
  const { client, clock, logger, random } = common;
  const { external } = config;
  const end = new AbortController();

  const names = { metadataOnly: true, transform: namesAndLabels } as const;
  const objects = new ScopedCache<KubeObject>(
    { ...common, resource: externalSecretKind, transform: withoutManagedFields },
    config.namespaces,
  );
  const stores = new ScopedCache<KubeObject>(
    { ...common, resource: secretStoreKind, transform: withoutManagedFields },
    config.namespaces,
  );
  const texts = new ScopedCache<KubeObject>({ ...common, ...names, resource: configMaps }, config.namespaces);
  const wide = external.servesClusterStores
    ? {
        clusterStores: new ScopedCache<KubeObject>(
          { ...common, resource: clusterSecretStoreKind, transform: withoutManagedFields },
          undefined,
        ),
        namespaces: new ScopedCache<KubeObject>({ ...common, ...names, resource: namespaces }, undefined),
      }
    : undefined;
  const scoped = [objects, stores, texts];
  const waiting = new WhenServed({
    client,
    resource: externalSecretKind,
    namespace: config.namespaces?.[0],
    caches: [...scoped, ...(wide ? [wide.clusterStores, wide.namespaces] : [])],
    clock,
    logger,
  });

  const storeMetrics = new StoreMetrics({ registry: all.registry, omitNames: config.metricsOmitSecretLabels });
  const open = new OpenStores({
    registry: providers,
    client,
    clock,
    logger,
    random,
    env: process.env,
    signal: end.signal,
    stores,
    clusterStores: wide?.clusterStores,
    namespaces: wide?.namespaces,
    controllerClass: external.controllerClass,
    floodGate: external.floodGate,
    generators: { ...generators({ client, controllerClass: external.controllerClass }), isForeign: () => false },
    credentials: [{ kind: 'ConfigMap', source: texts }, ...(secretCache ? [{ kind: 'Secret', source: secretCache } as const] : [])],
    ownToken: async () => (await readFile(ownTokenFile, 'utf8')).trim(),
    limits: { sockets: socketsPerStore, callTimeoutMs: external.store.callTimeoutMs, maxAnswerBytes },
    lanes: { calls: external.store.concurrency, perSecond: external.store.perSecond, burst: external.store.burst },
    observer: storeMetrics,
  });

  const recent = new RecentWrites<KubeObject>();
  const externalSecrets = new ExternalSecrets(client, objects, recent, clock);
  const events = new EventRecorder({ ...common, component: 'external-secrets', host: hostname() });
  const metrics = new ExternalSecretMetrics({
    registry: all.registry,
    omitNames: config.metricsOmitSecretLabels,
    now: () => clock.now(),
  });
  const secrets = new LiveSecrets(client, secretCache);
  const made = new MadeSecrets();
  secretCache?.subscribe(made);
  const targets = {
    client,
    secrets,
    keyPlace: { namespace: config.namespace, prefix: config.keyPrefix },
    forbiddenTypes: config.forbiddenSecretTypes,
    delimiters: [external.delimiters.left, external.delimiters.right] as const,
  };
  const secretTarget = new UnchangedTarget(
    new SecretTarget({ ...targets, made, recreates: config.recreateSecrets, clock }),
    secrets,
  );
  const report = new Reporter({ client, events, metrics, clock, recent });
  const reconciler = externalSecretReconciler({
    externalSecrets,
    stores: open,
    target: eitherTarget(
      secretTarget,
      new ResourceTarget({ ...targets, allowsGenericTargets: external.allowsGenericTargets, now: () => clock.now() }),
    ),
    writes: new WriteTurns(writesAtOnce),
    report,
    contention: new Contention(),
    pace: new Pace(random),
    metrics,
    logger,
    clock,
  });
  const controller = new Controller({
    name: 'externalsecret',
    reconciler,
    concurrency: external.concurrency,
    maxBackoffMs: longestBackOffMs,
    observer: all.observer('externalsecret'),
    logger,
    clock,
    random,
  });

  const interests = new Interests();
  objects.subscribe({
    changed: (object, previous) => {
      const { uid, generation } = object.metadata;
      const isSame = generation !== undefined && previous?.metadata.generation === generation && previous.metadata.uid === uid;
      if (!isSame) interests.set(readExternalSecret(object));
    },
    removed: (object) => {
      interests.forget(keyOf(object));
      secretTarget.forget(keyOf(object));
    },
  });
  controller.watch(objects, externalSecrets.toKeys);
  const outdate = (interest: Interest, namespace?: string): readonly ObjectKey[] => {
    const concerned = interests.in(interest, namespace);
    for (const key of concerned) externalSecrets.outdate(key);
    return concerned;
  };
  const templateToKeys = (kind: 'Secret' | 'ConfigMap', object: KubeObject): readonly ObjectKey[] =>
    outdate(templateInterest(kind, keyOf(object)));
  if (secretCache)
    controller.watch(secretCache, (secret, _, change, initial) => {
      if (initial) return [];
      const all = interests.in(targetInterest(keyOf(secret)));
      // The echo of what was written here is no news.
      const makers = change === 'removed' ? all : all.filter((key) => !report.isProduced(key, secret.metadata));
      // Whoever deletes a Secret to have it made of what is at the store now is not given what was read before.
      if (change === 'removed') for (const key of makers) externalSecrets.ask(key);
      return [...makers, ...templateToKeys('Secret', secret)];
    });
  controller.watch(texts, (object, _, __, initial) => (initial ? [] : templateToKeys('ConfigMap', object)));
  for (const [kind, cache] of [
    ['SecretStore', stores] as const,
    ...(wide ? [['ClusterSecretStore', wide.clusterStores] as const] : []),
  ])
    controller.watch(cache, (store, previous, change, initial) => {
      const { name = '', namespace = '', generation } = store.metadata;
      // One that was made again under its name may be another backend altogether.
      const isOther = change === 'changed' && previous?.metadata.generation !== generation;
      return isOther && !initial ? outdate(storeInterest({ kind, name }, namespace)) : [];
    });
  open.onChange((store, namespace) => {
    for (const key of interests.in(storeInterest(store, namespace ?? ''), namespace)) controller.enqueue(key);
  });
  open.onRoom((key, rank) => controller.enqueue(key, { priority: priorities[rank] }));

  const storeWork = storeControllers({
    ...common,
    stores: open,
    namespaces: config.namespaces,
    caches: { ...(external.servesStores && { SecretStore: stores }), ...(wide && { ClusterSecretStore: wide.clusterStores }) },
    validateEveryMs: external.validateEveryMs,
    events,
    metrics: all,
    observer: storeMetrics,
  });

  return {
    caches: { externalsecrets: waiting },
    serve: (served) => {
      for (const cache of scoped) cache.serve(served);
    },
    queue: {
      name: 'externalsecret',
      get oldestAgeMs() {
        return controller.queue.oldestAgeMs;
      },
    },
    async lead(signal) {
      try {
        await waiting.filled(signal);
      } catch (error) {
        if (signal.aborted) return;
        throw error;
      }
      await Promise.all([controller.run(signal), storeWork.run(signal), open.run(signal)]);
      await events.flush();
    },
  };
}

function withoutManagedFields(object: KubeObject): KubeObject {
  const { managedFields: _, ...metadata } = object.metadata;
  return { ...object, metadata };
}

/** What is kept of an object that only has to be seen to change. */
function namesAndLabels({ metadata }: KubeObject): KubeObject {
  return { metadata: pickMetadata(metadata, 'labels') };
}
