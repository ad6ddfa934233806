import { Option } from 'commander';
import type { Command } from 'commander';
import type { Io } from '../console/io.ts';
import { collectValues, errorFormat, excludeOption, pathsHelp } from '../program-options.ts';

const checkHelp = `
What it finds in ExternalSecrets, SecretStores and ClusterSecretStores (v1 and v1beta1), signet check finds too; this command leaves
  everything else alone. Nobody is asked: neither a cluster nor a store.
Exit codes: 0 nothing found (notes do not count), 1 errors or warnings found, 2 an input could not be used
`;

const syncHelp = `
Sets the annotation force-sync, and waits until the status answers for it.
Exit codes: 0 every object was fetched anew and is Ready, 1 one is not, or is fetched only once, 2 the command line was not understood,
  3 the cluster said no, or the controller did not answer in time
`;

const explainHelp = `
Names only: no value is printed, and of the Secret only its metadata is asked for.
Exit codes: 0 shown, 2 the command line was not understood, 3 the cluster could not be asked, or has no such object
`;

/** Adds `signet external`: check, sync, explain. */
export function addExternal(root: Command, io: Io, finish: (code: number) => void): void {
  const external = root
    .command('external')
    .description('ExternalSecrets: check manifests, fetch now, tell where each key comes from');
  external
    .command('check')
    .description('find what is wrong in ExternalSecrets and stores, offline, with file, line and column')
    .argument('<paths...>', `${pathsHelp}; - for stdin`)
    .option('--ignore <rule>', 'leave findings of a rule out (repeatable)', collectValues)
    .addOption(excludeOption())
    .option('-v, --verbose', 'show notes too')
    .addOption(new Option('-o, --output <format>', 'text (default), json, or sarif (2.1.0)').choices(['text', 'json', 'sarif']))
    .addOption(errorFormat())
    .addHelpText('after', checkHelp)
    .action(async (paths: string[], flags: object) => {
      const { checkCommand } = await import('../check/check-command.ts');
      finish(await checkCommand(paths, { ...flags, kinds: 'external' }, io));
    });
  withCluster(external.command('sync'))
    .description('have ExternalSecrets fetched now, and tell how it went')
    .argument('[names...]', 'ExternalSecrets of the namespace')
    .option('--all', 'all of the namespace')
    .option('--timeout <duration>', 'how long to wait for the answer (default: 1m)')
    .addHelpText('after', syncHelp)
    .action(async (names: string[], flags: object) => {
      const { syncCommand } = await import('./sync/sync-command.ts');
      finish(await syncCommand(names, flags, io));
    });
  withCluster(external.command('explain'))
    .description('tell which item, store and template gave each key of the Secret')
    .argument('<name>', 'the ExternalSecret')
    .addHelpText('after', explainHelp)
    .action(async (name: string, flags: object) => {
      const { explainCommand } = await import('./explain/explain-command.ts');
      await explainCommand(name, flags, io);
    });
}

function withCluster(command: Command): Command {
  return command
    .option('-n, --namespace <name>', "namespace (default: that of the kubeconfig's context)")
    .addOption(new Option('-o, --output <format>', 'text (default) or json').choices(['text', 'json']))
    .option('--kubeconfig <file>', 'kubeconfig (default: KUBECONFIG, then ~/.kube/config)')
    .option('--context <name>', 'context of the kubeconfig')
    .addOption(errorFormat());
}
