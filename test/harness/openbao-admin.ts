/** An answer of the server, as far as tests look at it. */
interface Answer {
  readonly data?: Record<string, unknown> | null;
  readonly auth?: { readonly client_token: string; readonly accessor: string } | null;
  readonly wrap_info?: { readonly token: string } | null;
}

/** How a token is made. Durations as the server reads them: `2s`. */
export interface TokenWish {
  readonly policies?: readonly string[];
  readonly ttl?: string;
  readonly explicitMaxTtl?: string;
  readonly renewable?: boolean;
  readonly type?: 'service' | 'batch';
}

/** A small client of OpenBao's HTTP API for setting tests up. Paths are below `/v1/`. */
export class OpenBaoAdmin {
  readonly #url: string;
  readonly #token: string;
  readonly #namespace: string | undefined;

  constructor(url: string, token: string, namespace?: string) {
    this.#url = url;
    this.#token = token;
    this.#namespace = namespace;
  }

  /** The same, in a namespace. */
  in(namespace: string): OpenBaoAdmin {
    return new OpenBaoAdmin(this.#url, this.#token, namespace);
  }

  /** Any call. @throws Error with what the server says, when it answers with 400 or more */
  async call(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    const response = await this.#send(method, path, body, headers);
    const text = await response.text();
    if (!response.ok) throw new Error(`OpenBao answered ${method} ${path} with ${response.status}: ${text.trim()}`);
    return text === '' ? {} : (JSON.parse(text) as Answer);
  }

  /** Whether a path can be read. */
  async exists(path: string): Promise<boolean> {
    const response = await this.#send('GET', path);
    await response.arrayBuffer();
    return response.ok;
  }

  /** Mounts a secrets engine. */
  async mount(path: string, type: string, options?: Readonly<Record<string, string>>): Promise<void> {
    await this.call('POST', `sys/mounts/${path}`, { type, ...(options ? { options } : {}) });
    if (type === 'kv') await this.#waitForKeyValue(path);
  }

  /** Writes a secret of a key-value mount, version 2. Returns its version. */
  async put(mount: string, path: string, data: Readonly<Record<string, unknown>>): Promise<number> {
    const { data: written } = await this.call('POST', `${mount}/data/${escaped(path)}`, { data });
    return Number(written?.['version']);
  }

  /** Sets `custom_metadata` of a secret, version 2. */
  async label(mount: string, path: string, customMetadata: Readonly<Record<string, string>>): Promise<void> {
    await this.call('POST', `${mount}/metadata/${escaped(path)}`, { custom_metadata: customMetadata });
  }

  /** Deletes the newest version, version 2. */
  async remove(mount: string, path: string): Promise<void> {
    await this.call('DELETE', `${mount}/data/${escaped(path)}`);
  }

  /** Forgets a secret with all its versions, version 2. */
  async purge(mount: string, path: string): Promise<void> {
    await this.call('DELETE', `${mount}/metadata/${escaped(path)}`);
  }

  /** Writes a policy: capabilities by path. */
  async policy(name: string, rules: Readonly<Record<string, readonly string[]>>): Promise<void> {
    const text = Object.entries(rules).map(
      ([path, capabilities]) => `path "${path}" { capabilities = ${JSON.stringify(capabilities)} }`,
    );
    await this.call('PUT', `sys/policies/acl/${name}`, { policy: text.join('\n') });
  }

  /** Enables an auth method and configures it. */
  async auth(path: string, type: string, config?: object): Promise<void> {
    await this.call('POST', `sys/auth/${path}`, { type });
    if (config) await this.call('POST', `auth/${path}/config`, config);
  }

  /** Makes a token. */
  async token(wish: TokenWish = {}): Promise<string> {
    const { auth } = await this.call('POST', 'auth/token/create', {
      policies: wish.policies ?? ['default'],
      ttl: wish.ttl,
      explicit_max_ttl: wish.explicitMaxTtl,
      renewable: wish.renewable,
      type: wish.type,
      no_parent: true,
    });
    if (!auth) throw new Error('OpenBao made no token');
    return auth.client_token;
  }

  /** Revokes all tokens that a login gave: `auth/approle/login`. Returns how many. */
  async revokeTokensOf(login: string): Promise<number> {
    const { data } = await this.call('GET', 'auth/token/accessors?list=true');
    let revoked = 0;
    for (const accessor of (data?.['keys'] ?? []) as readonly string[]) {
      const found = await this.call('POST', 'auth/token/lookup-accessor', { accessor }).catch(() => undefined);
      if (found?.data?.['path'] !== login) continue;
      await this.call('POST', 'auth/token/revoke-accessor', { accessor });
      revoked++;
    }
    return revoked;
  }

  /** Whether a token is still good. */
  async isAlive(token: string): Promise<boolean> {
    const response = await this.#send('POST', 'auth/token/lookup', { token });
    await response.arrayBuffer();
    return response.ok;
  }

  // A mount of version 2 answers 400 until it has upgraded itself.
  async #waitForKeyValue(path: string): Promise<void> {
    for (let attempt = 0; attempt < 100; attempt++) {
      const response = await this.#send('LIST', `${path}/metadata/`);
      await response.arrayBuffer();
      if (response.status !== 400) return;
      await new Promise((resolve) => {
        setTimeout(resolve, 20);
      });
    }
    throw new Error(`the mount ${path} does not become ready`);
  }

  async #send(method: string, path: string, body?: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return fetch(`${this.#url}/v1/${path}`, {
      method,
      headers: {
        'x-vault-token': this.#token,
        ...(this.#namespace === undefined ? {} : { 'x-vault-namespace': this.#namespace }),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
  }
}

function escaped(path: string): string {
  return path.split('/').map(encodeURIComponent).join('/');
}
