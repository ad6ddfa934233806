import { createServer } from 'node:https';
import type { AddressInfo, Socket } from 'node:net';
import { handleRequest } from './handler.ts';
import type { HandlerRoom } from './handler.ts';
import type { Cluster } from './cluster.ts';

/** A listening API server. */
export interface Listener {
  readonly port: number;
  /** Cuts every open connection; new ones are accepted. */
  dropConnections(): void;
  /** Stops listening and cuts every connection. */
  close(): Promise<void>;
}

/** Listens for HTTPS on loopback. */
export async function listen(cluster: Cluster, room: HandlerRoom, address: { host: string; port: number }): Promise<Listener> {
  const sockets = new Set<Socket>();
  const server = createServer(
    {
      cert: cluster.identity.certificate,
      key: cluster.identity.privateKey,
      keepAlive: true,
      noDelay: true,
      ALPNProtocols: ['http/1.1'],
    },
    (request, response) => void handleRequest(cluster, room, request, response),
  );
  // Watches live long and say little.
  server.requestTimeout = 0;
  server.keepAliveTimeout = 120_000;
  // From the first byte on, not only after the handshake: one that never finishes must not outlive the server.
  for (const moment of ['connection', 'secureConnection'] as const) {
    server.on(moment, (socket: Socket) => {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
      socket.on('error', () => {});
    });
  }
  server.on('tlsClientError', (_error, socket) => socket.destroy());
  await new Promise<void>((done, fail) => {
    server.once('error', fail);
    server.listen(address.port, address.host, () => {
      server.off('error', fail);
      done();
    });
  });
  const dropConnections = (): void => {
    for (const socket of sockets) socket.destroy();
  };
  return {
    port: (server.address() as AddressInfo).port,
    dropConnections,
    async close() {
      const closed = new Promise<void>((done) => server.close(() => done()));
      dropConnections();
      server.closeAllConnections();
      await closed;
    },
  };
}
