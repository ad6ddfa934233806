import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { kmsErrors } from '../errors.ts';

/** A page and its answer. */
export type Pages = Readonly<
  Record<string, () => Promise<{ readonly status: number; readonly body: string; readonly contentType?: string }>>
>;

/** Pages that are served. */
export interface ServedPages {
  readonly url: string;
  close(): Promise<void>;
}

/**
 * Serves pages that are read with GET, on loopback.
 *
 * @param address `host:port`; port 0 lets the system choose
 * @throws LISTEN
 */
export async function servePages(address: string, pages: Pages): Promise<ServedPages> {
  const server = createServer({ requestTimeout: 5000, headersTimeout: 5000, maxHeaderSize: 8192 }, (request, response) => {
    const [path = '/'] = (request.url ?? '/').split('?');
    const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
    const isRead = request.method === 'GET' || request.method === 'HEAD';
    const answer =
      page && isRead ? page() : Promise.resolve({ status: page ? 405 : 404, body: page ? 'read it\n' : 'not found\n' });
    void answer
      .catch(() => ({ status: 500, body: 'it failed\n' }))
      .then(({ status, body, ...rest }) => {
        const contentType = 'contentType' in rest ? rest.contentType : undefined;
        response.writeHead(status, {
          'content-type': contentType ?? 'text/plain; charset=utf-8',
          'x-content-type-options': 'nosniff',
        });
        response.end(request.method === 'HEAD' ? undefined : body);
      });
  });
  server.maxConnections = 64;
  server.setTimeout(10_000);
  const colon = address.lastIndexOf(':');
  const host = address.slice(0, colon).replace(/^\[|\]$/g, '');
  await new Promise<void>((resolve, reject) => {
    const fail = (error: Error): void => reject(kmsErrors.LISTEN({ address, because: error.message }, { cause: error }));
    server.once('error', fail);
    server.listen({ host, port: Number(address.slice(colon + 1)) }, resolve);
  });
  const { address: bound, port, family } = server.address() as AddressInfo;
  return {
    url: `http://${family === 'IPv6' ? `[${bound}]` : bound}:${port}`,
    close: async () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
