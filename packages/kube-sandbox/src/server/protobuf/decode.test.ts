import { expect, test } from 'vitest';
import { StatusError } from '../status-error.ts';
import { decodeProtobuf } from './decode.ts';

/** A length-delimited field (protocol buffers encoding, wire type 2); lengths here stay below 128. */
const field = (number: number, value: string | Buffer): Buffer => {
  const bytes = Buffer.from(value);
  return Buffer.concat([Buffer.from([(number << 3) | 2, bytes.length]), bytes]);
};
const varint = (number: number, value: number): Buffer => Buffer.from([number << 3, value]);
const body = (kind: string, ...fields: Buffer[]): Buffer =>
  Buffer.concat([Buffer.from('k8s\0'), field(1, Buffer.concat([field(1, 'v1'), field(2, kind)])), field(2, Buffer.concat(fields))]);

test('a Secret as kubectl sends it', () => {
  const metadata = Buffer.concat([
    field(1, 'db'),
    field(2, ''),
    varint(7, 0),
    field(8, ''),
    field(11, Buffer.concat([field(1, 'a'), field(2, 'b')])),
  ]);
  const data = Buffer.concat([field(1, 'key'), field(2, Buffer.from([0xff, 0]))]);
  expect(decodeProtobuf(body('Secret', field(1, metadata), field(2, data), field(3, 'Opaque'), varint(5, 0)))).toEqual({
    apiVersion: 'v1',
    kind: 'Secret',
    metadata: { name: 'db', labels: { a: 'b' } },
    data: { key: '/wA=' },
    type: 'Opaque',
    immutable: false,
  });
});

test('a Lease with its times', () => {
  const time = Buffer.concat([varint(1, 60), Buffer.from([2 << 3, 0xc0, 0xc4, 0x07])]);
  const spec = Buffer.concat([field(1, 'me'), varint(2, 15), field(4, time), varint(5, 0)]);
  expect(decodeProtobuf(body('Lease', field(2, spec)))).toMatchObject({
    spec: { holderIdentity: 'me', leaseDurationSeconds: 15, renewTime: '1970-01-01T00:01:00.000123Z', leaseTransitions: 0 },
  });
});

test.each([
  ['another prefix', Buffer.from('json{}')],
  ['a cut message', body('Secret', field(1, 'x')).subarray(0, 20)],
  ['a kind outside the table', body('Deployment')],
])('%s is refused', (_why, bytes) => {
  expect(() => decodeProtobuf(bytes)).toThrow(StatusError);
});
