import type { Client, PatchOptions, RawRequest, WriteOptions } from './client.ts';
import type { Clock } from './clock.ts';
import { systemClock } from './clock.ts';
import type { Connection } from './connection.ts';
import { jsonObject } from './json.ts';
import { listPages } from './list.ts';
import type { Logger } from './logger.ts';
import { silentLogger } from './logger.ts';
import { acceptMetadata, onlyMetadata } from './metadata-only.ts';
import type { KubeObject, ObjectRef } from './object.ts';
import { creationPath, objectPath } from './path.ts';
import type { Resource } from './resource.ts';
import { apiVersionOf } from './resource.ts';
import type { Outgoing } from './transport.ts';
import { createTransport } from './transport.ts';
import { watchEvents } from './watch.ts';

/** Options of {@link createClient}. */
export interface ClientOptions {
  /** Default `signet`. */
  readonly userAgent?: string | undefined;
  /** Requests per second this client allows itself. 0 (the default) or less: no limit, the API server's own fairness rules. */
  readonly qps?: number | undefined;
  /** Requests that may be made at once before `qps` bites. Default twice `qps`. */
  readonly burst?: number | undefined;
  /** How often a failed request is tried again, where that is safe. Default 4. */
  readonly retries?: number | undefined;
  readonly clock?: Clock | undefined;
  /** In [0, 1). Default Math.random. */
  readonly random?: (() => number) | undefined;
  readonly logger?: Logger | undefined;
}

const patchTypes: Readonly<Record<PatchOptions['type'], string>> = {
  merge: 'application/merge-patch+json',
  json: 'application/json-patch+json',
  strategic: 'application/strategic-merge-patch+json',
};

const idempotent: ReadonlySet<string> = new Set<RawRequest['method']>(['GET', 'HEAD']);

function refOf(object: KubeObject): ObjectRef {
  return { namespace: object.metadata.namespace, name: object.metadata.name ?? '' };
}

function writeQuery(options: WriteOptions | undefined): Record<string, string | undefined> {
  return { fieldManager: options?.fieldManager, dryRun: options?.dryRun ? 'All' : undefined };
}

/**
 * Makes a client. Nothing is connected before the first call; `close()` cuts what is open.
 *
 * @example
 * const client = createClient(await loadConnection(), { userAgent: 'signet-controller/0.1.0' });
 * for await (const page of client.list(secrets, { namespace: 'web' })) console.log(page.items.length);
 */
export function createClient(connection: Connection, options: ClientOptions = {}): Client {
  const qps = options.qps ?? 0;
  const transport = createTransport({
    connection,
    userAgent: options.userAgent ?? 'signet',
    qps,
    burst: options.burst ?? qps * 2,
    retries: options.retries ?? 4,
    clock: options.clock ?? systemClock,
    random: options.random ?? Math.random,
    logger: options.logger ?? silentLogger,
  });

  const call = async <T extends KubeObject>(outgoing: Outgoing): Promise<T> => {
    const response = await transport.send(outgoing);
    return jsonObject(response.body, outgoing.method, outgoing.path) as T;
  };
  const json = { 'content-type': 'application/json' };

  const put = <T extends KubeObject>(resource: Resource<T>, object: T, subresource?: string, o?: WriteOptions): Promise<T> =>
    call<T>({
      method: 'PUT',
      path: objectPath(resource, refOf(object), subresource),
      query: writeQuery(o),
      headers: json,
      body: JSON.stringify(typed(resource, object)),
      repeatable: Boolean(object.metadata.resourceVersion),
      signal: o?.signal,
      timeoutMs: o?.timeoutMs,
      retries: o?.retries,
    });

  return {
    async get<T extends KubeObject>(resource: Resource<T>, ref: ObjectRef, o: Parameters<Client['get']>[2] = {}): Promise<T> {
      const object = await call<T>({
        method: 'GET',
        path: objectPath(resource, ref),
        query: { resourceVersion: o.resourceVersion },
        headers: o.metadataOnly ? { accept: acceptMetadata('PartialObjectMetadata') } : {},
        repeatable: true,
        signal: o.signal,
        timeoutMs: o.timeoutMs,
        retries: o.retries,
      });
      return o.metadataOnly ? onlyMetadata(resource, object) : object;
    },

    list: (resource, o) => listPages(transport, resource, o),
    watch: (resource, o) => watchEvents(transport, resource, o),

    create: async (resource, object, o) =>
      call({
        method: 'POST',
        path: creationPath(resource, object.metadata.namespace),
        query: writeQuery(o),
        headers: json,
        body: JSON.stringify(typed(resource, object)),
        repeatable: false,
        signal: o?.signal,
        timeoutMs: o?.timeoutMs,
        retries: o?.retries,
      }),

    replace: async (resource, object, o) => put(resource, object, undefined, o),
    replaceStatus: async (resource, object, o) => put(resource, object, 'status', o),

    patch: async (resource, ref, body, o) =>
      call({
        method: 'PATCH',
        path: objectPath(resource, ref, o.subresource),
        query: writeQuery(o),
        headers: { 'content-type': patchTypes[o.type] },
        body: JSON.stringify(body),
        repeatable: false,
        signal: o.signal,
        timeoutMs: o.timeoutMs,
        retries: o.retries,
      }),

    apply: async (resource, object, o) =>
      call({
        method: 'PATCH',
        path: objectPath(resource, refOf(object), o.subresource),
        query: { ...writeQuery(o), force: o.force ? 'true' : undefined },
        // JSON is YAML; the content type is what makes it an apply.
        headers: { 'content-type': 'application/apply-patch+yaml' },
        body: JSON.stringify(typed(resource, object)),
        repeatable: false,
        signal: o.signal,
        timeoutMs: o.timeoutMs,
        retries: o.retries,
      }),

    async delete(resource, ref, o = {}) {
      const conditional = o.uid !== undefined || o.resourceVersion !== undefined;
      await transport.send({
        method: 'DELETE',
        path: objectPath(resource, ref),
        headers: json,
        body: JSON.stringify({
          apiVersion: 'v1',
          kind: 'DeleteOptions',
          ...(o.propagation ? { propagationPolicy: o.propagation } : {}),
          ...(conditional ? { preconditions: { uid: o.uid, resourceVersion: o.resourceVersion } } : {}),
        }),
        repeatable: conditional,
        signal: o.signal,
        timeoutMs: o.timeoutMs,
        retries: o.retries,
      });
    },

    request: async (raw) => transport.send({ ...raw, repeatable: idempotent.has(raw.method) }),
    close: () => transport.close(),
  };
}

/** The object with the apiVersion and kind that writing needs, where it lacks them. */
function typed<T extends KubeObject>(resource: Resource<T>, object: T): T {
  return object.apiVersion && object.kind ? object : { ...object, apiVersion: apiVersionOf(resource), kind: resource.kind };
}
