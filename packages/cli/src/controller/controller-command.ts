import type { Io } from '../console/io.ts';

/**
 * `signet controller`: runs the controller here, against the cluster of the kubeconfig, until Ctrl-C. Its flags are those of
 * `signet-controller`, which reads them.
 *
 * @returns the exit code of the controller
 */
export async function controllerCommand(argv: readonly string[], io: Io): Promise<number> {
  const { main } = await import('@signet/controller');
  return main({ argv, env: io.env, stdout: process.stdout, stderr: process.stderr });
}
