import { providerErrors } from '@signet/provider';
import type { Document, Fetched, RemoteRef, SecretStore, StoreRoom } from '@signet/provider';
import { faultOf } from '@signet/provider/http';
import type { Answer } from '@signet/provider/http';
import { answerDocument, refuseOtherThanJson } from './answer-document.ts';
import type { WebhookConfig } from './config.ts';
import { Endpoints } from './endpoints.ts';
import { render, requestFor } from './request.ts';
import type { TemplateData } from './request.ts';

/** What a store reads of the cluster once: it is opened anew when that changes. */
interface Ready {
  readonly endpoints: Endpoints;
  readonly data: TemplateData;
}

/** The label that says of a Secret that webhook stores may use it. */
const typeLabel = 'external-secrets.io/type';

/** A store that asks an endpoint for each secret. */
export class WebhookStore implements SecretStore {
  readonly batchSize = 1;
  readonly #config: WebhookConfig;
  readonly #room: StoreRoom;
  readonly #closing = new AbortController();
  #ready: Promise<Ready> | undefined;

  constructor(config: WebhookConfig, room: StoreRoom) {
    this.#config = config;
    this.#room = room;
  }

  /** Fields of the reference that no template reads do not matter. The property matters to the answer only when the request has it. */
  identify({ key, version, property, metadata }: RemoteRef): string {
    const { url, body, headers, jsonPath } = this.#config;
    const request = [url, body, ...headers.values()].map((each) => each?.text ?? '').join('\n');
    const all = `${request}\n${jsonPath?.text ?? ''}`;
    return JSON.stringify([
      reads(all, 'key') ? key : '',
      reads(all, 'version') ? version || '' : '',
      reads(request, 'property') ? property || '' : '',
      ...(metadata ? ['metadata'] : []),
    ]);
  }

  async fetch(refs: readonly RemoteRef[], signal: AbortSignal): Promise<readonly Fetched[]> {
    const { endpoints, data } = await this.#enter(signal);
    const { signal: closing } = this.#closing;
    return Promise.all(refs.map(async (ref) => this.#read(ref, { endpoints, data }, AbortSignal.any([signal, closing]))));
  }

  async find(): Promise<never> {
    throw unsupported('find secrets');
  }

  /** The endpoint is not called: what it would do is not known. What the store needs of the cluster is read. */
  async validate(signal: AbortSignal): Promise<'unknown'> {
    await this.#enter(signal);
    return 'unknown';
  }

  async close(): Promise<void> {
    if (this.#closing.signal.aborted) return;
    this.#closing.abort(providerErrors.UNAVAILABLE({ because: 'the store is closed' }));
    const ready = await this.#ready?.catch(() => undefined);
    await ready?.endpoints.close();
  }

  /** One reading of credentials for all who wait; one that failed is forgotten. */
  async #enter(signal: AbortSignal): Promise<Ready> {
    signal.throwIfAborted();
    this.#closing.signal.throwIfAborted();
    const entering = (this.#ready ??= this.#prepare().catch((error: unknown) => {
      this.#ready = undefined;
      throw error;
    }));
    return unlessAborted(entering, signal);
  }

  async #prepare(): Promise<Ready> {
    const { signal } = this.#closing;
    const { credentials, clock, namespace } = this.#room;
    const { caBundle, caProvider, timeoutMs } = this.#config;
    const ca = caBundle ?? (caProvider && (await credentials.certificateAuthority(caProvider, signal)));
    const secrets = new Map<string, ReadonlyMap<string, Uint8Array>>();
    for (const { name, selector } of this.#config.secrets) {
      const { labels, data } = await credentials.secret(selector, signal);
      if (labels[typeLabel] !== 'webhook') {
        const because = `it may be used by webhook stores only with the label ${typeLabel}=webhook`;
        throw providerErrors.CREDENTIALS_MISSING({ what: `Secret "${selector.name}"`, because });
      }
      secrets.set(name, new Map([...(secrets.get(name) ?? []), ...data]));
    }
    return {
      endpoints: new Endpoints(this.#room, { timeoutMs, ca }),
      data: { namespace: namespace ?? '', secrets, now: () => clock.now() },
    };
  }

  async #read(ref: RemoteRef, { endpoints, data }: Ready, signal: AbortSignal): Promise<Document | Error> {
    if (ref.metadata) return unsupported('give metadata of a secret');
    const answer = await endpoints.call(requestFor(this.#config, ref, data), signal);
    const fault = this.#faultOf(answer, ref);
    if (fault) return fault;
    const { jsonPath } = this.#config;
    if (jsonPath) refuseOtherThanJson(answer.body);
    return answerDocument({
      key: ref.key,
      body: answer.body,
      jsonPath: (property) => jsonPath && Buffer.from(render(jsonPath, { ...ref, property }, data)).toString('utf8'),
    });
  }

  /** Returned: the trouble of this reference. Thrown: that of the endpoint. */
  #faultOf(answer: Answer, { key }: RemoteRef): Error | undefined {
    const { status } = answer;
    if (status >= 200 && status < 300) return undefined;
    if (status === 404) return providerErrors.NOT_FOUND({ key });
    if (status === 304) {
      const because = 'the endpoint answered HTTP 304, which brings no value; do not send If-None-Match or If-Modified-Since';
      return providerErrors.INVALID_CONFIG({ field: 'webhook.headers', because });
    }
    const fault = faultOf(answer, this.#room.clock.now(), 'webhook');
    if (!fault) return providerErrors.BAD_ANSWER({ because: `HTTP ${status}` });
    if (status === 429 || status === 408 || status >= 500) throw fault;
    return fault;
  }
}

/** Whether templates may read this field of `remoteRef`: it is named, or `remoteRef` is taken as a whole. */
function reads(templates: string, field: string): boolean {
  if (!templates.includes('{{')) return false;
  return (
    new RegExp(`\\b${field}\\b`).test(templates) ||
    /remoteRef(?!\.[a-z])/.test(templates) ||
    /[\s({|][.$](?=[\s)}|])/.test(templates)
  );
}

async function unlessAborted<T>(waited: Promise<T>, signal: AbortSignal): Promise<T> {
  let onAbort: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    onAbort = () => reject(signal.reason as Error);
    signal.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([waited, aborted]);
  } finally {
    if (onAbort) signal.removeEventListener('abort', onAbort);
  }
}

function unsupported(what: string): Error {
  return providerErrors.UNSUPPORTED({ what, store: 'webhook' });
}
