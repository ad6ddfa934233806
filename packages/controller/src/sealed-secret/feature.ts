import { hostname } from 'node:os';
import { readSealedSecret, sealedSecretKind } from '@signet/api';
import { keyOf } from '@signet/kube/cache';
import type { KubeObject } from '@signet/kube/client';
import { Controller, EventRecorder } from '@signet/kube/runtime';
import { Contention } from '../cluster/contention.ts';
import { LiveSecrets } from '../cluster/live-secrets.ts';
import { RecentWrites } from '../cluster/recent-writes.ts';
import { ScopedCache } from '../cluster/scoped-cache.ts';
import type { Feature, Surroundings } from '../feature.ts';
import type { KeySet } from '../sealing-keys/key-set.ts';
import { FailureMemory } from './failure-memory.ts';
import { SealedSecrets, withoutManagedFields } from './own-objects.ts';
import { sealedSecretReconciler } from './reconcile.ts';
import { Reporter } from './report.ts';
import { syncedOf } from './status.ts';

/** A fault that nobody tells the end of (a right that is given, a webhook that is back) is over for an object after this at the latest. */
const longestBackOffMs = 60_000;

/** SealedSecrets, and the objects as the metrics read them. */
export interface SealedSecretFeature extends Feature {
  readonly objects: () => Iterable<KubeObject>;
}

/** Turns SealedSecrets into Secrets with the keys of a set. */
export function sealedSecretFeature(surroundings: Surroundings, keys: KeySet): SealedSecretFeature {
  const { config, metrics, secretCache, ...common } = surroundings;
  const { client, clock, logger, random } = common;
  const selector = config.labelSelector === '' ? {} : { labelSelector: config.labelSelector };
  const cache = new ScopedCache<KubeObject>(
    { ...common, ...selector, resource: sealedSecretKind, transform: withoutManagedFields },
    config.namespaces,
  );
  const recent = new RecentWrites<KubeObject>();
  const sealedSecrets = new SealedSecrets(client, cache, recent);
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
    isServed: (namespace) => cache.serves(namespace),
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
  const controller = new Controller({
    name: 'sealedsecret',
    reconciler,
    concurrency: config.concurrency,
    maxBackoffMs: longestBackOffMs,
    observer: metrics.observer('sealedsecret'),
    logger,
    clock,
    random,
  });
  controller.watch(cache, sealedSecrets.toKeys);
  if (secretCache) controller.watch(secretCache, sealedSecrets.secretToKeys);
  keys.onChange(() => {
    // What has just failed may still show the good status of an earlier generation.
    for (const object of cache.values())
      if (failures.has(keyOf(object)) || syncedOf(readSealedSecret(object).status)?.status !== 'True')
        controller.enqueue(keyOf(object));
  });
  cache.subscribe({
    changed: (object) => metrics.outOfDate.seen(object),
    removed: (object) => metrics.outOfDate.forget(keyOf(object)),
  });
  return {
    caches: { sealedsecrets: cache },
    serve: (namespaces) => cache.serve(namespaces),
    objects: () => cache.values(),
    queue: {
      name: 'sealedsecret',
      get oldestAgeMs() {
        return controller.queue.oldestAgeMs;
      },
    },
    async lead(signal) {
      await controller.run(signal);
      await events.flush();
    },
  };
}
