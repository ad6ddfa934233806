import { Client, credentials } from '@grpc/grpc-js';
import type { ServiceError } from '@grpc/grpc-js';
import type { DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, StatusResponse } from '../protocol/messages.ts';
import { keyManagement } from '../protocol/service.ts';

/** Calls signet-kms as the API server does: plaintext, over a Unix socket, `:authority: localhost`. */
export class KmsClient {
  readonly #client: Client;

  constructor(path: string, options: { readonly authority?: string } = {}) {
    this.#client = new Client(`unix:${path}`, credentials.createInsecure(), {
      'grpc.default_authority': options.authority ?? 'localhost',
      'grpc.enable_retries': 0,
    });
  }

  status(): Promise<StatusResponse> {
    return this.#call(keyManagement.Status, {});
  }

  encrypt(request: EncryptRequest, deadlineMs?: number): Promise<EncryptResponse> {
    return this.#call(keyManagement.Encrypt, request, deadlineMs);
  }

  decrypt(request: DecryptRequest, deadlineMs?: number): Promise<DecryptResponse> {
    return this.#call(keyManagement.Decrypt, request, deadlineMs);
  }

  /** Sends bytes as a request of `path`. */
  raw(path: string, bytes: Buffer): Promise<Buffer> {
    const as = { path, requestSerialize: () => bytes, responseDeserialize: (answer: Buffer) => answer };
    return this.#call(as, {});
  }

  close(): void {
    this.#client.close();
  }

  #call<Request, Response>(
    method: {
      readonly path: string;
      readonly requestSerialize: (request: Request) => Buffer;
      readonly responseDeserialize: (bytes: Buffer) => Response;
    },
    request: Request,
    deadlineMs: number = 3000,
  ): Promise<Response> {
    return new Promise((resolve, reject) => {
      const done = (error: ServiceError | null, response?: Response): void => {
        if (error) reject(error);
        else if (response === undefined) reject(new Error('there is no answer'));
        else resolve(response);
      };
      const options = { deadline: Date.now() + deadlineMs, waitForReady: true };
      const { path, requestSerialize, responseDeserialize } = method;
      this.#client.makeUnaryRequest(path, requestSerialize, responseDeserialize, request, options, done);
    });
  }
}
