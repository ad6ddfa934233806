import { execFile } from 'node:child_process';
import { join } from 'node:path';

/** Versions of Kubernetes the tests know: the newest supported, and the oldest (run on request). */
export type KubernetesVersion = '1.36' | '1.33';

const known: readonly KubernetesVersion[] = ['1.36', '1.33'];

/** The version the tests run against: `SIGNET_TEST_KUBERNETES`, else the newest supported. */
export function chosenVersion(): KubernetesVersion {
  const wanted = process.env['SIGNET_TEST_KUBERNETES'] ?? '1.36';
  const version = known.find((one) => one === wanted);
  if (!version) throw new Error(`SIGNET_TEST_KUBERNETES is ${wanted}; known are ${known.join(', ')}`);
  return version;
}

/** Where the programs lie. */
export interface Programs {
  readonly etcd: string;
  readonly apiServer: string;
  readonly controllerManager: string;
}

/** What a build needs is not on this machine. The message is what `build.sh` said. */
export class MissingPrerequisite extends Error {
  override readonly name = 'MissingPrerequisite';
}

const missingExitCode = 3;

/**
 * The programs of a control plane, built from their Go modules on the first call on this machine (about 5 minutes) and found
 * in the cache afterwards (milliseconds).
 *
 * @throws MissingPrerequisite when there is no Go
 */
export async function controlPlanePrograms(version: KubernetesVersion = chosenVersion()): Promise<Programs> {
  const directory = await new Promise<string>((resolve, reject) => {
    execFile(
      join(import.meta.dirname, 'build.sh'),
      [version],
      { encoding: 'utf8', maxBuffer: 64 << 20 },
      (error, stdout, stderr) => {
        if (!error) resolve(stdout.trim());
        else if (error.code === missingExitCode) reject(new MissingPrerequisite(stderr.trim()));
        else reject(new Error(`building the control plane ${version} failed:\n${stderr.trim()}`));
      },
    );
  });
  return {
    etcd: join(directory, 'etcd'),
    apiServer: join(directory, 'kube-apiserver'),
    controllerManager: join(directory, 'kube-controller-manager'),
  };
}
