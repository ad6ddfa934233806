import type { Server as NetServer } from 'node:net';
import { Server, ServerCredentials, ServerInterceptingCall, ServerListenerBuilder, status } from '@grpc/grpc-js';
import type { handleUnaryCall, ServerInterceptor } from '@grpc/grpc-js';
import { refusalOf } from '../plugin/refusal.ts';
import { keyManagement } from '../protocol/service.ts';
import type { DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, StatusResponse } from '../protocol/messages.ts';
import type { SocketOptions } from './socket.ts';
import { listenOn } from './socket.ts';

/** The three calls, as they are answered. Each throws Refusal. */
export interface Answers {
  status(signal: AbortSignal): Promise<StatusResponse>;
  encrypt(request: EncryptRequest, signal: AbortSignal): Promise<EncryptResponse>;
  decrypt(request: DecryptRequest, signal: AbortSignal): Promise<DecryptResponse>;
}

/** A server that listens. */
export interface Listening {
  /** Takes no more calls, waits for those under way, removes the socket. Calls that are not done after `graceMs` are cut. */
  close(graceMs: number): Promise<void>;
}

/** What the API server sends has less than 1 KiB, with annotations less than 34 KiB. */
const maxMessageBytes = 64 * 1024;
/** A request that has not arrived whole by then is given up. */
const arrivalTimeoutMs = 3000;

/** Ends calls whose request does not come to its end: a slow client occupies nothing for long. */
const timely: ServerInterceptor = (_method, call) =>
  new ServerInterceptingCall(call, {
    start(next) {
      const giveUp = (): void => call.sendStatus({ code: status.DEADLINE_EXCEEDED, details: 'the request did not arrive in time' });
      const timer = setTimeout(giveUp, arrivalTimeoutMs);
      next(
        new ServerListenerBuilder()
          .withOnReceiveHalfClose((proceed) => {
            clearTimeout(timer);
            proceed();
          })
          .withOnCancel(() => clearTimeout(timer))
          .build(),
      );
    },
  });

function unary<Request, Response>(
  answer: (request: Request, signal: AbortSignal) => Promise<Response>,
): handleUnaryCall<Request, Response> {
  return (call, callback) => {
    const gone = new AbortController();
    call.on('cancelled', () => gone.abort(new DOMException('the call was cancelled', 'AbortError')));
    if (call.cancelled) gone.abort(new DOMException('the call was cancelled', 'AbortError'));
    const reply = async (): Promise<void> => {
      try {
        callback(null, await answer(call.request, gone.signal));
      } catch (error) {
        const { code, message } = refusalOf(error, gone.signal);
        callback({ code: status[code], details: message });
      }
    };
    void reply();
  };
}

/** Serves the KMS v2 API on a Unix socket: that service and no other, no reflection. @throws SOCKET */
export async function serveGrpc(socket: Omit<SocketOptions, 'onConnection'>, answers: Answers): Promise<Listening> {
  const server = new Server({
    'grpc.max_receive_message_length': maxMessageBytes,
    'grpc.max_send_message_length': maxMessageBytes,
    'grpc.max_concurrent_streams': 1024,
    'grpc.enable_channelz': 0,
    // The API server says something every minute.
    'grpc.max_connection_idle_ms': 15 * 60_000,
    interceptors: [timely],
  });
  server.addService(
    { Status: keyManagement.Status, Encrypt: keyManagement.Encrypt, Decrypt: keyManagement.Decrypt },
    {
      Status: unary(async (_request: object, signal) => answers.status(signal)),
      Encrypt: unary((request: EncryptRequest, signal) => answers.encrypt(request, signal)),
      Decrypt: unary((request: DecryptRequest, signal) => answers.decrypt(request, signal)),
    },
  );
  const injector = server.createConnectionInjector(ServerCredentials.createInsecure());
  const listener = await listenOn({
    ...socket,
    onConnection: (connection) => {
      connection.on('error', () => undefined);
      injector.injectConnection(connection);
    },
  });
  return { close: async (graceMs) => close(server, listener, graceMs) };
}

async function close(server: Server, listener: NetServer, graceMs: number): Promise<void> {
  // Removes the socket at once: nobody connects to a server that is going.
  listener.close();
  await new Promise<void>((resolve) => {
    const timer = setTimeout(() => {
      server.forceShutdown();
      resolve();
    }, graceMs);
    server.tryShutdown(() => {
      clearTimeout(timer);
      resolve();
    });
  });
}
