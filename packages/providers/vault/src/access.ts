import type { StoreRoom } from '@signet/provider';
import { providerErrors, troubleOf } from '@signet/provider';
import type { Answer } from '@signet/provider/http';
import { abortable } from './abortable.ts';
import type { VaultConfig } from './config.ts';
import type { ApiCall } from './connection.ts';
import { Connection } from './connection.ts';
import { credentialText } from './credential.ts';
import type { Method } from './login/log-in.ts';
import { grantOf, logIn, methodOf } from './login/log-in.ts';
import type { OutsideCall } from './login/outside.ts';
import { outside } from './login/outside.ts';
import type { Grant } from './session.ts';
import { Session } from './session.ts';

const revokeTimeoutMs = 2000;

/** A call on behalf of the store. */
export type Request = Pick<ApiCall, 'name' | 'method' | 'path' | 'query' | 'signal'>;

/** Calls with the store's identity: the connection and the session together. */
export class Access {
  readonly #config: VaultConfig;
  readonly #room: StoreRoom;
  readonly #end = new AbortController();
  readonly #connection: Connection;
  readonly #method: Method | undefined;
  readonly #session: Session | undefined;

  constructor(config: VaultConfig, room: StoreRoom) {
    this.#config = config;
    this.#room = room;
    const life = this.#end.signal;
    this.#connection = new Connection(config, room, life);
    this.#method = methodOf(config.auth);
    const acts = {
      clock: room.clock,
      login: (signal: AbortSignal) => this.#login(signal),
      renew: (token: string, signal: AbortSignal) => this.#renew(token, signal),
      isAlive: (token: string, signal: AbortSignal) => this.#isAlive(token, signal),
    };
    this.#session = config.auth.method === 'none' ? undefined : new Session(acts, life);
  }

  /**
   * Makes a call. `denied`: the server knows who asks, and refuses.
   *
   * @throws what the connection throws, and whatever keeps the store from logging in
   */
  async request(request: Request): Promise<Answer | 'denied'> {
    const life = this.#end.signal;
    if (life.aborted) throw closed();
    const { namespace } = this.#config;
    const use = async (token: string | undefined): Promise<Answer | 'denied'> => {
      const answer = await this.#connection.call({ ...request, token, namespace });
      return answer.status === 403 ? 'denied' : answer;
    };
    return abortable(this.#session ? this.#session.with(use, request.signal) : use(undefined), life);
  }

  /** Proves that the token is good. A login that was made proves itself, though its token may not look at itself. @throws ACCESS_DENIED */
  async prove(signal: AbortSignal): Promise<void> {
    if (!this.#session) return;
    const use = async (token: string): Promise<true | 'denied'> => ((await this.#isAlive(token, signal)) ? true : 'denied');
    const result = await abortable(this.#session.with(use, signal), this.#end.signal);
    if (result === 'denied' && !this.#method) throw providerErrors.ACCESS_DENIED({ because: 'the server does not know the token' });
  }

  /** Gives up all calls, revokes the token if it was made here, ends the connections. */
  async close(): Promise<void> {
    if (this.#end.signal.aborted) return;
    this.#end.abort(closed());
    const token = this.#method ? this.#session?.token : undefined;
    if (token !== undefined) await this.#revoke(token);
    await this.#connection.close();
  }

  async #login(signal: AbortSignal): Promise<Grant> {
    const { auth, loginNamespace: namespace } = this.#config;
    if (this.#method) {
      const [room, connection] = [this.#room, this.#connection];
      const tools = { room, connection, namespace, outside: (call: OutsideCall) => outside(room, call), signal };
      return logIn(this.#method, tools);
    }
    if (auth.method !== 'token') throw new Error('there is no login without a method');
    const token = await credentialText(this.#room.credentials, auth.with, signal);
    return { token, lifeMs: undefined, renewable: false };
  }

  async #renew(token: string, signal: AbortSignal): Promise<Grant | undefined> {
    const namespace = this.#config.loginNamespace;
    try {
      const path = 'auth/token/renew-self';
      const answer = await this.#connection.call({ name: 'RenewSelf', method: 'POST', path, body: {}, token, namespace, signal });
      return answer.status === 200 ? grantOf(answer) : undefined;
    } catch (error) {
      // The server answered that it does not lengthen this one.
      if (troubleOf(error) === 'invalid') return undefined;
      throw error;
    }
  }

  async #isAlive(token: string, signal: AbortSignal): Promise<boolean> {
    const namespace = this.#config.loginNamespace;
    const path = 'auth/token/lookup-self';
    const answer = await this.#connection.call({ name: 'LookupSelf', method: 'GET', path, token, namespace, signal });
    return answer.status === 200;
  }

  /** Best effort: a token that is not revoked ends by itself. */
  async #revoke(token: string): Promise<void> {
    const namespace = this.#config.loginNamespace;
    const signal = AbortSignal.timeout(revokeTimeoutMs);
    const path = 'auth/token/revoke-self';
    try {
      await this.#connection.call({ name: 'RevokeSelf', method: 'POST', path, body: {}, token, namespace, signal });
    } catch (error) {
      this.#room.logger.debug({ trouble: troubleOf(error) }, 'the token of a closed store was not revoked');
    }
  }
}

function closed(): Error {
  return providerErrors.UNAVAILABLE({ because: 'the store is closed' });
}
