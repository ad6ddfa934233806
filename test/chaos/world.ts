import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sealedSecretCrd, sealedSecretKind } from '@signet/api';
import type { SealedSecretStatus } from '@signet/api';
import { createClient, customResourceDefinitions, isNotFound, secrets } from '@signet/kube/client';
import type { Client, KubeObject, Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { FaultHook, Sandbox } from '@signet/kube-sandbox';
import { readCertificate, seal } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import { Promised } from './promised.ts';
import type { Plaintext } from './promised.ts';

/** Where the SealedSecrets of the tests live. */
export const namespace = 'web';
/** Where controllers, keys and the lease live. */
export const home = 'kube-system';

const activeKeys = 'sealedsecrets.bitnami.com/sealed-secrets-key=active';
const sealedPath = `/apis/bitnami.com/v1alpha1/namespaces/${namespace}/sealedsecrets`;

/** Patience of {@link eventually}. */
export interface Patience {
  /** Default 25 000. */
  readonly withinMs?: number;
  /** Default 20. */
  readonly everyMs?: number;
}

/** Asks until the answer is wanted. @throws with the promise and the last answer */
export async function eventually<T>(
  ask: () => Promise<T> | T,
  isWanted: (answer: T) => boolean,
  promise: string,
  { withinMs = 25_000, everyMs = 20 }: Patience = {},
): Promise<T> {
  const until = Date.now() + withinMs;
  for (;;) {
    const answer = await ask();
    if (isWanted(answer)) return answer;
    if (Date.now() > until) throw new Error(`promised: ${promise}; seen: ${JSON.stringify(answer)}`);
    await pause(everyMs);
  }
}

/** Waits by the machine's clock. */
export async function pause(ms: number): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ms));
}

/** Data of a Secret as text. */
function plaintextOf(secret: Secret): Plaintext {
  return Object.fromEntries(Object.entries(secret.data ?? {}).map(([key, text]) => [key, Buffer.from(text, 'base64').toString()]));
}

/**
 * An API server that can be stopped and started, a person who writes SealedSecrets, and a witness who sees every version of
 * every Secret. Faults set by `disturb` never hit the person and the witness.
 */
export class World {
  readonly promised: Promised = new Promised();
  readonly client: Client;
  readonly port: number;
  readonly #directory: string;
  readonly #over = new AbortController();
  #sandbox: Sandbox;
  #hook: FaultHook | undefined;
  #watching: Promise<void> = Promise.resolve();
  #certificate: SealingCertificate | undefined;

  private constructor(sandbox: Sandbox, directory: string) {
    this.#sandbox = sandbox;
    this.#directory = directory;
    this.port = Number(new URL(sandbox.url).port);
    this.client = createClient(sandbox.connection(), { userAgent: 'person' });
  }

  static async start(): Promise<World> {
    const directory = await mkdtemp(join(tmpdir(), 'signet-chaos-'));
    const world = new World(await startSandbox({ dataFile: join(directory, 'cluster'), namespaces: [namespace] }), directory);
    await world.client.create(customResourceDefinitions, sealedSecretCrd() as unknown as KubeObject);
    world.#watching = world.#witness();
    return world;
  }

  get sandbox(): Sandbox {
    return this.#sandbox;
  }

  /** Lets the hook decide over the requests of controllers; without one, all pass. */
  disturb(hook?: FaultHook): void {
    this.#hook = hook && ((request) => (isOfTest(request.method, request.path) ? undefined : hook(request)));
    this.#sandbox.intercept(this.#hook);
  }

  /** The API server is away for a while, and comes back at the same address with what it had. */
  async restartApi(awayMs: number): Promise<void> {
    const stopped = this.#sandbox.stop();
    // a connection whose handshake was under way would keep the server from closing
    const dropping = setInterval(() => this.#sandbox.dropConnections(), 10);
    await stopped.finally(() => clearInterval(dropping));
    await pause(awayMs);
    this.#sandbox = await startSandbox({ dataFile: join(this.#directory, 'cluster'), port: this.port });
    this.#sandbox.intercept(this.#hook);
  }

  /** Takes the certificate to seal with from a controller. */
  async trust(controllerUrl: string): Promise<void> {
    this.#certificate = readCertificate(await (await fetch(`${controllerUrl}/v1/cert.pem`)).text());
  }

  /** Takes the certificate from the key that a controller has stored, as soon as there is one. */
  async trustStoredKey(): Promise<void> {
    const stored = async (): Promise<string | undefined> => {
      for await (const { items } of this.client.list(secrets, { namespace: home, labelSelector: activeKeys }))
        for (const { data } of items) return Buffer.from(data?.['tls.crt'] ?? '', 'base64').toString();
      return undefined;
    };
    this.#certificate = readCertificate((await eventually(stored, (pem) => pem !== undefined, 'there is a key')) as string);
  }

  /** Seals and writes the next generation; goes on until it is written. */
  async write(name: string, plaintext: Plaintext): Promise<void> {
    const encryptedData = await this.sealed(name, plaintext);
    this.promised.asks(name, plaintext);
    const attempt = async (): Promise<string> => {
      try {
        const live = await this.sealedSecret(name);
        if (live) await this.client.replace(sealedSecretKind, { ...live, spec: { encryptedData } });
        else await this.post(name, encryptedData);
        return 'written';
      } catch (error) {
        return String(error);
      }
    };
    await eventually(attempt, (outcome) => outcome === 'written', `${name} can be written`);
  }

  /** Seals and creates, once. */
  async create(name: string, plaintext: Plaintext): Promise<void> {
    const encryptedData = await this.sealed(name, plaintext);
    this.promised.asks(name, plaintext);
    await this.post(name, encryptedData);
  }

  /** Creates a SealedSecret of items that are sealed already. */
  async post(name: string, encryptedData: Readonly<Record<string, string>>): Promise<void> {
    const metadata = { name, namespace };
    await this.client.create(sealedSecretKind, {
      apiVersion: 'bitnami.com/v1alpha1',
      kind: 'SealedSecret',
      metadata,
      spec: { encryptedData },
    });
  }

  async sealed(name: string, plaintext: Plaintext): Promise<Record<string, string>> {
    const certificate = this.#certificate;
    if (!certificate) throw new Error('no certificate yet: call trust() first');
    const items = Object.entries(plaintext).map(async ([key, text]): Promise<[string, string]> => {
      return [key, await seal(new TextEncoder().encode(text), certificate, { scope: 'strict', namespace, name })];
    });
    return Object.fromEntries(await Promise.all(items));
  }

  async sealedSecret(name: string): Promise<KubeObject | undefined> {
    try {
      return await this.client.get<KubeObject>(sealedSecretKind, { namespace, name });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Waits until every Secret is the newest and every status says so. @throws naming those that are not */
  async settles(patience: Patience = {}): Promise<void> {
    const promise = 'the system settles by itself: newest Secrets, Synced, newest generation observed';
    await eventually(
      () => this.promised.unsettled,
      (names) => names.length === 0,
      promise,
      patience,
    );
    const untold = async (): Promise<string[]> => {
      const lines = await Promise.all(this.promised.names.map(async (name) => this.#untold(name)));
      return lines.filter((line) => line !== undefined);
    };
    await eventually(untold, (lines) => lines.length === 0, promise, patience);
  }

  async stop(): Promise<void> {
    this.#over.abort();
    await this.#watching;
    await this.client.close();
    await this.#sandbox.stop();
    await rm(this.#directory, { recursive: true });
  }

  async #untold(name: string): Promise<string | undefined> {
    const object = await this.sealedSecret(name);
    const status = object?.['status'] as SealedSecretStatus | undefined;
    const synced = status?.conditions?.find((condition) => condition.type === 'Synced');
    const isTold = synced?.status === 'True' && status?.observedGeneration === object?.metadata.generation;
    return isTold ? undefined : `${name}: generation ${object?.metadata.generation}, status ${JSON.stringify(status)}`;
  }

  /** Sees every version of every Secret in the namespace; after a gap in history, at least the present ones. */
  async #witness(): Promise<void> {
    const { signal } = this.#over;
    let from: string | undefined;
    while (!signal.aborted) {
      try {
        from ??= await this.#look();
        for await (const { type, object } of this.client.watch(secrets, { namespace, resourceVersion: from, signal })) {
          from = object.metadata.resourceVersion;
          if (type !== 'BOOKMARK')
            this.promised.sees(object.metadata.name as string, type === 'DELETED' ? undefined : plaintextOf(object));
        }
      } catch (error) {
        if ((error as { status?: number }).status === 410) from = undefined;
        await pause(20);
      }
    }
  }

  async #look(): Promise<string> {
    const missing = new Set(this.promised.names);
    let from = '';
    for await (const page of this.client.list(secrets, { namespace, signal: this.#over.signal })) {
      for (const secret of page.items) {
        missing.delete(secret.metadata.name as string);
        this.promised.sees(secret.metadata.name as string, plaintextOf(secret));
      }
      from = page.resourceVersion;
    }
    for (const name of missing) this.promised.sees(name, undefined);
    return from;
  }
}

/** Controllers watch all namespaces and write a SealedSecret only below `/status`; what else is asked is the test's. */
function isOfTest(method: string, path: string): boolean {
  if (path === `/api/v1/namespaces/${namespace}/secrets`) return method === 'GET';
  return path === sealedPath || (path.startsWith(`${sealedPath}/`) && !path.endsWith('/status'));
}
