import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createClient, customResourceDefinitions, isNotFound, secrets } from '@signet/kube/client';
import type { Client, KubeObject, Resource, Secret } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import type { FaultHook, Sandbox } from '@signet/kube-sandbox';
import { Promised } from './promised.ts';
import type { Plaintext } from './promised.ts';

/** Where the objects of the tests live. */
export const namespace = 'web';
/** Where controllers, keys and the lease live. */
export const home = 'kube-system';

const person = 'person';

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

/** An API server, and where it keeps what it has. */
export interface Ground {
  readonly sandbox: Sandbox;
  readonly directory: string;
}

/** Starts an API server that serves these kinds. */
export async function ground(definitions: readonly object[]): Promise<Ground> {
  const directory = await mkdtemp(join(tmpdir(), 'signet-chaos-'));
  const sandbox = await startSandbox({ dataFile: join(directory, 'cluster'), namespaces: [namespace] });
  const client = createClient(sandbox.connection(), { userAgent: person });
  for (const definition of definitions) await client.create(customResourceDefinitions, definition as KubeObject);
  await client.close();
  return { sandbox, directory };
}

/**
 * An API server that can be stopped and started, a person who writes objects of one kind, and a witness who sees every version of
 * every Secret. Faults set by `disturb` never hit the person and the witness.
 */
export abstract class World {
  readonly promised: Promised = new Promised();
  readonly client: Client;
  readonly port: number;
  readonly #directory: string;
  readonly #over = new AbortController();
  #sandbox: Sandbox;
  #hook: FaultHook | undefined;
  #watching: Promise<void> = Promise.resolve();

  constructor({ sandbox, directory }: Ground) {
    this.#sandbox = sandbox;
    this.#directory = directory;
    this.port = Number(new URL(sandbox.url).port);
    this.client = createClient(sandbox.connection(), { userAgent: person });
    this.#watching = this.#witness();
  }

  /** What the status of an object does not say although everything is as it was asked for; undefined: it says it all. */
  protected abstract untold(name: string): Promise<string | undefined>;

  get sandbox(): Sandbox {
    return this.#sandbox;
  }

  /** Lets the hook decide over the requests of controllers; without one, all pass. */
  disturb(hook?: FaultHook): void {
    this.#hook = hook && ((request) => (request.userAgent.startsWith(person) ? undefined : hook(request)));
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

  /** Goes on until the attempt succeeds: the API server may be away. */
  protected async insist(attempt: () => Promise<unknown>, promise: string): Promise<void> {
    const outcome = async (): Promise<string> =>
      attempt().then(
        () => 'done',
        (error: unknown) => String(error),
      );
    await eventually(outcome, (says) => says === 'done', promise);
  }

  /** Reads an object, undefined when there is none. */
  protected async find(resource: Resource, name: string): Promise<KubeObject | undefined> {
    try {
      return await this.client.get<KubeObject>(resource, { namespace, name });
    } catch (error) {
      if (isNotFound(error)) return undefined;
      throw error;
    }
  }

  /** Waits until every Secret is the newest and every status says so. @throws naming those that are not */
  async settles(patience: Patience = {}): Promise<void> {
    const promise = 'the system settles by itself: newest Secrets, ready, newest generation observed';
    await eventually(
      () => this.promised.unsettled,
      (names) => names.length === 0,
      promise,
      patience,
    );
    const untold = async (): Promise<string[]> => {
      const lines = await Promise.all(this.promised.names.map(async (name) => this.untold(name)));
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
