import { rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Authority } from '../testing/authority.ts';
import { makeAuthority } from '../testing/authority.ts';
import { startConnectProxy } from '../testing/connect-proxy.ts';
import { eventually } from '../testing/eventually.ts';
import { get, giveObject, object, scriptedClients } from '../testing/scripted-client.ts';
import type { Script } from '../testing/scripted-server.ts';
import { startScripted } from '../testing/scripted-server.ts';
import { thrown } from '../testing/thrown.ts';
import type { Client } from './client.ts';
import { createClient } from './create-client.ts';
import { manualClock } from './manual-clock.ts';
import { configMaps } from './resource.ts';

const { cleanups, connect, folder, serve } = scriptedClients();

let authority: Authority;
beforeAll(() => {
  authority = makeAuthority('one');
});

describe('connections', () => {
  test('300 sequential requests use one TLS connection', async () => {
    const server = await serve(giveObject, authority.issue());
    const client = connect(server, { ca: authority.ca });
    for (let i = 0; i < 300; i += 1) await get(client);
    expect(server.seen).toHaveLength(300);
    expect(server.accepted).toBe(1);
  });

  test('an unknown certificate authority is refused with a code, and accepted with insecureSkipTlsVerify', async () => {
    const server = await serve(giveObject, authority.issue());
    await expect(get(connect(server))).rejects.toMatchObject({ code: 'SIGNET_KUBE_UNTRUSTED' });
    expect(server.seen).toHaveLength(0);
    await expect(get(connect(server, { insecureSkipTlsVerify: true }))).resolves.toEqual(object);
  });

  test('tlsServerName is the name that is verified', async () => {
    const identity = makeAuthority('named');
    const server = await startScripted(giveObject, identity.issue(['kubernetes']));
    cleanups.push(() => server.stop());
    const under = (tlsServerName: string): Client => connect(server, { ca: identity.ca, tlsServerName });
    await expect(get(under('kubernetes'))).resolves.toEqual(object);
    await expect(get(under('elsewhere'))).rejects.toMatchObject({ code: 'SIGNET_KUBE_UNTRUSTED' });
  });

  test('HTTP/1.1 is spoken also to a server that offers HTTP/2: a watch shares its socket with nobody', async () => {
    const server = await serve(giveObject, {
      ...authority.issue(),
      ALPNProtocols: ['h2', 'http/1.1'],
    });
    await expect(get(connect(server, { ca: authority.ca }, { retries: 0 }))).resolves.toEqual(object);
  });

  test('a proxy: every request goes through a tunnel to the server, which is verified as itself', async () => {
    const server = await serve(giveObject, authority.issue(['k8s.corp']));
    const proxy = await startConnectProxy(server.url);
    cleanups.push(() => proxy.stop());
    const through = { server: 'https://k8s.corp:6443', ca: authority.ca, proxyUrl: proxy.url };
    const client = connect(server, through);
    await get(client);
    await expect(get(client)).resolves.toEqual(object);
    expect(proxy.asked).toEqual(['k8s.corp:6443']);
    const another = connect(server, { ...through, server: 'https://another.corp:6443' }, { retries: 0 });
    await expect(get(another)).rejects.toMatchObject({ code: 'SIGNET_KUBE_UNTRUSTED' });
  });

  test('certificates that do not fit together are named before anything is sent', async () => {
    const server = await serve(giveObject, authority.issue());
    const [{ cert }, { key }] = [authority.issue(), authority.issue()];
    const client = connect(server, { ca: authority.ca, clientCert: cert, clientKey: key });
    await expect(get(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_BAD_CERTIFICATES' });
    expect(server.accepted).toBe(0);
  });

  test('a client certificate is shown', async () => {
    const mutual = { ...authority.issue(), ca: authority.ca, requestCert: true, rejectUnauthorized: true };
    const server = await serve(giveObject, mutual);
    const { cert, key } = authority.issue(['me']);
    await expect(get(connect(server, { ca: authority.ca, clientCert: cert, clientKey: key }))).resolves.toEqual(object);
    await expect(get(connect(server, { ca: authority.ca }, { retries: 0 }))).rejects.toMatchObject({
      code: 'SIGNET_KUBE_UNREACHABLE',
    });
  });

  test('nobody listening: a coded error that names the server', async () => {
    const server = await startScripted(() => {});
    await server.stop();
    await expect(get(connect(server))).rejects.toMatchObject({
      code: 'SIGNET_KUBE_UNREACHABLE',
      message: `cannot reach ${server.url} (ECONNREFUSED)`,
    });
  });

  test('the CA file is replaced: a new pool trusts the new one, the old is drained', async () => {
    const next = makeAuthority('two');
    const file = path.join(await folder(), 'ca.crt');
    await writeFile(file, authority.ca);
    const before = await serve(giveObject, authority.issue());
    const client = connect(before, { caFile: file });
    await get(client);
    await get(client);
    expect(before.accepted).toBe(1);

    // The server comes back on the same port with a certificate of the new authority.
    const port = Number(new URL(before.url).port);
    await before.stop();
    const after = await startScripted(giveObject, next.issue(), port);
    cleanups.push(() => after.stop());
    await expect(get(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_UNTRUSTED' });
    await writeFile(`${file}.new`, next.ca);
    await rename(`${file}.new`, file);
    await expect(get(client)).resolves.toEqual(object);
    await get(client);
    expect(after.seen).toHaveLength(2);
  });
});

describe('ends', () => {
  const silent: Script = () => {};

  test('the deadline', async () => {
    const clock = manualClock();
    const server = await serve(silent);
    const outcome = thrown(get(connect(server, {}, { clock })));
    await eventually('the request arrives', () => server.seen.length === 1);
    await clock.advance(60_000);
    expect(await outcome).toMatchObject({ code: 'SIGNET_KUBE_TIMEOUT' });
    await eventually('the socket is closed', () => server.open === 0);
  });

  test('the signal: its reason comes back, the socket is closed', async () => {
    const server = await serve(silent);
    const controller = new AbortController();
    const outcome = thrown(connect(server).get(configMaps, object.metadata, { signal: controller.signal }));
    await eventually('the request arrives', () => server.seen.length === 1);
    controller.abort(new Error('enough'));
    expect(await outcome).toBe(controller.signal.reason);
    await eventually('the socket is closed', () => server.open === 0);
  });

  test('a signal aborted before: nothing is sent', async () => {
    const server = await serve(silent);
    await expect(
      connect(server).get(configMaps, object.metadata, { signal: AbortSignal.abort(new Error('before')) }),
    ).rejects.toThrow('before');
    expect(server.seen).toHaveLength(0);
  });

  test('close() rejects what is under way, also between attempts, and everything after', async () => {
    const server = await serve((_seen, reply) => reply.refuse(429, 'TooManyRequests', 'busy', { 'retry-after': '30' }));
    const client = createClient({ server: server.url }, { clock: manualClock() });
    const outcome = thrown(get(client));
    await eventually('the request arrives', () => server.seen.length === 1);
    await client.close();
    expect(await outcome).toMatchObject({ code: 'SIGNET_KUBE_CLOSED' });
    await expect(get(client)).rejects.toMatchObject({ code: 'SIGNET_KUBE_CLOSED' });
    expect(server.open).toBe(0);
  });
});
