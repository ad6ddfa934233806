import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import type { SeenRequest } from '@signet/kube-sandbox';
import { home, World } from './world.ts';

const program = fileURLToPath(new URL('../../packages/controller/bin/signet-controller.js', import.meta.url));
const flags = [
  '--key-size=2048',
  '--listen-addr=127.0.0.1:0',
  '--listen-metrics-addr=127.0.0.1:0',
  '--lease-duration=2s',
  '--lease-renew-deadline=1300ms',
  '--lease-retry-period=250ms',
];

const secretPut = ({ method, path }: SeenRequest): boolean => method === 'PUT' && path.endsWith('/secrets/db');
const statusPut = ({ method, path }: SeenRequest): boolean => method === 'PUT' && path.endsWith('/sealedsecrets/db/status');
const moments = [
  { before: 'the Secret is written', wanted: secretPut, isHandled: false },
  { before: 'the answer that the Secret was written', wanted: secretPut, isHandled: true },
  { before: 'the status is written', wanted: statusPut, isHandled: false },
  { before: 'the answer that the status was written', wanted: statusPut, isHandled: true },
];

describe('a controller killed at any write leaves the old or the new Secret, and its successor goes on', () => {
  test.concurrent.each(moments)('before $before', async ({ wanted, isHandled }) => {
    const world = await World.start();
    const directory = await mkdtemp(join(tmpdir(), 'signet-killed-'));
    const kubeconfig = join(directory, 'kubeconfig');
    const children: ChildProcess[] = [];
    try {
      await writeFile(kubeconfig, world.sandbox.kubeconfig(), { mode: 0o600 });
      const first = start(kubeconfig);
      children.push(first);
      await world.trustStoredKey();
      await world.write('db', { user: 'one', password: 'one' });
      await world.settles();

      const killed = killAt(world, first, wanted, isHandled);
      await world.write('db', { password: 'two', token: 'two' });
      await killed;
      await world.write('other', { password: 'written while nobody ran' });
      children.push(start(kubeconfig));
      await world.settles();
      expect(world.promised.violations).toEqual([]);
    } finally {
      await Promise.all(children.map(async (child) => end(child)));
      await world.stop();
      await rm(directory, { recursive: true });
    }
  });
});

/** Starts the real program, and waits for nothing. */
function start(kubeconfig: string): ChildProcess {
  const env = { ...process.env, POD_NAMESPACE: home };
  return spawn(process.execPath, [program, ...flags, `--kubeconfig=${kubeconfig}`], { env, stdio: 'ignore' });
}

/** Kills the program in the moment the request arrives; `isHandled`: the request is served all the same. */
async function killAt(
  world: World,
  child: ChildProcess,
  wanted: (request: SeenRequest) => boolean,
  isHandled: boolean,
): Promise<void> {
  const exit = once(child, 'exit');
  world.disturb((request) => {
    if (!wanted(request)) return undefined;
    world.disturb();
    child.kill('SIGKILL');
    return isHandled ? undefined : 'hang';
  });
  const [, signal] = (await exit) as [number | null, string | null];
  expect(signal).toBe('SIGKILL');
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
