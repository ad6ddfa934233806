import type { MethodDefinition } from '@grpc/grpc-js';
import type { Codec, DecryptRequest, DecryptResponse, EncryptRequest, EncryptResponse, StatusResponse } from './messages.ts';
import { decryptRequest, decryptResponse, encryptRequest, encryptResponse, statusRequest, statusResponse } from './messages.ts';

function method<Request, Response>(
  name: string,
  request: Codec<Request>,
  response: Codec<Response>,
): MethodDefinition<Request, Response> {
  return {
    path: `/v2.KeyManagementService/${name}`,
    originalName: name,
    requestStream: false,
    responseStream: false,
    requestSerialize: (message) => request.write(message),
    requestDeserialize: (bytes) => request.read(bytes),
    responseSerialize: (message) => response.write(message),
    responseDeserialize: (bytes) => response.read(bytes),
  };
}

/** The methods of a service by name. */
interface KeyManagement {
  readonly Status: MethodDefinition<object, StatusResponse>;
  readonly Encrypt: MethodDefinition<EncryptRequest, EncryptResponse>;
  readonly Decrypt: MethodDefinition<DecryptRequest, DecryptResponse>;
}

/** `v2.KeyManagementService`, as gRPC knows it. */
export const keyManagement: KeyManagement = {
  Status: method('Status', statusRequest, statusResponse),
  Encrypt: method('Encrypt', encryptRequest, encryptResponse),
  Decrypt: method('Decrypt', decryptRequest, decryptResponse),
};
