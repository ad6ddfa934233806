import type { StatusCondition } from '@signet/api';
import type { Client, KubeObject, Resource, Secret } from '@signet/kube/client';
import { secrets } from '@signet/kube/client';
import type { StoredExternalSecret } from '../external/scene.ts';
import { externalSecrets, textsOf } from '../external/scene.ts';
import { plots, targetOf } from './estate.ts';

/** What is in some namespaces, for comparing. */
export interface Ledger {
  externalSecrets(namespace: string): Promise<StoredExternalSecret[]>;
  secrets(namespace: string): Promise<Secret[]>;
  /** What nobody may have touched: `namespace/name`, uid and resourceVersion of each Secret. */
  versions(): Promise<string[]>;
  /** Reason and data of each plot, as the estate describes them. */
  outcome(namespace: string): Promise<Record<string, unknown>>;
  /** Each Secret without what differs from namespace to namespace, and with the keys that each field manager owns. */
  portraits(namespace: string): Promise<Record<string, unknown>>;
}

/** @param namespaces whose Secrets are watched over */
export function openLedger(admin: Client, namespaces: readonly string[]): Ledger {
  const all = async <T extends KubeObject>(resource: Resource<T>, namespace: string): Promise<T[]> => {
    const found: T[] = [];
    for await (const page of admin.list<T>(resource, { namespace })) found.push(...page.items);
    return found;
  };
  const ledger: Ledger = {
    externalSecrets: async (namespace) => all(externalSecrets, namespace),
    secrets: async (namespace) => all(secrets, namespace),
    async versions() {
      const found = await Promise.all(namespaces.map(async (namespace) => ledger.secrets(namespace)));
      return found
        .flat()
        .map(({ metadata: { namespace, name, uid, resourceVersion } }) => `${namespace}/${name} ${uid} ${resourceVersion}`)
        .toSorted();
    },
    async outcome(namespace) {
      const live = new Map((await ledger.secrets(namespace)).map((secret) => [secret.metadata.name, secret]));
      const objects = new Map((await ledger.externalSecrets(namespace)).map((object) => [object.metadata.name, object]));
      return Object.fromEntries(
        plots.map((plot) => {
          const reason = readyOf(objects.get(plot.name))?.reason;
          const data = textsOf(live.get(targetOf(plot))) ?? 'no Secret';
          return [plot.name, { reason, data: plot.data === 'chance' ? 'chance' : data }];
        }),
      );
    },
    portraits: async (namespace) =>
      Object.fromEntries((await ledger.secrets(namespace)).map((secret) => [secret.metadata.name, portrait(secret, namespace)])),
  };
  return ledger;
}

/** The Ready condition, wherever it stands: the original moves what it changes to the end. */
export function readyOf(object: StoredExternalSecret | undefined): StatusCondition | undefined {
  return object?.status?.conditions?.find(({ type }) => type === 'Ready');
}

/** What each plot has to come to. */
export function foreseen(): Record<string, unknown> {
  return Object.fromEntries(plots.map(({ name, reason, data }) => [name, { reason, data }]));
}

interface ManagedFields {
  readonly manager: string;
  readonly operation: string;
  readonly apiVersion: string;
  readonly fieldsV1: unknown;
}

const createdBy = 'reconcile.external-secrets.io/created-by';

function portrait({ metadata, data, type, immutable }: Secret, namespace: string): object {
  const { labels, annotations, ownerReferences, finalizers, managedFields } = metadata;
  const isDrawn = metadata.name === 'generated';
  const annotated = Object.entries(annotations ?? {}).filter(([key]) => !(isDrawn && key.endsWith('data-hash')));
  return {
    labels: labels && { ...labels, ...(labels[createdBy] !== undefined && { [createdBy]: 'a hash of its own' }) },
    annotations: Object.fromEntries(annotated.map(([key, value]) => [key, value.replaceAll(`"${namespace}"`, '"here"')])),
    owners: ownerReferences?.map((owner) => ({ ...owner, uid: 'a uid of its own' })),
    finalizers,
    type,
    immutable,
    data: isDrawn ? Object.keys(data ?? {}) : data,
    managers: (managedFields as readonly ManagedFields[] | undefined)
      ?.map(({ manager, operation, apiVersion, fieldsV1 }) => ({ manager, operation, apiVersion, fieldsV1: generic(fieldsV1) }))
      .toSorted((a, b) => a.manager.localeCompare(b.manager)),
  };
}

/** Owner references are managed by uid. */
function generic(fields: unknown): unknown {
  return JSON.parse(JSON.stringify(fields ?? null).replaceAll(/k:\{\\"uid\\":\\"[^"\\]+\\"\}/g, 'k:uid')) as unknown;
}
