import { entry, field, fields, text } from './wire.ts';

/** The messages of the KMS v2 API, with the field numbers of its published definition (`package v2`, service `KeyManagementService`). */
export interface StatusResponse {
  /** Always `v2`. */
  readonly version: string;
  /** `ok`, or what is wrong. */
  readonly healthz: string;
  readonly keyId: string;
}

/** Text to bytes, in clear in etcd. */
export type Annotations = ReadonlyMap<string, Uint8Array>;

export interface EncryptRequest {
  readonly plaintext: Uint8Array;
  readonly uid: string;
}

export interface EncryptResponse {
  readonly ciphertext: Uint8Array;
  readonly keyId: string;
  readonly annotations: Annotations;
}

export interface DecryptRequest {
  readonly ciphertext: Uint8Array;
  readonly uid: string;
  readonly keyId: string;
  readonly annotations: Annotations;
}

export interface DecryptResponse {
  readonly plaintext: Uint8Array;
}

/** Both ways of one message. `read` throws MalformedMessage. */
export interface Codec<T> {
  write(message: T): Buffer;
  read(bytes: Uint8Array): T;
}

const empty = new Uint8Array(0);

/** Last one counts. */
function collect(bytes: Uint8Array): ReadonlyMap<number, Uint8Array> {
  return new Map(fields(bytes));
}

function textOf(found: ReadonlyMap<number, Uint8Array>, number: number): string {
  return text(found.get(number) ?? empty);
}

function writeAnnotations(number: number, annotations: Annotations): Buffer {
  return Buffer.concat([...annotations].map(([key, value]) => entry(number, Buffer.concat([field(1, key), field(2, value)]))));
}

function readAnnotations(number: number, bytes: Uint8Array): Annotations {
  const annotations = new Map<string, Uint8Array>();
  for (const [found, pair] of fields(bytes)) {
    if (found !== number) continue;
    const parts = collect(pair);
    annotations.set(textOf(parts, 1), parts.get(2) ?? empty);
  }
  return annotations;
}

/** StatusRequest: nothing is in it. */
export const statusRequest: Codec<object> = {
  write: () => Buffer.alloc(0),
  read: (bytes) => {
    collect(bytes);
    return {};
  },
};

export const statusResponse: Codec<StatusResponse> = {
  write: ({ version, healthz, keyId }) => Buffer.concat([field(1, version), field(2, healthz), field(3, keyId)]),
  read: (bytes) => {
    const found = collect(bytes);
    return { version: textOf(found, 1), healthz: textOf(found, 2), keyId: textOf(found, 3) };
  },
};

export const encryptRequest: Codec<EncryptRequest> = {
  write: ({ plaintext, uid }) => Buffer.concat([field(1, plaintext), field(2, uid)]),
  read: (bytes) => {
    const found = collect(bytes);
    return { plaintext: found.get(1) ?? empty, uid: textOf(found, 2) };
  },
};

export const encryptResponse: Codec<EncryptResponse> = {
  write: ({ ciphertext, keyId, annotations }) =>
    Buffer.concat([field(1, ciphertext), field(2, keyId), writeAnnotations(3, annotations)]),
  read: (bytes) => {
    const found = collect(bytes);
    return { ciphertext: found.get(1) ?? empty, keyId: textOf(found, 2), annotations: readAnnotations(3, bytes) };
  },
};

export const decryptRequest: Codec<DecryptRequest> = {
  write: ({ ciphertext, uid, keyId, annotations }) =>
    Buffer.concat([field(1, ciphertext), field(2, uid), field(3, keyId), writeAnnotations(4, annotations)]),
  read: (bytes) => {
    const found = collect(bytes);
    return {
      ciphertext: found.get(1) ?? empty,
      uid: textOf(found, 2),
      keyId: textOf(found, 3),
      annotations: readAnnotations(4, bytes),
    };
  },
};

export const decryptResponse: Codec<DecryptResponse> = {
  write: ({ plaintext }) => field(1, plaintext),
  read: (bytes) => ({ plaintext: collect(bytes).get(1) ?? empty }),
};
