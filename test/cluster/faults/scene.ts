import { rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { sealedSecretCrd, sealedSecretKind } from '@signet/api';
import type { SealedSecretStatus } from '@signet/api';
import { Reflector } from '@signet/kube/cache';
import type { Client, KubeObject, Resource, Secret } from '@signet/kube/client';
import {
  createClient,
  customResourceDefinitions,
  events,
  isAlreadyExists,
  isNotFound,
  namespaces,
  secrets,
  serviceAccounts,
} from '@signet/kube/client';
import { readCertificate, seal } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import { expect } from 'vitest';
import { stringify } from 'yaml';
import { Promised } from '../../chaos/promised.ts';
import type { Plaintext } from '../../chaos/promised.ts';
import type { ControlPlane } from '../../control-plane/control-plane.ts';
import { ControllerProcess } from '../../control-plane/controller-process.ts';
import { makeOwnedDirectory } from '../../control-plane/data-directory.ts';
import { until } from '../../control-plane/until.ts';

/** Whom the controller runs as. */
export const account = { namespace: 'kube-system', name: 'signet' } as const;

const clusterRoleBindings: Resource = {
  group: 'rbac.authorization.k8s.io',
  version: 'v1',
  plural: 'clusterrolebindings',
  kind: 'ClusterRoleBinding',
  namespaced: false,
};

/** What a scene begins with. */
export interface SceneOptions {
  /** The controller's first token. Default: one of an hour. */
  readonly token?: string;
  readonly flags?: readonly string[];
}

/**
 * A controller process on a real control plane, a person who writes SealedSecrets, and a witness who watches the Secrets. The
 * controller reads its token and the certificate authority from files, as in a Pod; the person is an administrator, whom the
 * API server's fairness rules do not touch.
 */
export class Scene implements AsyncDisposable {
  readonly promised: Promised = new Promised();
  readonly plane: ControlPlane;
  readonly namespace: string;
  readonly controller: ControllerProcess;
  readonly #folder: string;
  readonly #certificate: SealingCertificate;
  readonly #person: Client;
  readonly #over = new AbortController();
  readonly #witness: Promise<void>;
  readonly #untouched = new Map<string, string>();
  #writes = 0;

  private constructor(o: {
    readonly plane: ControlPlane;
    readonly namespace: string;
    readonly folder: string;
    readonly controller: ControllerProcess;
    readonly certificate: SealingCertificate;
  }) {
    this.plane = o.plane;
    this.namespace = o.namespace;
    this.controller = o.controller;
    this.#folder = o.folder;
    this.#certificate = o.certificate;
    const { ca: _, ...identity } = o.plane.adminConnection();
    this.#person = createClient({ ...identity, caFile: o.plane.caFile }, { userAgent: 'person', retries: 0 });
    const reflector = new Reflector({ client: this.#person, resource: secrets, namespace: o.namespace });
    reflector.subscribe({
      changed: (secret) => this.promised.sees(secret.metadata.name ?? '', plaintextOf(secret)),
      removed: (secret) => this.promised.sees(secret.metadata.name ?? '', undefined),
    });
    this.#witness = reflector.run(this.#over.signal);
  }

  /** Starts the controller and waits until it is ready and has settled some objects that nobody will touch any more. */
  static async on(plane: ControlPlane, { token, flags = [] }: SceneOptions = {}): Promise<Scene> {
    await install(plane.admin);
    const namespace = `web-${crypto.randomUUID().slice(0, 8)}`;
    await plane.admin.create(namespaces, { metadata: { name: namespace } });
    const folder = await makeOwnedDirectory('signet-faults-');
    await writeFile(join(folder, 'ca.crt'), plane.ca);
    await writeFile(join(folder, 'token'), token ?? (await plane.tokenFor(account)));
    await writeFile(join(folder, 'kubeconfig'), kubeconfig(plane.server));
    const controller = await ControllerProcess.start({
      kubeconfig: join(folder, 'kubeconfig'),
      flags: ['--key-size=2048', '--log-level=debug', ...flags],
    });
    await controller.ready();
    const certificate = readCertificate(await (await fetch(`${controller.url}/v1/cert.pem`)).text());
    const scene = new Scene({ plane, namespace, folder, controller, certificate });
    try {
      await Promise.all(['left', 'right'].map(async (name) => scene.write(`bystander-${name}`, { key: name })));
      await scene.settles();
      for (const [id, version] of await scene.#versions()) scene.#untouched.set(id, version);
    } catch (error) {
      await scene[Symbol.asyncDispose]();
      throw error;
    }
    return scene;
  }

  /** Seals and writes the next generation of an object; goes on until the API server has taken it. */
  async write(name: string, plaintext: Plaintext): Promise<void> {
    const encryptedData: Record<string, string> = {};
    for (const [key, text] of Object.entries(plaintext)) {
      const place = { scope: 'strict', namespace: this.namespace, name } as const;
      encryptedData[key] = await seal(new TextEncoder().encode(text), this.#certificate, place);
    }
    this.promised.asks(name, plaintext);
    this.#writes += 1;
    const attempt = async (): Promise<true> => {
      const live = await this.#get(sealedSecretKind, name);
      const metadata = live?.metadata ?? { namespace: this.namespace, name };
      const object = { apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', ...live, metadata, spec: { encryptedData } };
      if (live) await this.#person.replace(sealedSecretKind, object, { timeoutMs: 5000 });
      else await this.#person.create(sealedSecretKind, object, { timeoutMs: 5000 });
      return true;
    };
    await until(`${name} can be written`, attempt, { withinMs: 60_000, everyMs: 200 });
  }

  /** As kubelet does: written beside, then renamed. */
  async replaceFile(file: 'ca.crt' | 'token', text: string): Promise<void> {
    await writeFile(join(this.#folder, `${file}.next`), text);
    await rename(join(this.#folder, `${file}.next`), join(this.#folder, file));
  }

  /** Waits until every Secret holds the newest values, and every status says so. Nobody helps. */
  async settles(withinMs: number = 45_000): Promise<void> {
    const unsettled = async (): Promise<string[]> => {
      const lines = await Promise.all(this.promised.names.map(async (name) => this.#unsettled(name)));
      return lines.filter((line) => line !== undefined);
    };
    let seen: string[] = [];
    const isSettled = async (): Promise<boolean> => {
      seen = await unsettled();
      return seen.length === 0;
    };
    await until('the system settles by itself', isSettled, { withinMs, everyMs: 200 }).catch((error: unknown) => {
      throw new Error(`${String(error)}\nseen: ${seen.join('\n  ')}\n${this.controller.logs(40)}`);
    });
  }

  /** What must hold after every fault: field practice asks for it, whatever the fault was. */
  async holds(): Promise<void> {
    const logs = this.controller.logs(40);
    expect(this.controller.ending, `the controller does not end\n${logs}`).toBeUndefined();
    expect((await fetch(`${this.controller.url}/healthz`)).status, 'it is alive').toBe(200);
    // The witness may have missed the last word; what it says is settled does not change under this read.
    for (const name of this.promised.names) {
      const secret = await this.#get(secrets, name);
      this.promised.sees(name, secret && plaintextOf(secret));
    }
    expect(this.promised.violations, `each Secret is the old or the new one, whole\n${logs}`).toEqual([]);
    const versions = await this.#versions();
    for (const [id, version] of this.#untouched) expect(versions.get(id), `${id} is not written again`).toBe(version);
    const told = await this.#told();
    const most = this.#writes + 5 * this.promised.names.length;
    expect(told, `no storm of events: at most one of each success, and some of each object's faults`).toBeLessThanOrEqual(most);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort();
    await this.#witness;
    await this.controller.stop();
    await this.#person.close();
    await rm(this.#folder, { recursive: true, force: true });
  }

  async #unsettled(name: string): Promise<string | undefined> {
    if (this.promised.unsettled.includes(name)) return `${name}: the Secret is not the newest`;
    const object = await this.#get(sealedSecretKind, name);
    const status = object?.['status'] as SealedSecretStatus | undefined;
    const synced = status?.conditions?.find((condition) => condition.type === 'Synced');
    const isTold = synced?.status === 'True' && status?.observedGeneration === object?.metadata.generation;
    return isTold ? undefined : `${name}: generation ${object?.metadata.generation}, status ${JSON.stringify(status)}`;
  }

  async #get<T extends KubeObject>(resource: Resource<T>, name: string): Promise<T | undefined> {
    try {
      return await this.#person.get<T>(resource, { namespace: this.namespace, name }, { timeoutMs: 5000 });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  async #versions(): Promise<ReadonlyMap<string, string>> {
    const versions = new Map<string, string>();
    for (const resource of [sealedSecretKind, secrets] as readonly Resource[])
      for await (const page of this.#person.list(resource, { namespace: this.namespace, metadataOnly: true }))
        for (const { metadata } of page.items) versions.set(`${resource.kind} ${metadata.name}`, metadata.resourceVersion ?? '');
    return versions;
  }

  /** How often events were told in the namespace. */
  async #told(): Promise<number> {
    let told = 0;
    for await (const page of this.#person.list(events, { namespace: this.namespace }))
      for (const event of page.items) told += Number(event['count'] ?? 1);
    return told;
  }
}

/** Data of a Secret as text. */
function plaintextOf(secret: Secret): Plaintext {
  return Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));
}

/** What every scene of a control plane shares: the definition, and the account that the controller runs as. Harmless when repeated. */
export async function install(admin: Client): Promise<void> {
  const ensure = async (resource: Resource, object: KubeObject): Promise<void> => {
    await admin.create(resource, object).catch((error: unknown) => {
      if (!isAlreadyExists(error)) throw error;
    });
  };
  await ensure(customResourceDefinitions, sealedSecretCrd() as unknown as KubeObject);
  await ensure(serviceAccounts, { metadata: account });
  await ensure(clusterRoleBindings, {
    metadata: { name: account.name },
    roleRef: { apiGroup: 'rbac.authorization.k8s.io', kind: 'ClusterRole', name: 'cluster-admin' },
    subjects: [{ kind: 'ServiceAccount', ...account }],
  });
  await until('SealedSecrets are served', async () => {
    const { status } = await admin.request({ method: 'GET', path: '/apis/bitnami.com/v1alpha1/sealedsecrets', raw: true });
    return status === 200;
  });
}

function kubeconfig(server: string): string {
  const name = 'faults';
  return stringify({
    apiVersion: 'v1',
    kind: 'Config',
    clusters: [{ name, cluster: { server, 'certificate-authority': 'ca.crt' } }],
    users: [{ name, user: { tokenFile: 'token' } }],
    contexts: [{ name, context: { cluster: name, user: name } }],
    'current-context': name,
  });
}
