import { spawn } from 'node:child_process';
import { constants } from 'node:os';
import type { Io } from '../console/io.ts';
import { systemProblem } from '../console/write-file.ts';
import { cliErrors } from '../errors.ts';

/**
 * Runs a command with KUBECONFIG set, its streams those of this process, and passes our end on to it.
 *
 * @returns its exit code; 128 plus the number of the signal that ended it, as shells have it
 */
export function runWithKubeconfig(command: readonly string[], kubeconfig: string, io: Io): Promise<number> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: 'inherit', env: { ...io.env, KUBECONFIG: kubeconfig } });
    // On a terminal the child got the Ctrl-C too; this is for a signal sent to us alone.
    const end = (): void => void child.kill('SIGTERM');
    io.signal.addEventListener('abort', end, { once: true });
    child.on('error', (error) => {
      io.signal.removeEventListener('abort', end);
      reject(cliErrors.COMMAND_FAILED({ command: program, problem: systemProblem(error) }, { cause: error }));
    });
    child.on('exit', (code, signal) => {
      io.signal.removeEventListener('abort', end);
      resolve(code ?? 128 + (signal ? constants.signals[signal] : 1));
    });
  });
}
