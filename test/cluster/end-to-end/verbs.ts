import { join } from 'node:path';
import type { KubeObject, ObjectMeta, Resource, Secret } from '@signet/kube/client';
import { isNotFound, namespaces, secrets } from '@signet/kube/client';
import { sealedSecretKind } from '@signet/api';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { until } from '../../control-plane/until.ts';
import type { CommandOptions } from '../node/command.ts';
import type { Attempt, Program } from './cluster.ts';

/** A condition of a SealedSecret. */
export interface Condition {
  readonly type: string;
  readonly status: string;
  readonly reason: string;
  readonly message?: string;
  readonly lastTransitionTime: string;
  readonly lastUpdateTime: string;
}

/** A SealedSecret as the API server stores it. */
export interface StoredSealedSecret extends KubeObject {
  readonly metadata: ObjectMeta;
  readonly spec: { readonly encryptedData: Record<string, string>; readonly template?: Record<string, unknown> };
  readonly status?: { readonly observedGeneration?: number; readonly conditions?: readonly Condition[] };
}

/** An event, without its bookkeeping. */
export interface Told {
  readonly type: string;
  readonly reason: string;
  readonly message: string;
}

/** A Secret to seal. */
export interface Plain {
  readonly name: string;
  readonly namespace: string;
  readonly values: Readonly<Record<string, string>>;
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
  readonly type?: string;
  readonly immutable?: boolean;
}

/** What people do, with the commands they do it with; what they see is read from the API server. */
export interface Verbs {
  /** Standard output of a command that must succeed. */
  run(program: Program, args: readonly string[], options?: CommandOptions): Promise<string>;
  kubectl(...args: string[]): Promise<string>;
  /** `kubectl apply -f -` of objects, or of text. */
  apply(...objects: (object | string)[]): Promise<string>;
  /** `signet seal` with the certificate that was fetched from the controller. */
  seal(plain: Plain, ...flags: string[]): Promise<StoredSealedSecret>;
  /** Seals, applies, and waits until the controller says Synced. */
  establish(plain: Plain, ...flags: string[]): Promise<StoredSealedSecret>;
  /** A file with the controller's certificate, fetched as users do. */
  certificate(): Promise<string>;
  namespace(name: string): Promise<string>;
  sealed(namespace: string, name: string): Promise<StoredSealedSecret | undefined>;
  secret(namespace: string, name: string): Promise<Secret | undefined>;
  /** Data of a Secret as text; undefined when there is none. */
  data(namespace: string, name: string): Promise<Record<string, string> | undefined>;
  /** Waits until the controller says this about the present generation. @returns the condition */
  synced(namespace: string, name: string, status: 'True' | 'False'): Promise<Condition>;
  /** Events on the SealedSecret of this name. */
  events(namespace: string, name: string): Promise<Told[]>;
  /** Waits for an event. */
  told(namespace: string, name: string, reason: string): Promise<Told>;
  /**
   * Waits until the controller has seen every change of Secrets and SealedSecrets made so far, and has acted on it: a Secret is deleted
   * last, and its return shows it. For tests that something does not happen.
   */
  settled(): Promise<void>;
}

/** What the verbs need. */
export interface VerbOptions {
  readonly plane: ControlPlane;
  readonly home: string;
  readonly attempt: Attempt;
}

interface EventObject extends KubeObject {
  readonly involvedObject: { readonly kind: string; readonly name: string };
}
const eventKind: Resource<EventObject> = { group: '', version: 'v1', plural: 'events', kind: 'Event', namespaced: true };
const sealedSecrets: Resource<StoredSealedSecret> = sealedSecretKind;

/** The verbs on one cluster. */
export function verbsOf({ plane, home, attempt }: VerbOptions): Verbs {
  const { admin } = plane;
  let fetched: Promise<string> | undefined;

  const run: Verbs['run'] = async (program, args, options) => {
    const { code, stdout, stderr } = await attempt(program, args, options);
    if (code !== 0) throw new Error(`${program} ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
    return stdout;
  };
  const certificate = (): Promise<string> => {
    const file = join(home, 'pub.pem');
    fetched ??= run('signet', ['cert', 'fetch', '-w', file]).then(() => file);
    return fetched;
  };
  const apply: Verbs['apply'] = (...objects) => {
    const texts = objects.map((object) => (typeof object === 'string' ? object : JSON.stringify(object)));
    return run('kubectl', ['apply', '-f', '-'], { input: texts.join('\n---\n') });
  };
  const seal: Verbs['seal'] = async (plain, ...flags) => {
    const { name, namespace, values, labels, annotations, type, immutable } = plain;
    const secret = {
      apiVersion: 'v1',
      kind: 'Secret',
      metadata: { name, namespace, ...(labels && { labels }), ...(annotations && { annotations }) },
      ...(type !== undefined && { type }),
      ...(immutable !== undefined && { immutable }),
      stringData: values,
    };
    const args = ['--cert', await certificate(), '--format', 'json', ...flags];
    return JSON.parse(await run('kubeseal', args, { input: JSON.stringify(secret) })) as StoredSealedSecret;
  };
  const optional = async <T>(answer: Promise<T>): Promise<T | undefined> => {
    try {
      return await answer;
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  };
  const sealed: Verbs['sealed'] = (namespace, name) => optional(admin.get(sealedSecrets, { namespace, name }));
  const secret: Verbs['secret'] = (namespace, name) => optional(admin.get(secrets, { namespace, name }));
  const synced: Verbs['synced'] = (namespace, name, status) =>
    until(`SealedSecret ${namespace}/${name} says Synced=${status}`, async () => {
      const object = await sealed(namespace, name);
      const [first] = object?.status?.conditions ?? [];
      const isCurrent = object?.status?.observedGeneration === object?.metadata.generation;
      return isCurrent && first?.type === 'Synced' && first.status === status && first;
    });
  const establish: Verbs['establish'] = async (plain, ...flags) => {
    const object = await seal(plain, ...flags);
    await apply(object);
    const { namespace = '', name = '' } = object.metadata;
    await synced(namespace, name, 'True');
    return object;
  };
  const events: Verbs['events'] = async (namespace, name) => {
    const told: Told[] = [];
    for await (const page of admin.list(eventKind, { namespace })) {
      for (const event of page.items) {
        const { kind, name: about } = event.involvedObject;
        if (kind !== 'SealedSecret' || about !== name) continue;
        told.push({ type: String(event['type']), reason: String(event['reason']), message: String(event['message']) });
      }
    }
    return told;
  };
  const namespace: Verbs['namespace'] = async (name) => {
    await admin.create(namespaces, { metadata: { name } });
    return name;
  };
  let sentinel: Promise<StoredSealedSecret> | undefined;
  let sentinels = 0;

  return {
    run,
    kubectl: (...args) => run('kubectl', args),
    apply,
    seal,
    establish,
    certificate,
    namespace,
    sealed,
    secret,
    data: async (at, name) => {
      const data = (await secret(at, name))?.data;
      return data && Object.fromEntries(Object.entries(data).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));
    },
    synced,
    events,
    told: (at, name, reason) =>
      until(`an event ${reason} on ${at}/${name}`, async () => (await events(at, name)).find((event) => event.reason === reason)),
    settled: async () => {
      sentinel ??= seal({ namespace: 'default', name: 'sentinel', values: { is: 'there' } }, '--scope=cluster-wide');
      // A new one each time: the controller leaves a Secret alone for a while that is deleted again and again.
      const { metadata, ...object } = await sentinel;
      const place = { namespace: 'default', name: `sentinel-${++sentinels}` };
      await admin.create(sealedSecrets, { ...object, metadata: { ...metadata, ...place } });
      await synced(place.namespace, place.name, 'True');
      const uid = (await secret(place.namespace, place.name))?.metadata.uid;
      await admin.delete(secrets, place);
      await until('the deleted sentinel is back', async () => {
        const now = (await secret(place.namespace, place.name))?.metadata.uid;
        return now !== undefined && now !== uid;
      });
    },
  };
}
