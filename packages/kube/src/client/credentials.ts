import type { Clock } from './clock.ts';
import type { Connection } from './connection.ts';
import type { RotatingFile } from './rotating-file.ts';
import { rotatingFile } from './rotating-file.ts';

/** Headers as they were sent. */
export type Sent = Readonly<Record<string, string | string[]>>;

/** The headers that say who is asking. */
export interface Credentials {
  headers(): Promise<Record<string, string | string[]>>;
  /**
   * After a 401: gets newer credentials than the refused ones, unless another request did meanwhile. True when another try
   * makes sense.
   */
  renew(refused: Sent | undefined): Promise<boolean>;
}

function impersonation({ impersonate }: Connection): Record<string, string | string[]> {
  if (!impersonate) return {};
  return {
    'impersonate-user': impersonate.user,
    ...(impersonate.uid ? { 'impersonate-uid': impersonate.uid } : {}),
    ...(impersonate.groups?.length ? { 'impersonate-group': [...impersonate.groups] } : {}),
  };
}

function bearer(token: string): string {
  return `Bearer ${token.trim()}`;
}

/** Credentials of a connection: `headers()` first, then the token file, the token, name and password. */
export function credentialsOf(connection: Connection, clock: Clock): Credentials {
  const file: RotatingFile | undefined = connection.tokenFile ? rotatingFile(connection.tokenFile, 'token file', clock) : undefined;
  const fixed = impersonation(connection);
  let renewing = false;
  let latest: string | undefined;

  const authorization = async (): Promise<Record<string, string>> => {
    if (connection.headers) {
      const renew = renewing;
      renewing = false;
      const headers = await connection.headers({ renew });
      latest = headers['authorization'];
      return headers;
    }
    if (file) return { authorization: bearer(await file.text()) };
    if (connection.token) return { authorization: bearer(connection.token) };
    if (connection.username !== undefined) {
      const pair = Buffer.from(`${connection.username}:${connection.password ?? ''}`, 'utf8');
      return { authorization: `Basic ${pair.toString('base64')}` };
    }
    return {};
  };

  return {
    headers: async () => ({ ...(await authorization()), ...fixed }),
    async renew(refused) {
      if (connection.headers) {
        if (refused?.['authorization'] === latest) renewing = true;
        return true;
      }
      return file !== undefined && bearer(await file.text({ fresh: true })) !== refused?.['authorization'];
    },
  };
}
