import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describeStore, startFaultProxy, testRoom } from '@signet/provider/testing';
import type { World } from '@signet/provider/testing';
import { webhook } from './webhook.ts';

/** An endpoint that keeps JSON by key, for whoever has the password. */
async function startEndpoint() {
  const values = new Map<string, string>();
  const denied = new Set<string>();
  let password = 'p1';
  const server = createServer((request, response) => {
    request.resume();
    const key = new URL(request.url ?? '', 'http://endpoint').searchParams.get('key') ?? '';
    const expected = `Basic ${Buffer.from(`ann:${password}`).toString('base64')}`;
    const status = request.headers.authorization !== expected ? 401 : denied.has(key) ? 403 : values.has(key) ? 200 : 404;
    response.writeHead(status, { 'content-type': 'application/json' }).end(status === 200 ? values.get(key) : '');
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    values,
    denied,
    usePassword: (next: string) => void (password = next),
    stop: async () => {
      server.closeAllConnections();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function startWorld(): Promise<World> {
  const endpoint = await startEndpoint();
  const proxy = await startFaultProxy({ target: endpoint.url });
  const room = testRoom();
  const setPassword = (password: string): void =>
    room.credentials.setSecret('default', 'login', { user: 'ann', password }, { 'external-secrets.io/type': 'webhook' });
  setPassword('p1');
  const config = {
    url: `${proxy.url}/secret?key={{ .remoteRef.key }}`,
    headers: { Authorization: 'Basic {{ print .auth.user ":" .auth.password | b64enc }}' },
    result: { jsonPath: "${{ if .remoteRef.property }}['{{ .remoteRef.property }}']{{ end }}" },
    secrets: [{ name: 'auth', secretRef: { name: 'login' } }],
  };
  return {
    room,
    proxy,
    open: (opened) => webhook.configure(config, opened.store).open(opened),
    put: async (key, value) => void endpoint.values.set(key, JSON.stringify(value)),
    remove: async (key) => void endpoint.values.delete(key),
    deny: async (key) => void endpoint.denied.add(key),
    rotateCredentials: async () => {
      endpoint.usePassword('p2');
      setPassword('p2');
    },
    stop: async () => {
      await proxy.stop();
      await endpoint.stop();
    },
  };
}

describeStore('webhook', {
  start: startWorld,
  binary: false,
  cannot: {
    binary: 'a value out of JSON is text (a body without jsonPath is any bytes: see store.process.test.ts)',
    'deleted version': 'what a version is the endpoint decides; it answers 404',
    'expired login': 'it has no login: each call carries its credentials',
    find: 'an endpoint has no way to list',
    'find with a bad pattern': 'an endpoint has no way to list',
  },
});
