import { providerErrors } from '@signet/provider';
import type { Answer } from '@signet/provider/http';
import { jsonOf } from '@signet/provider/http';
import { z } from 'zod';
import type { Auth, CertAuth, UserPassAuth } from '../auth-config.ts';
import { credentialText } from '../credential.ts';
import { escapedPath } from '../path.ts';
import type { Grant } from '../session.ts';
import { AppRoleLogin } from './app-role.ts';
import { gcpLogin } from './gcp.ts';
import { iamLogin } from './iam.ts';
import { jwtLogin, kubernetesLogin } from './kubernetes.ts';
import type { LoginRequest, LoginTools } from './request.ts';

/** Makes the request of a login with fresh credentials. */
export type Method = (tools: LoginTools) => Promise<LoginRequest>;

/** How a method logs in; nothing for `token` and `none`, which need no login. */
export function methodOf(auth: Auth): Method | undefined {
  switch (auth.method) {
    case 'none':
    case 'token':
      return undefined;
    case 'appRole': {
      const login = new AppRoleLogin(auth.with);
      return (tools) => login.request(tools);
    }
    case 'kubernetes':
      return (tools) => kubernetesLogin(auth.with, tools);
    case 'ldap':
    case 'userPass':
      return (tools) => passwordLogin(auth.with, tools);
    case 'jwt':
      return (tools) => jwtLogin(auth.with, tools);
    case 'cert':
      return () => Promise.resolve(certLogin(auth.with));
    case 'iam':
      return (tools) => iamLogin(auth.with, tools);
    case 'gcp':
      return (tools) => gcpLogin(auth.with, tools);
  }
}

/** Logs in. @throws ACCESS_DENIED, and what the connection and the credentials throw */
export async function logIn(method: Method, tools: LoginTools): Promise<Grant> {
  const { path, body } = await method(tools);
  const { connection, namespace, signal } = tools;
  const answer = await connection
    .call({ name: 'Login', method: 'POST', path, body, token: undefined, namespace, signal })
    .catch((error: unknown) => {
      // A login that Vault calls a bad request (400) has a credential or role that it does not know.
      const code = error instanceof Error && 'code' in error ? error.code : undefined;
      if (code === 'SIGNET_PROVIDER_INVALID_CONFIG') throw refused(path, 'HTTP 400');
      throw error;
    });
  if (answer.status === 404) throw providerErrors.INVALID_CONFIG({ field: 'auth', because: `there is no ${path}` });
  if (answer.status >= 300) throw refused(path, `HTTP ${answer.status}`);
  return grantOf(answer);
}

function refused(path: string, because: string): Error {
  return providerErrors.ACCESS_DENIED({ because: `the login at ${path} was refused (${because})` });
}

const auth = z.object({ client_token: z.string(), lease_duration: z.number(), renewable: z.boolean() });
const answerShape = z.object({ auth });

/** The token of a login's answer, or of a renewal's. @throws BAD_ANSWER */
export function grantOf(answer: Answer): Grant {
  const { data } = answerShape.safeParse(jsonOf(answer));
  if (!data || data.auth.client_token === '') {
    const because = 'it gave no token: either it is no Vault, or the login wants a second factor';
    throw providerErrors.BAD_ANSWER({ because });
  }
  const { client_token: token, lease_duration: seconds, renewable } = data.auth;
  return { token, lifeMs: seconds > 0 ? seconds * 1000 : undefined, renewable };
}

/** The `userPass` and `ldap` logins. */
async function passwordLogin({ path, username, secretRef }: UserPassAuth, tools: LoginTools): Promise<LoginRequest> {
  const password = await credentialText(tools.room.credentials, secretRef, tools.signal);
  return { path: `auth/${escapedPath(path)}/login/${encodeURIComponent(username)}`, body: { password } };
}

/** The `cert` login: the certificate is that of the connection. */
function certLogin({ path, vaultRole }: CertAuth): LoginRequest {
  return { path: `auth/${escapedPath(path)}/login`, body: vaultRole === undefined ? {} : { name: vaultRole } };
}
