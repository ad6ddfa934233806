import type { StoreRoom } from '@signet/provider';
import type { Keys } from './credentials/keys.ts';
import { markOfLogin } from './credentials/login.ts';
import type { Login } from './credentials/login.ts';
import { faultOfSdk } from './fault.ts';
import type { RequestHandler } from './transport.ts';

/** What a client of the SDK is made with. Everything that it would look up in environment and files is given. */
export interface ClientSettings {
  readonly region: string;
  readonly endpoint?: string;
  readonly credentials: () => Promise<{ accessKeyId: string; secretAccessKey: string; sessionToken?: string }>;
  readonly requestHandler: RequestHandler;
  readonly maxAttempts: 1;
  readonly retryMode: 'standard';
  readonly defaultsMode: 'standard';
  readonly useFipsEndpoint: boolean;
  readonly useDualstackEndpoint: boolean;
  readonly userAgentAppId: 'signet';
  readonly authSchemePreference: string[];
  readonly ignoreConfiguredEndpointUrls: true;
  readonly disableClockSkewCorrection: false;
}

/** What a service is made of. `C`: the SDK's client. */
export interface ServiceOptions<C> {
  /** As the metrics of external-secrets call it: `AWS/SecretsManager`. */
  readonly provider: string;
  readonly region: string;
  readonly endpoint: string | undefined;
  readonly room: Pick<StoreRoom, 'clock' | 'env' | 'observe'>;
  readonly handler: RequestHandler;
  /** Absent: the calls of this service are not signed. */
  readonly login?: Login | undefined;
  /** Loads the SDK and makes a client. */
  readonly connect: (settings: ClientSettings) => Promise<C>;
}

/** What a call is told. */
export interface CallOptions {
  /** `GetSecretValue`. */
  readonly call: string;
  /** What it is about, as the user wrote it, for errors. */
  readonly key: string;
  readonly signal: AbortSignal;
}

/** One service of AWS as one store uses it: signed with its login, measured, with errors that say what to do. */
export class Service<C> {
  readonly #options: ServiceOptions<C>;
  /** A client signs with one set of keys; it goes with them. */
  readonly #clients = new WeakMap<object, Promise<C>>();

  constructor(options: ServiceOptions<C>) {
    this.#options = options;
  }

  /**
   * Makes one call; a second time with new keys when the service does not accept the first, or when it told the time.
   *
   * @throws errors of the provider; the signal's reason
   */
  async call<T>(send: (client: C, abort: { readonly abortSignal: AbortSignal }) => Promise<T>, options: CallOptions): Promise<T> {
    const { login } = this.#options;
    const keys = await login?.keys(options.signal);
    const first = await this.#attempt(keys, send, options);
    if ('answer' in first) return first.answer;
    if (first.mend === 'clock') return this.#last(keys, send, options);
    if (first.mend !== 'login' || !login || !keys) throw first.error;
    const others = await login.insteadOf(keys, options.signal);
    if (!others) throw markOfLogin(first.error);
    const second = await this.#attempt(others, send, options);
    if ('answer' in second) return second.answer;
    if (second.mend !== 'login') throw second.error;
    login.pause();
    throw markOfLogin(second.error);
  }

  async #last<T>(keys: Keys | undefined, send: Send<C, T>, options: CallOptions): Promise<T> {
    const outcome = await this.#attempt(keys, send, options);
    if ('answer' in outcome) return outcome.answer;
    throw outcome.error;
  }

  async #attempt<T>(keys: Keys | undefined, send: Send<C, T>, { call, key, signal }: CallOptions): Promise<Outcome<T>> {
    const { room, provider } = this.#options;
    const client = await this.#client(keys);
    const begin = room.clock.now();
    const observe = (ok: boolean): void => room.observe({ provider, call, ok, seconds: (room.clock.now() - begin) / 1000 });
    try {
      const answer = await send(client, { abortSignal: signal });
      observe(true);
      return { answer };
    } catch (thrown) {
      observe(false);
      signal.throwIfAborted();
      return faultOfSdk(thrown, { call, key, now: room.clock.now() });
    }
  }

  #client(keys: Keys | undefined): Promise<C> {
    const holder = keys ?? this;
    let client = this.#clients.get(holder);
    if (!client) {
      client = this.#options.connect(this.#settings(keys));
      this.#clients.set(holder, client);
    }
    return client;
  }

  #settings(keys: Keys | undefined): ClientSettings {
    const { region, endpoint, handler, room } = this.#options;
    // A given address is taken as it is.
    const isChosen = (variable: string): boolean => endpoint === undefined && room.env[variable] === 'true';
    return {
      region,
      ...(endpoint !== undefined && { endpoint }),
      // Unsigned calls never ask for them.
      credentials: async () => keys?.forSigner() ?? { accessKeyId: '', secretAccessKey: '' },
      requestHandler: handler,
      maxAttempts: 1,
      retryMode: 'standard',
      defaultsMode: 'standard',
      useFipsEndpoint: isChosen('AWS_USE_FIPS_ENDPOINT'),
      useDualstackEndpoint: isChosen('AWS_USE_DUALSTACK_ENDPOINT'),
      userAgentAppId: 'signet',
      authSchemePreference: [],
      ignoreConfiguredEndpointUrls: true,
      disableClockSkewCorrection: false,
    };
  }
}

type Send<C, T> = (client: C, abort: { readonly abortSignal: AbortSignal }) => Promise<T>;
type Outcome<T> = { readonly answer: T } | ReturnType<typeof faultOfSdk>;
