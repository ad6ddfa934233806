import type {
  Clock,
  Configured,
  Document,
  Fetched,
  FindQuery,
  Provider,
  RemoteRef,
  SecretStore,
  StoreRoom,
} from '@signet/provider';
import { comeBack, providerErrors, Registry } from '@signet/provider';

/** What a {@link ScriptedBackend} does when it is called. */
export type Mood = 'up' | 'down' | 'hanging' | 'throttling' | 'denying';

/** What stands below `spec.provider.scripted`. */
export interface ScriptedConfig {
  /** The Secret with the password, key `password`. */
  readonly secret?: { readonly name: string; readonly namespace?: string };
  readonly referent?: boolean;
  readonly batchSize?: number;
  readonly validity?: 'ready' | 'unknown';
  readonly server?: string;
}

/** A backend in memory, in whatever mood a test wants it, that counts what it is asked. */
export class ScriptedBackend {
  readonly values = new Map<string, string>();
  /** Passwords that are accepted; undefined: all. */
  accepts: ReadonlySet<string> | undefined;
  mood: Mood = 'up';
  /** By key, before the mood of the whole. */
  readonly moods = new Map<string, Mood>();
  retryAfterMs: number | undefined;
  latencyMs = 0;
  /** Calls that one search takes, each with the latency and observed. */
  searchCalls = 1;
  /** How long a hanging call lasts before it is given up, as a provider does by its own timeout. */
  hangsForMs = 3_600_000;
  /** Each call, the logins apart. */
  readonly calls: { readonly at: number; readonly what: string; readonly keys: readonly string[]; readonly password: string }[] =
    [];
  /** Password of each login. */
  readonly logins: string[] = [];
  closed = 0;
  busy = 0;
  mostBusy = 0;
  readonly #clock: Clock;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Only this provider, under the name `scripted`. */
  registry(): Registry {
    return new Registry({ scripted: async () => this.provider() });
  }

  provider(): Provider {
    return {
      name: 'scripted',
      capabilities: 'ReadWrite',
      problems: () => [],
      configure: (config, store): Configured => {
        const given = config as ScriptedConfig & { readonly wrong?: string };
        if (given.wrong !== undefined)
          throw providerErrors.INVALID_CONFIG({ field: 'spec.provider.scripted.wrong', because: 'it is set' });
        const isReferent = given.referent === true && store.kind === 'ClusterSecretStore';
        return { isReferent, open: (room) => this.#open(given, room) };
      },
    };
  }

  /** One call to it. */
  async call(what: string, keys: readonly string[], password: string, signal: AbortSignal): Promise<void> {
    this.calls.push({ at: this.#clock.now(), what, keys, password });
    this.mostBusy = Math.max(this.mostBusy, ++this.busy);
    try {
      if (this.latencyMs > 0) await this.#clock.sleep(this.latencyMs, signal);
      const [only] = keys;
      await this.#feel((keys.length === 1 && this.moods.get(only ?? '')) || this.mood, signal);
    } finally {
      this.busy -= 1;
    }
  }

  async #feel(mood: Mood, signal: AbortSignal): Promise<void> {
    switch (mood) {
      case 'up':
        return;
      case 'down':
        throw providerErrors.UNAVAILABLE({ because: '503' });
      case 'hanging':
        await this.#clock.sleep(this.hangsForMs, signal);
        throw providerErrors.UNAVAILABLE({ because: 'it has not answered in time' });
      case 'throttling': {
        const error = providerErrors.THROTTLED({ because: '429' });
        throw this.retryAfterMs === undefined ? error : comeBack(error, this.retryAfterMs);
      }
      case 'denying':
        throw providerErrors.ACCESS_DENIED({ because: '403' });
    }
  }

  #open(config: ScriptedConfig, room: StoreRoom): SecretStore {
    let login: Promise<string> | undefined;
    const password = async (signal: AbortSignal): Promise<string> => {
      login ??= this.#login(config, room, signal);
      login.catch(() => (login = undefined));
      return login;
    };
    return {
      batchSize: config.batchSize ?? 1,
      identify: ({ key, version = '' }) => `${key}@${version}`,
      fetch: async (refs: readonly RemoteRef[], signal): Promise<readonly Fetched[]> => {
        const keys = refs.map(({ key }) => key);
        await this.call('fetch', keys, await password(signal), signal);
        return keys.map((key) => documentOf(this.values.get(key)) ?? providerErrors.NOT_FOUND({ key }));
      },
      find: async ({ name = '' }: FindQuery, signal): Promise<ReadonlyMap<string, Uint8Array>> => {
        for (let count = 0; count < this.searchCalls; count++) {
          await this.call('find', [name], await password(signal), signal);
          room.observe({ provider: 'Scripted', call: 'find', ok: true, seconds: this.latencyMs / 1000 });
        }
        return new Map([...this.values].filter(([key]) => key.includes(name)).map(([key, text]) => [key, Buffer.from(text)]));
      },
      validate: async (signal): Promise<'ready' | 'unknown'> => {
        await this.call('validate', [], await password(signal), signal);
        return config.validity ?? 'ready';
      },
      close: async () => void (this.closed += 1),
    };
  }

  async #login({ secret }: ScriptedConfig, { credentials }: StoreRoom, signal: AbortSignal): Promise<string> {
    const given = secret ? Buffer.from(await credentials.secretKey({ ...secret, key: 'password' }, signal)).toString() : '';
    this.logins.push(given);
    if (this.accepts && !this.accepts.has(given)) throw providerErrors.ACCESS_DENIED({ because: 'wrong password' });
    return given;
  }
}

function documentOf(text: string | undefined): Document | undefined {
  if (text === undefined) return undefined;
  return {
    value: () => new Uint8Array(Buffer.from(text)),
    values: () => new Map([['value', new Uint8Array(Buffer.from(text))]]),
  };
}
