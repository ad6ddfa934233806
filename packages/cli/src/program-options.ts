import { Option } from 'commander';
import type { Command } from 'commander';

/** Options of a command that seals: where the certificate comes from, and the cluster it may be fetched from. */
export function addCertificate(command: Command): Command {
  return addCluster(
    command
      .option('--cert <file|url>', 'the certificate (default: SIGNET_CERT, SEALED_SECRETS_CERT, else from the cluster)')
      .option('--pins <file>', 'fingerprints it must be among (default: SIGNET_PINS, .signet-pins.yaml here or above)'),
  );
}

/** Options of a command that asks the controller of a cluster. */
export function addCluster(command: Command): Command {
  return command
    .option('--controller-namespace <name>', 'namespace of the controller (default: kube-system)')
    .option('--controller-name <name>', 'Service of the controller (default: sealed-secrets-controller, then sealed-secrets)')
    .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, then ~/.kube/config)')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(errorFormat());
}

/** How errors are shown. */
export function errorFormat(): Option {
  return new Option('--error-format <format>', 'how errors are shown on stderr').choices(['text', 'json']);
}

/** Collects the values of an option that may be given several times. */
export function collectValues(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

/** What the names of a command that reads a repository stand for. */
export const pathsHelp = 'files, folders (.yaml, .yml and .json at any depth) or patterns';

/** Files that are not to be read. */
export function excludeOption(): Option {
  return new Option('--exclude <pattern>', 'leave files out, such as charts/** (repeatable)').argParser(collectValues);
}
