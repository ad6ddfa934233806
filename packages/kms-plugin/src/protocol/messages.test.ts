import { fileURLToPath } from 'node:url';
import { loadSync } from '@grpc/proto-loader';
import type { MethodDefinition, ServiceDefinition } from '@grpc/proto-loader';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decryptRequest, decryptResponse, encryptRequest, encryptResponse, statusRequest, statusResponse } from './messages.ts';
import { keyManagement } from './service.ts';
import { entry, fields, MalformedMessage } from './wire.ts';

// The published definition of the API, read by another implementation of protobuf.
const definition = loadSync(fileURLToPath(new URL('testdata/api.proto', import.meta.url)), { keepCase: true, defaults: true });
const service = definition['v2.KeyManagementService'] as ServiceDefinition;
type Published = MethodDefinition<object, object>;
const published = (name: string): Published => service[name] as Published;

const bytes = fc.uint8Array({ maxLength: 300 });
const text = fc.string({ unit: 'grapheme', maxLength: 80 });
const annotations = fc.dictionary(text, bytes).map((object) => new Map(Object.entries(object)));
const plain = (map: ReadonlyMap<string, Uint8Array>): object =>
  Object.fromEntries([...map].map(([key, value]) => [key, Buffer.from(value)]));
/** The other implementation reads a value that is left out as an empty list. */
const likewise = (message: object): object => {
  const { annotations: read = {}, ...rest } = message as { annotations?: Record<string, Uint8Array> };
  return { ...rest, annotations: plain(new Map(Object.entries(read))) };
};

describe('messages are those of the published definition', () => {
  test.each(['Status', 'Encrypt', 'Decrypt'] as const)('the path of %s', (name) => {
    expect(keyManagement[name].path).toBe(published(name).path);
  });

  test('StatusRequest is empty, whatever stands in it', () => {
    expect(statusRequest.write({})).toHaveLength(0);
    expect(statusRequest.read(entry(9, Buffer.from('from the future')))).toEqual({});
  });

  test('StatusResponse', () => {
    fc.assert(
      fc.property(text, text, text, (version, healthz, keyId) => {
        const written = statusResponse.write({ version, healthz, keyId });
        expect(published('Status').responseDeserialize(written)).toEqual({ version, healthz, key_id: keyId });
        expect(statusResponse.read(published('Status').responseSerialize({ version, healthz, key_id: keyId }))).toEqual({
          version,
          healthz,
          keyId,
        });
      }),
    );
  });

  test('EncryptRequest', () => {
    fc.assert(
      fc.property(bytes, text, (plaintext, uid) => {
        const theirs = { plaintext: Buffer.from(plaintext), uid };
        expect(published('Encrypt').requestDeserialize(encryptRequest.write({ plaintext, uid }))).toEqual(theirs);
        expect(encryptRequest.read(published('Encrypt').requestSerialize(theirs))).toEqual(theirs);
      }),
    );
  });

  test('EncryptResponse', () => {
    fc.assert(
      fc.property(bytes, text, annotations, (ciphertext, keyId, map) => {
        const theirs = { ciphertext: Buffer.from(ciphertext), key_id: keyId, annotations: plain(map) };
        const written = encryptResponse.write({ ciphertext, keyId, annotations: map });
        expect(likewise(published('Encrypt').responseDeserialize(written))).toEqual(theirs);
        const read = encryptResponse.read(published('Encrypt').responseSerialize(theirs));
        expect({ ...read, annotations: plain(read.annotations) }).toEqual({
          ciphertext: theirs.ciphertext,
          keyId,
          annotations: theirs.annotations,
        });
      }),
    );
  });

  test('DecryptRequest', () => {
    fc.assert(
      fc.property(bytes, text, text, annotations, (ciphertext, uid, keyId, map) => {
        const theirs = { ciphertext: Buffer.from(ciphertext), uid, key_id: keyId, annotations: plain(map) };
        const written = decryptRequest.write({ ciphertext, uid, keyId, annotations: map });
        expect(likewise(published('Decrypt').requestDeserialize(written))).toEqual(theirs);
        const read = decryptRequest.read(published('Decrypt').requestSerialize(theirs));
        expect({ ...read, annotations: plain(read.annotations) }).toEqual({
          ciphertext: theirs.ciphertext,
          uid,
          keyId,
          annotations: theirs.annotations,
        });
      }),
    );
  });

  test('DecryptResponse', () => {
    fc.assert(
      fc.property(bytes, (plaintext) => {
        const theirs = { plaintext: Buffer.from(plaintext) };
        expect(published('Decrypt').responseDeserialize(decryptResponse.write({ plaintext }))).toEqual(theirs);
        expect(decryptResponse.read(published('Decrypt').responseSerialize(theirs))).toEqual(theirs);
      }),
    );
  });
});

describe('what is not a message', () => {
  test('any bytes are read or refused as malformed, and never crash', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (garbage) => {
        let failed: unknown;
        try {
          decryptRequest.read(garbage);
        } catch (error) {
          failed = error;
        }
        expect(failed === undefined || failed instanceof MalformedMessage).toBe(true);
      }),
    );
  });

  test.each([
    ['a length beyond the end', [0x0a, 5, 1]],
    ['a length without end', [0x0a, ...Array.from({ length: 11 }, () => 0xff)]],
    ['field 0', [0x02, 0]],
    ['a group', [0x0b]],
    ['a tag and nothing else', [0x0a]],
  ])('%s is refused', (_, message) => {
    expect(() => [...fields(Uint8Array.from(message))]).toThrow(MalformedMessage);
  });

  test('fields of other types and unknown fields are passed over', () => {
    const message = Buffer.concat([
      Buffer.from([0x50, 0x96, 0x01]), // 10: varint 150
      Buffer.from([0x51, 1, 2, 3, 4, 5, 6, 7, 8]), // 10: eight bytes
      Buffer.from([0x55, 1, 2, 3, 4]), // 10: four bytes
      entry(2, Buffer.from('uid')),
    ]);
    expect(encryptRequest.read(message)).toEqual({ plaintext: new Uint8Array(0), uid: 'uid' });
  });

  test('a text that is not UTF-8 is refused', () => {
    expect(() => encryptRequest.read(entry(2, Buffer.from([0xff])))).toThrow(MalformedMessage);
  });
});
