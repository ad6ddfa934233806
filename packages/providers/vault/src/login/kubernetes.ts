import type { JwtAuth, KubernetesAuth } from '../auth-config.ts';
import { credentialText } from '../credential.ts';
import { escapedPath } from '../path.ts';
import type { LoginRequest, LoginTools } from './request.ts';

const tokenSeconds = 600;

/** The `kubernetes` login: a ServiceAccount's token by TokenRequest, one from a Secret, or the controller's own. */
export async function kubernetesLogin(auth: KubernetesAuth, { room, signal }: LoginTools): Promise<LoginRequest> {
  const { credentials } = room;
  const jwt = auth.serviceAccountRef
    ? (await credentials.serviceAccountToken({ ...auth.serviceAccountRef, expirationSeconds: tokenSeconds }, signal)).token
    : auth.secretRef
      ? await credentialText(credentials, auth.secretRef, signal)
      : await credentials.ownToken(signal);
  return { path: `auth/${escapedPath(auth.mountPath)}/login`, body: { role: auth.role, jwt } };
}

/** The `jwt` login: a token from a Secret, or a ServiceAccount's by TokenRequest, for the audience `vault` unless others are named. */
export async function jwtLogin(auth: JwtAuth, { room, signal }: LoginTools): Promise<LoginRequest> {
  const { path, role, secretRef, kubernetesServiceAccountToken: issued } = auth;
  const request = (jwt: string): LoginRequest => ({
    path: `auth/${escapedPath(path)}/login`,
    body: { jwt, ...(role !== undefined && { role }) },
  });
  if (secretRef || !issued) return request(secretRef ? await credentialText(room.credentials, secretRef, signal) : '');
  const { serviceAccountRef: account, expirationSeconds } = issued;
  const audiences = [...new Set([...(issued.audiences ?? []), ...account.audiences])];
  const wanted = { ...account, audiences: audiences.length > 0 ? audiences : ['vault'], expirationSeconds };
  return request((await room.credentials.serviceAccountToken(wanted, signal)).token);
}
