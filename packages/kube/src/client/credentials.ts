import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { RotatingFile } from './rotating-file.ts';
import { rotatingFile } from './rotating-file.ts';

/** The headers that say who is asking. */
export interface Credentials {
  headers(): Promise<Record<string, string | string[]>>;
  /** After a 401: gets newer credentials if there are any. True when another try makes sense. */
  renew(): Promise<boolean>;
}

function impersonation({ impersonate }: Connection): Record<string, string | string[]> {
  if (!impersonate) return {};
  return {
    'impersonate-user': impersonate.user,
    ...(impersonate.uid ? { 'impersonate-uid': impersonate.uid } : {}),
    ...(impersonate.groups?.length ? { 'impersonate-group': [...impersonate.groups] } : {}),
  };
}

/** Credentials of a connection: `headers()` first, then the token file, the token, name and password. */
export function credentialsOf(connection: Connection, clock: Clock): Credentials {
  const file: RotatingFile | undefined = connection.tokenFile ? rotatingFile(connection.tokenFile, 'token file', clock) : undefined;
  const fixed = impersonation(connection);
  let renewing = false;

  const authorization = async (): Promise<Record<string, string>> => {
    if (connection.headers) {
      const renew = renewing;
      renewing = false;
      return connection.headers({ renew });
    }
    if (file) return { authorization: `Bearer ${(await file.text()).trim()}` };
    if (connection.token) return { authorization: `Bearer ${connection.token}` };
    if (connection.username !== undefined) {
      const pair = Buffer.from(`${connection.username}:${connection.password ?? ''}`, 'utf8');
      return { authorization: `Basic ${pair.toString('base64')}` };
    }
    return {};
  };

  return {
    headers: async () => ({ ...(await authorization()), ...fixed }),
    async renew() {
      if (connection.headers) {
        renewing = true;
        return true;
      }
      if (!file) return false;
      const before = await file.text();
      return (await file.text({ fresh: true })) !== before;
    },
  };
}
