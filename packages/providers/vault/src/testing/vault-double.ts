import { once } from 'node:events';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A login as the double got it. */
export interface SeenLogin {
  /** Below `/v1/auth/`. */
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** A request for a secret. */
export interface SeenRead {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
}

/** An answer that the double gives instead of a secret. */
export interface Instead {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Plays the part of a server that has auth methods which OpenBao lacks. It has one secret: `{"password":"hunter2"}`, at every path. */
export interface VaultDouble extends AsyncDisposable {
  readonly url: string;
  readonly logins: readonly SeenLogin[];
  readonly reads: readonly SeenRead[];
}

/** How a double behaves. */
export interface VaultDoubleOptions {
  /** Whether a login is good. Default: every one is. */
  readonly accepts?: (login: SeenLogin) => boolean | Promise<boolean>;
  /** Headers of every good answer. */
  readonly headers?: Readonly<Record<string, string>>;
  /** Another answer to a read. */
  readonly instead?: Instead;
}

/** Starts a double on a free port of the loopback address. */
export async function startVaultDouble({ accepts = () => true, headers = {}, instead }: VaultDoubleOptions): Promise<VaultDouble> {
  const logins: SeenLogin[] = [];
  const reads: SeenRead[] = [];
  const token = `hvs.${crypto.randomUUID()}`;

  const answer = async (request: IncomingMessage): Promise<Instead> => {
    const path = (request.url ?? '').replace(/^\/v1\//, '');
    if (path === 'auth/token/revoke-self') return { status: 204, body: '' };
    if (path === 'auth/token/lookup-self') return { status: 200, body: '{"data":{}}' };
    if (path.startsWith('auth/')) {
      const login = { path: path.slice('auth/'.length), body: JSON.parse(await textOf(request)) as SeenLogin['body'] };
      logins.push(login);
      if (!(await accepts(login))) return { status: 400, body: '{"errors":["invalid login"]}' };
      return {
        status: 200,
        body: JSON.stringify({ auth: { client_token: token, lease_duration: 3600, renewable: true } }),
        headers,
      };
    }
    reads.push({ path, headers: request.headers });
    if (request.headers['x-vault-token'] !== token) return { status: 403, body: '{"errors":["permission denied"]}' };
    return instead ?? { status: 200, body: '{"data":{"data":{"password":"hunter2"},"metadata":{}}}', headers };
  };

  const server = createServer((request, response) => {
    void answer(request).then(({ status, body, headers: more }) =>
      response.writeHead(status, { 'content-type': 'application/json', ...more }).end(body),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    logins,
    reads,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

async function textOf(request: IncomingMessage): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of request as AsyncIterable<Uint8Array>) chunks.push(chunk);
  return Buffer.concat(chunks).toString('utf8');
}
