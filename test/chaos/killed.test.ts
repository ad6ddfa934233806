import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { SeenRequest } from '@signet/kube-sandbox';
import { home, World } from './world.ts';

const program = fileURLToPath(new URL('../../node_modules/.bin/signet-controller', import.meta.url));
const flags = ['--key-size=2048', '--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0', '--log-format=json'];
const lease = ['--lease-duration=2s', '--lease-renew-deadline=1300ms', '--lease-retry-period=250ms'];

let world: World;
let directory: string;
let child: ChildProcess | undefined;

/** Starts the real program, and waits for nothing. */
function start(): void {
  const kubeconfig = join(directory, 'kubeconfig');
  child = spawn(program, [...flags, ...lease, `--kubeconfig=${kubeconfig}`], {
    env: { ...process.env, POD_NAMESPACE: home },
    stdio: 'ignore',
  });
}

/** Kills the program with SIGKILL in the moment the request arrives; `after`: the request is handled all the same. */
function killAt(wanted: (request: SeenRequest) => boolean, after: boolean): Promise<void> {
  return new Promise((resolve) => {
    world.disturb((request) => {
      if (!wanted(request)) return undefined;
      world.disturb();
      const killed = child as ChildProcess;
      void once(killed, 'exit').then(() => resolve());
      killed.kill('SIGKILL');
      return after ? undefined : 'hang';
    });
  });
}

beforeAll(async () => {
  world = await World.start();
  directory = await mkdtemp(join(tmpdir(), 'signet-killed-'));
  await writeFile(join(directory, 'kubeconfig'), world.sandbox.kubeconfig(), { mode: 0o600 });
  start();
});

afterAll(async () => {
  if (child?.exitCode === null && child.signalCode === null) {
    child.kill('SIGTERM');
    await once(child, 'exit');
  }
  await world.stop();
  await rm(directory, { recursive: true });
});

test('a controller killed at any write leaves the old or the new Secret, and its successor goes on', async () => {
  await world.trustStoredKey();
  await world.write('db', { user: 'one', password: 'one' });
  await world.settles();

  const secretPut = ({ method, path }: SeenRequest): boolean => method === 'PUT' && path.endsWith('/secrets/db');
  const statusPut = ({ method, path }: SeenRequest): boolean => method === 'PUT' && path.endsWith('/sealedsecrets/db/status');
  const moments = [
    [secretPut, false],
    [secretPut, true],
    [statusPut, false],
    [statusPut, true],
  ] as const;
  for (const [index, [wanted, after]] of moments.entries()) {
    const killed = killAt(wanted, after);
    await world.write('db', { password: `of round ${index}`, [`token${index}`]: 'x' });
    await killed;
    await world.write('other', { password: `written while nobody ran, round ${index}` });
    start();
    await world.settles();
    expect(world.promised.violations).toEqual([]);
  }
});
