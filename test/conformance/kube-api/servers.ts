import type { Connection } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import { startControlPlane } from '../../control-plane/control-plane.ts';
import type { ConformanceCase } from './conformance-case.ts';
import type { Leaf } from './differences.ts';
import { differences } from './differences.ts';
import type { Outcome, Server } from './session.ts';
import { dispatcherFor, RecordingSession } from './session.ts';

/** A real API server and the sandbox, side by side. */
export interface Servers {
  /** Runs a case on both and says where they differ. */
  compare(one: ConformanceCase): Promise<readonly Leaf[]>;
  /** Logs of the real one. */
  diagnostics(): Promise<string>;
  stop(): Promise<void>;
}

/** A namespace's name from a case's: short enough to be part of an API group's name. */
function namespaceOf(name: string): string {
  let sum = 7;
  for (const character of name) sum = (sum * 31 + (character.codePointAt(0) ?? 0)) % 0x7fff_ffff;
  const slug = name
    .toLowerCase()
    .replaceAll(/[^a-z0-9]+/g, '-')
    .replaceAll(/^-|-$/g, '')
    .slice(0, 30)
    .replace(/-$/, '');
  return `c-${slug}-${sum.toString(36)}`;
}

async function runOn(server: Server, one: ConformanceCase): Promise<Outcome> {
  const session = new RecordingSession(server, namespaceOf(one.name));
  try {
    await session.post('/api/v1/namespaces', { metadata: { name: session.namespace } }, {}, { compare: 'status' });
    await one.run(session);
    return session.outcome;
  } finally {
    await session.close();
  }
}

/** Starts both servers. */
export async function startServers(): Promise<Servers> {
  const [plane, sandbox] = await Promise.all([startControlPlane(), startSandbox()]);
  const real: Server = serverOf(plane.adminConnection(), async () => {
    await plane.compact();
    // The API server remembers what etcd has forgotten; a new one does not.
    await plane.restart('kube-apiserver');
  });
  const ours: Server = serverOf(sandbox.connection(), async () => sandbox.compact());
  return {
    async compare(one) {
      const [expected, seen] = await Promise.all([runOn(real, one), runOn(ours, one)]);
      return differences(expected, seen);
    },
    diagnostics: () => plane.diagnostics(),
    async stop() {
      await Promise.all([real, ours].flatMap(({ agent, strangers }) => [agent.destroy(), strangers.destroy()]));
      await Promise.all([plane.stop(), sandbox.stop()]);
    },
  };
}

function serverOf(connection: Connection, compact: () => Promise<void>): Server {
  const { server, ca } = connection;
  return { connection, agent: dispatcherFor(connection), strangers: dispatcherFor({ server, ca }), compact };
}
