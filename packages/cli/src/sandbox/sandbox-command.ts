import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../console/io.ts';
import { writeFileAtomic } from '../console/write-file.ts';
import { cliErrors, exitCodes } from '../errors.ts';
import { runWithKubeconfig } from './run-with-kubeconfig.ts';

/** Options of `signet sandbox`. */
export interface SandboxFlags {
  readonly data?: string | undefined;
  readonly port?: string | undefined;
  readonly kubeconfig?: string | undefined;
}

/**
 * `signet sandbox`: an API server on this machine, until Ctrl-C or until the command after `--` has ended.
 *
 * @returns the exit code: that of the command, where there is one
 */
export async function sandboxCommand(command: readonly string[], flags: SandboxFlags, io: Io): Promise<number> {
  const port = portOf(flags.port);
  // Asked for before anything is started, so that Ctrl-C always stops it.
  const { signal } = io;
  const { startSandbox } = await import('@signet/kube-sandbox');
  const sandbox = await startSandbox({ port, ...(flags.data === undefined ? {} : { dataFile: flags.data }) });
  // The kubeconfig holds a token: a folder of our own is readable by nobody else.
  const folder = flags.kubeconfig === undefined ? await mkdtemp(join(tmpdir(), 'signet-sandbox-')) : undefined;
  const kubeconfig = flags.kubeconfig ?? join(folder ?? '', 'kubeconfig.yaml');
  try {
    await writeFileAtomic(kubeconfig, sandbox.kubeconfig());
    if (command.length > 0) return await runWithKubeconfig(command, kubeconfig, io);
    io.say(`Sandbox API server at ${sandbox.url} (Ctrl-C stops it${flags.data ? '' : ' and forgets everything'})\n\n`);
    io.say('  Point kubectl at it, in another terminal:\n\n');
    await io.out(`export KUBECONFIG=${kubeconfig}\n`);
    io.say('\n  Then for example: kubectl get namespaces\n');
    await aborted(signal);
    return exitCodes.ok;
  } finally {
    await sandbox.stop();
    if (folder !== undefined) await rm(folder, { recursive: true, force: true });
  }
}

function portOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const port = Number(text);
  if (/^\d+$/.test(text) && port <= 65_535) return port;
  throw cliErrors.USAGE({ problem: `--port must be a number from 0 to 65535, not ${JSON.stringify(text)}` });
}

/** Resolves when the signal is aborted, and keeps the process alive until then. */
function aborted(signal: AbortSignal): Promise<void> {
  if (signal.aborted) return Promise.resolve();
  return new Promise((resolve) => {
    const alive = setInterval(() => {}, 60_000);
    signal.addEventListener(
      'abort',
      () => {
        clearInterval(alive);
        resolve();
      },
      { once: true },
    );
  });
}
