import { providerErrors } from '@signet/provider';
import { jsonOf } from '@signet/provider/http';
import { z } from 'zod';
import type { AppRoleAuth } from '../auth-config.ts';
import { credentialText } from '../credential.ts';
import { escapedPath } from '../path.ts';
import type { LoginRequest, LoginTools } from './request.ts';

// Tokens of Vault 1.10 and newer, and of OpenBao and older Vaults. Secret ids are UUIDs unless somebody chose their own.
const likeToken = /^(?:hvs|s)\./;
const unwrapped = z.object({ data: z.object({ secret_id: z.string() }) });

/**
 * The `appRole` login. A secret id that was handed over response-wrapped is unwrapped, once: its token is good for no second time, so what
 * was in it is kept for the life of the store.
 */
export class AppRoleLogin {
  readonly #auth: AppRoleAuth;
  #unwrapped: { readonly token: string; readonly secretId: string } | undefined;

  constructor(auth: AppRoleAuth) {
    this.#auth = auth;
  }

  async request(tools: LoginTools): Promise<LoginRequest> {
    const { credentials } = tools.room;
    const { path, roleId, roleRef, secretRef } = this.#auth;
    const [role_id, given] = await Promise.all([
      roleId ?? (roleRef && credentialText(credentials, roleRef, tools.signal)),
      credentialText(credentials, secretRef, tools.signal),
    ]);
    const secret_id = likeToken.test(given) ? await this.#unwrap(given, tools) : given;
    return { path: `auth/${escapedPath(path)}/login`, body: { role_id, secret_id } };
  }

  async #unwrap(token: string, { connection, namespace, signal }: LoginTools): Promise<string> {
    if (this.#unwrapped?.token === token) return this.#unwrapped.secretId;
    const path = 'sys/wrapping/unwrap';
    const answer = await connection
      .call({ name: 'Login', method: 'POST', path, token, namespace, signal })
      // 400: the wrapping token was used, or has expired, or was none.
      .catch((error: unknown) => {
        if (error instanceof Error && 'code' in error && error.code === 'SIGNET_PROVIDER_INVALID_CONFIG') return undefined;
        throw error;
      });
    const { data } = unwrapped.safeParse(answer?.status === 200 ? jsonOf(answer) : undefined);
    if (!data) {
      const { name, key } = this.#auth.secretRef;
      throw providerErrors.CREDENTIALS_MISSING({
        what: `key ${key} of Secret ${name}`,
        because: 'it holds a wrapping token that was used already, or has expired, or wraps no secret id',
      });
    }
    this.#unwrapped = { token, secretId: data.data.secret_id };
    return data.data.secret_id;
  }
}
