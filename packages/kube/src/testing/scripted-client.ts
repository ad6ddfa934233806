import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach } from 'vitest';
import type { Client, ClientOptions, Connection, ConfigMap } from '../client/index.ts';
import { configMaps, createClient } from '../client/index.ts';
import { impatientClock } from './impatient-clock.ts';
import type { Script, ScriptedServer } from './scripted-server.ts';
import { startScripted } from './scripted-server.ts';

/** Servers, clients and folders that end with each test of the file that asks for them. */
export interface ScriptedClients {
  serve(...start: Parameters<typeof startScripted>): Promise<ScriptedServer>;
  /** A client that waits without waiting, and without jitter. */
  connect(server: ScriptedServer, connection?: Partial<Connection>, options?: ClientOptions): Client;
  folder(): Promise<string>;
  /** Ends after the test, the last first. */
  readonly cleanups: (() => Promise<unknown>)[];
}

/** What scripted servers answer with. */
export const object: ConfigMap & { readonly metadata: { readonly namespace: string; readonly name: string } } = {
  apiVersion: 'v1',
  kind: 'ConfigMap',
  metadata: { namespace: 'web', name: 'a', resourceVersion: '7' },
  data: { k: 'ä€😀' },
};

/** Answers everything with the object. */
export const giveObject: Script = (_seen, reply) => reply.json(200, object);

/** Reads the object. */
export const get = (client: Client): Promise<unknown> => client.get(configMaps, { namespace: 'web', name: 'a' });
/** Creates the object. */
export const post = (client: Client): Promise<unknown> => client.create(configMaps, object);

/** Call at the top of a test file. */
export function scriptedClients(): ScriptedClients {
  const cleanups: (() => Promise<unknown>)[] = [];
  afterEach(async () => {
    for (const cleanup of cleanups.splice(0).reverse()) await cleanup();
  });
  return {
    cleanups,
    async serve(...start) {
      const server = await startScripted(...start);
      cleanups.push(() => server.stop());
      return server;
    },
    connect(server, connection = {}, options = {}) {
      const client = createClient({ server: server.url, ...connection }, { clock: impatientClock(), random: () => 0, ...options });
      cleanups.push(() => client.close());
      return client;
    },
    async folder() {
      const made = await mkdtemp(path.join(tmpdir(), 'kube-'));
      cleanups.push(() => rm(made, { recursive: true }));
      return made;
    },
  };
}
