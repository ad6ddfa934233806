import { mkdtemp, rm } from 'node:fs/promises';
import { connect as connectHttp2 } from 'node:http2';
import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { status } from '@grpc/grpc-js';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { machineClock } from '../process.ts';
import { KmsClient } from '../testing/client.ts';
import { forever } from '../testing/scripted-key.ts';
import { silent, stage } from '../testing/stage.ts';
import type { Stage } from '../testing/stage.ts';
import { witnessed } from './answers.ts';
import type { Listening } from './grpc-server.ts';
import { serveGrpc } from './grpc-server.ts';
import { createMetrics } from './metrics.ts';

let directory: string;
let path: string;
let stood: Stage;
let server: Listening;
let client: KmsClient;
const seed = Buffer.alloc(32, 9);

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signet-kms-'));
  path = join(directory, 'kms.sock');
  stood = stage({ clock: machineClock, cacheEntries: 0 });
  await stood.look();
  const metrics = createMetrics({
    keyIdHash: () => undefined,
    isHealthy: () => true,
    provenAt: () => undefined,
    cacheEntries: () => 0,
    auditLost: () => 0,
  });
  const answers = witnessed(stood.plugin, { clock: machineClock, logger: silent, metrics, audit: undefined });
  server = await serveGrpc({ path, mode: 0o600, maxConnections: 64 }, answers);
  client = new KmsClient(path);
});
afterEach(async () => {
  client.close();
  await server.close(500);
  await rm(directory, { recursive: true });
});

const codeOf = async (work: Promise<unknown>): Promise<string> =>
  work.then(
    () => 'OK',
    (error: unknown) => status[(error as { code: number }).code] ?? String(error),
  );

describe('over the socket', () => {
  test('kms 1: kms 5: kms 33: Status, Encrypt and Decrypt', async () => {
    const told = await client.status();
    expect(told).toMatchObject({ version: 'v2', healthz: 'ok' });
    const made = await client.encrypt({ plaintext: seed, uid: 'a-1' });
    expect(made.keyId).toBe(told.keyId);
    const { plaintext } = await client.decrypt({ ...made, uid: 'a-2' });
    expect(Buffer.from(plaintext)).toEqual(seed);
  });

  test('kms 36: without a uid too', async () => {
    expect(await codeOf(client.encrypt({ plaintext: seed, uid: '' }))).toBe('OK');
  });

  test('kms 33: any authority', async () => {
    const other = new KmsClient(path, { authority: 'kms.example.com' });
    expect((await other.status()).healthz).toBe('ok');
    other.close();
  });

  test('kms 12: codes that the API server logs', async () => {
    const made = await client.encrypt({ plaintext: seed, uid: 'a' });
    expect(await codeOf(client.decrypt({ ...made, uid: 'b', keyId: 'k1-x' }))).toBe('INVALID_ARGUMENT');
    expect(await codeOf(client.encrypt({ plaintext: Buffer.alloc(0), uid: 'c' }))).toBe('INVALID_ARGUMENT');
  });

  test.each([
    '/grpc.reflection.v1.ServerReflection/ServerReflectionInfo',
    '/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo',
    '/grpc.health.v1.Health/Check',
    '/v1beta1.KeyManagementService/Version',
    '/v2.KeyManagementService/Other',
  ])('kms 35: nothing else is served: %s', async (method) => {
    expect(await codeOf(client.raw(method, Buffer.alloc(0)))).toBe('UNIMPLEMENTED');
  });

  test('kms 34: a message that is too large is refused, and the server goes on', async () => {
    expect(await codeOf(client.encrypt({ plaintext: Buffer.alloc(100_000), uid: 'a' }))).toBe('RESOURCE_EXHAUSTED');
    expect(await codeOf(client.status())).toBe('OK');
  });

  test('kms 34: bytes that are no message are refused, and the server goes on', async () => {
    for (const bytes of [Buffer.from([0x0a, 0xff]), Buffer.from([0x0b]), Buffer.alloc(5000, 0xff)]) {
      expect(await codeOf(client.raw('/v2.KeyManagementService/Decrypt', bytes))).not.toBe('OK');
    }
    expect(await codeOf(client.status())).toBe('OK');
  });

  test('kms 34: bytes that are no HTTP/2 are cut off, and the server goes on', async () => {
    for (const garbage of [
      'GET / HTTP/1.1\r\nhost: x\r\n\r\n',
      '\0'.repeat(10_000),
      'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\xff\xff\xff\xff\xff\xff\xff\xff\xff',
    ]) {
      const socket = await connected();
      const closed = new Promise<void>((resolve) => socket.once('close', () => resolve()));
      socket.resume();
      socket.write(garbage, 'latin1');
      await closed;
    }
    expect(await codeOf(client.status())).toBe('OK');
  });

  test('connections that say nothing keep nobody else out', async () => {
    const idle = await Promise.all(Array.from({ length: 40 }, connected));
    expect(await codeOf(client.status())).toBe('OK');
    for (const socket of idle) socket.destroy();
  });

  test('kms 34: a request that does not come to its end is given up, while others are served', async () => {
    const session = connectHttp2('http://localhost', { createConnection: () => connect(path) });
    const slow = session.request({
      ':method': 'POST',
      ':path': '/v2.KeyManagementService/Encrypt',
      'content-type': 'application/grpc',
      te: 'trailers',
    });
    slow.write(Buffer.from([0, 0, 0, 0, 40, 0x0a]));
    const ended = new Promise<string>((resolve) => {
      const note = (headers: Record<string, unknown>): void => {
        if ('grpc-status' in headers) resolve(String(headers['grpc-status']));
      };
      slow.once('response', note);
      slow.once('trailers', note);
      slow.once('error', () => resolve('cut'));
    });
    expect(await codeOf(client.status())).toBe('OK');
    expect(['4', 'cut']).toContain(await ended);
    slow.destroy();
    session.destroy();
    expect(await codeOf(client.status())).toBe('OK');
  });

  test('256 calls at once are all answered', async () => {
    const made = await client.encrypt({ plaintext: seed, uid: 'a' });
    const others = Array.from({ length: 4 }, () => new KmsClient(path));
    const answers = await Promise.all(
      Array.from({ length: 256 }, async (_, index) => (others[index % 4] ?? client).decrypt({ ...made, uid: `${index}` })),
    );
    expect(answers.every(({ plaintext }) => Buffer.from(plaintext).equals(seed))).toBe(true);
    for (const other of others) other.close();
  });

  test('kms 3: Status is answered while the backend hangs', async () => {
    stood.key.script = async (_call, signal) => forever(signal);
    const hanging = [1, 2, 3].map(async (uid) => codeOf(client.encrypt({ plaintext: seed, uid: `${uid}` })));
    expect((await client.status()).healthz).toBe('ok');
    expect(await Promise.all(hanging)).toEqual(['DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED', 'DEADLINE_EXCEEDED']);
  });

  test('kms 26: a client that gives up is heard by the backend', async () => {
    const aborted = new Promise<void>((resolve) => {
      stood.key.script = async (_call, signal) => {
        signal.addEventListener('abort', () => resolve());
        return forever(signal);
      };
    });
    expect(await codeOf(client.encrypt({ plaintext: seed, uid: 'a' }, 200))).toBe('DEADLINE_EXCEEDED');
    await aborted;
    expect(stood.key.aborted).toBe(1);
  });

  test('kms 32: closing waits for calls that are under way, and removes the socket', async () => {
    const { promise, resolve } = Promise.withResolvers<void>();
    const arrived = new Promise<void>((there) => {
      stood.key.script = () => {
        there();
        return promise;
      };
    });
    const answer = client.encrypt({ plaintext: seed, uid: 'a' });
    await arrived;
    const closing = server.close(5000);
    resolve();
    expect((await answer).ciphertext.length).toBeGreaterThan(0);
    await closing;
    await expect(connected()).rejects.toThrow('ENOENT');
  });
});

async function connected(): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(path, () => resolve(socket));
    socket.once('error', reject);
  });
}
