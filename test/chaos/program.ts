import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { SeenRequest } from '@signet/kube-sandbox';
import { home } from './world.ts';
import type { World } from './world.ts';

const program = fileURLToPath(new URL('../../packages/controller/bin/signet-controller.js', import.meta.url));
const flags = [
  '--key-size=2048',
  '--listen-addr=127.0.0.1:0',
  '--listen-metrics-addr=127.0.0.1:0',
  '--lease-duration=2s',
  '--lease-renew-deadline=1300ms',
  '--lease-retry-period=250ms',
];

/** Starts the real program, and waits for nothing. */
export function startProgram(kubeconfig: string): ChildProcess {
  const env = { ...process.env, POD_NAMESPACE: home };
  return spawn(process.execPath, [program, ...flags, `--kubeconfig=${kubeconfig}`], { env, stdio: 'ignore' });
}

/** Kills the program in the moment the request arrives; `isHandled`: the request is served all the same. */
export async function killAt(
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
  if (signal !== 'SIGKILL') throw new Error('the program ended before it was killed');
}

/** Ends it orderly, if it has not ended yet. */
export async function endProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const exit = once(child, 'exit');
  child.kill('SIGTERM');
  await exit;
}
