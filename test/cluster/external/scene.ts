import type { ExternalSecretStatus, StatusCondition } from '@signet/api';
import { clusterSecretStoreKind, externalSecretKind, secretStoreKind } from '@signet/api';
import type { KubeObject, Resource, Secret } from '@signet/kube/client';
import { isNotFound, secrets } from '@signet/kube/client';
import type { OpenBao } from '../../harness/openbao.ts';
import { until } from '../../control-plane/until.ts';
import type { Cluster } from '../end-to-end/cluster.ts';

/** An ExternalSecret as the API server stores it. */
export interface StoredExternalSecret extends KubeObject {
  readonly status?: ExternalSecretStatus;
}

/** An event of the controller. */
export interface Told {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** A namespace of ExternalSecrets, and what people do there; what they see is read from the API server. */
export interface Scene {
  readonly namespace: string;
  /** A SecretStore of the fake provider, applied. */
  fake(name: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** A SecretStore that reads the mount `secret` of an OpenBao with the Secret `token`, applied and Ready. */
  openBao(name: string, bao: OpenBao): Promise<void>;
  /** `kubectl apply` of an ExternalSecret. Its store is `fake`, unless the spec says otherwise. */
  external(name: string, spec: object, metadata?: object): Promise<void>;
  object(name: string): Promise<StoredExternalSecret>;
  /** Waits for a Ready condition about the present generation. @returns the condition */
  ready(name: string, status: 'True' | 'False', reason?: string): Promise<StatusCondition>;
  /** {@link external}, and waits until it is Ready. */
  establish(name: string, spec: object, metadata?: object): Promise<void>;
  secret(name: string): Promise<Secret | undefined>;
  /** Waits until a Secret is as wanted. */
  became(name: string, promised: string, isWanted: (secret: Secret | undefined) => boolean): Promise<void>;
  /** Waits until a Secret has these values, and no others. */
  holds(name: string, values: Readonly<Record<string, string>>): Promise<void>;
  /** Waits until the present refresh is another than this one. */
  refreshedAfter(name: string, refreshTime: string | null | undefined): Promise<void>;
  events(name: string): Promise<Told[]>;
  /** Waits for an event. */
  told(name: string, reason: string): Promise<Told>;
  /** Any object of this namespace, applied. */
  apply(object: KubeObject & { readonly kind: string }): Promise<void>;
  /**
   * Waits until the controller has seen every change of ExternalSecrets and Secrets made so far, and has acted on it: an ExternalSecret is
   * made and its Secret deleted, and that it comes back shows it. For tests that something does not happen.
   */
  settled(): Promise<void>;
}

interface EventObject extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string };
}
const eventKind: Resource<EventObject> = { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };
const externalSecrets: Resource<StoredExternalSecret> = externalSecretKind;
export const apiVersion = 'external-secrets.io/v1';
export { clusterSecretStoreKind, externalSecrets, secretStoreKind };

/** Values of a Secret as text. */
export function textsOf(secret: Secret | undefined): Record<string, string> | undefined {
  if (!secret) return undefined;
  return Object.fromEntries(
    Object.entries(secret.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]),
  );
}

export const base64 = (text: string): string => Buffer.from(text).toString('base64');

/** Makes the namespace, with a fake store `fake` that has `db: first` and `json: {"user":"u","host":"h"}`. */
export async function openScene(cluster: Cluster, namespace: string): Promise<Scene> {
  const { admin } = cluster.plane;
  await cluster.namespace(namespace);
  let sentinels = 0;

  const optional = async <T>(answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const scene: Scene = {
    namespace,
    async fake(name, values) {
      const data = Object.entries(values).map(([key, value]) => ({ key, value }));
      await scene.apply({ apiVersion, kind: 'SecretStore', metadata: { name }, spec: { provider: { fake: { data } } } });
    },
    async openBao(name, bao) {
      await scene.apply({
        apiVersion: 'v1',
        kind: 'Secret',
        metadata: { name: `${name}-token` },
        data: { token: base64(bao.rootToken) },
      });
      const auth = { tokenSecretRef: { name: `${name}-token`, key: 'token' } };
      const provider = { vault: { server: bao.url, path: 'secret', version: 'v2', auth } };
      await scene.apply({ apiVersion, kind: 'SecretStore', metadata: { name }, spec: { provider } });
    },
    async external(name, spec, metadata = {}) {
      await scene.apply({
        apiVersion,
        kind: 'ExternalSecret',
        metadata: { name, ...metadata },
        spec: { secretStoreRef: { name: 'fake' }, ...spec },
      });
    },
    object: (name) => admin.get(externalSecrets, { namespace, name }),
    async ready(name, status, reason) {
      return until(`ExternalSecret ${namespace}/${name} says Ready=${status} ${reason ?? ''}`, async () => {
        const { metadata, status: live } = await scene.object(name);
        const [first] = live?.conditions ?? [];
        const isCurrent = live?.observedGeneration === metadata.generation;
        const isWanted = first?.type === 'Ready' && first.status === status && (reason === undefined || first.reason === reason);
        return isCurrent && isWanted && first;
      });
    },
    async establish(name, spec, metadata) {
      await scene.external(name, spec, metadata);
      await scene.ready(name, 'True');
    },
    secret: (name) => optional(admin.get(secrets, { namespace, name })),
    async became(name, promised, isWanted) {
      await until(promised, async () => isWanted(await scene.secret(name)));
    },
    async holds(name, values) {
      const wanted = JSON.stringify(Object.entries(values).toSorted());
      await scene.became(name, `the Secret ${name} holds ${Object.keys(values).join(', ')}`, (secret) => {
        return JSON.stringify(Object.entries(textsOf(secret) ?? {}).toSorted()) === wanted;
      });
    },
    async refreshedAfter(name, refreshTime) {
      await until(`ExternalSecret ${namespace}/${name} is refreshed`, async () => {
        const now = (await scene.object(name)).status?.refreshTime;
        return typeof now === 'string' && now !== refreshTime;
      });
    },
    async events(name) {
      const told: Told[] = [];
      for await (const page of admin.list(eventKind, { namespace }))
        for (const event of page.items) {
          const { kind, name: about } = event.involvedObject;
          if (kind !== 'ExternalSecret' || about !== name) continue;
          told.push({ type: String(event['type']), reason: String(event['reason']), message: String(event['message']) });
        }
      return told;
    },
    told: (name, reason) =>
      until(`an event ${reason} on ${namespace}/${name}`, async () =>
        (await scene.events(name)).find((event) => event.reason === reason),
      ),
    async apply(object) {
      await cluster.apply({ ...object, metadata: { namespace, ...object.metadata } });
    },
    async settled() {
      const name = `sentinel-${++sentinels}`;
      await admin.create(externalSecrets, {
        metadata: { namespace, name },
        spec: { secretStoreRef: { name: 'fake' }, dataFrom: [{ extract: { key: 'json' } }] },
      });
      await scene.ready(name, 'True');
      const uid = (await scene.secret(name))?.metadata.uid;
      await admin.delete(secrets, { namespace, name });
      await scene.became(name, 'the deleted sentinel is back', (secret) => secret !== undefined && secret.metadata.uid !== uid);
    },
  };
  await scene.fake('fake', { db: 'first', json: '{"user":"u","host":"h"}' });
  return scene;
}
