import { httpClient } from '@signet/provider/http';
import type { Answer, HttpClient } from '@signet/provider/http';
import { providerErrors } from '@signet/provider';
import type { StoreRoom } from '@signet/provider';
import type { WebhookRequest } from './request.ts';

/** Hosts that are kept connected, if templates make several. */
const maxHosts = 8;
const maxRedirects = 5;

interface Host {
  readonly client: HttpClient;
  calls: number;
}

/** Where a store calls: one client per host that its URL gives. */
export class Endpoints {
  readonly #room: StoreRoom;
  readonly #timeoutMs: number;
  readonly #ca: string | undefined;
  /** The one that was used last is last. */
  readonly #hosts = new Map<string, Host>();
  #isOpen = true;

  constructor(room: StoreRoom, { timeoutMs, ca }: { readonly timeoutMs: number | undefined; readonly ca: string | undefined }) {
    this.#room = room;
    this.#timeoutMs = timeoutMs ?? room.limits.callTimeoutMs;
    this.#ca = ca;
  }

  /** Makes the call; redirects within the host are followed, others refused: what is sent may hold credentials. */
  async call(request: WebhookRequest, signal: AbortSignal): Promise<Answer> {
    let next = request;
    for (let count = 0; ; count++) {
      const answer = await this.#once(next, signal);
      const target = redirectOf(answer, next);
      if (!target) return answer;
      if (target.origin !== request.origin) throw refused('the endpoint sends on to another host, which is not followed');
      if (count === maxRedirects) throw refused(`the endpoint sends on more than ${maxRedirects} times`);
      const keepsMethod = answer.status === 307 || answer.status === 308 || next.method === 'GET';
      next = { ...next, path: target.pathname + target.search, ...(!keepsMethod && { method: 'GET', body: undefined }) };
    }
  }

  async close(): Promise<void> {
    this.#isOpen = false;
    await Promise.all([...this.#hosts.values()].map(({ client }) => client.close()));
  }

  async #once(request: WebhookRequest, signal: AbortSignal): Promise<Answer> {
    if (!this.#isOpen) throw providerErrors.UNAVAILABLE({ because: 'the store is closed' });
    const host = this.#hostOf(request.origin);
    const { method, path, headers, body } = request;
    const began = this.#room.clock.now();
    let ok = false;
    host.calls++;
    try {
      const answer = await host.client.call({ method, path, headers, body, signal });
      ok = true;
      return answer;
    } finally {
      host.calls--;
      this.#room.observe({ provider: 'Webhook', call: 'HTTPRequest', ok, seconds: (this.#room.clock.now() - began) / 1000 });
    }
  }

  #hostOf(origin: string): Host {
    const known = this.#hosts.get(origin);
    const host = known ?? { client: this.#clientFor(origin), calls: 0 };
    this.#hosts.delete(origin);
    if (!known) this.#makeRoom();
    this.#hosts.set(origin, host);
    return host;
  }

  #makeRoom(): void {
    for (const [origin, { client, calls }] of this.#hosts) {
      if (this.#hosts.size < maxHosts) return;
      if (calls > 0) continue;
      this.#hosts.delete(origin);
      void client.close();
    }
  }

  #clientFor(origin: string): HttpClient {
    const { limits, clock, env } = this.#room;
    const { sockets, maxAnswerBytes } = limits;
    return httpClient({ baseUrl: origin, ca: this.#ca, sockets, maxAnswerBytes, callTimeoutMs: this.#timeoutMs, clock, env });
  }
}

function redirectOf({ status, headers }: Answer, from: WebhookRequest): URL | undefined {
  if (![301, 302, 303, 307, 308].includes(status) || !headers['location']) return undefined;
  const target = URL.parse(headers['location'], from.origin + from.path);
  if (!target) throw providerErrors.BAD_ANSWER({ because: `HTTP ${status} to what is no address` });
  return target;
}

function refused(because: string): Error {
  return providerErrors.INVALID_CONFIG({ field: 'webhook.url', because });
}
