import { Option } from 'commander';
import type { Command } from 'commander';
import type { Io } from './console/io.ts';
import { addCluster, collectValues, errorFormat, excludeOption, pathsHelp } from './program-options.ts';

const checkHelp = `
Exit codes: 0 nothing found (notes do not count), 1 errors or warnings found, 2 an input could not be used,
  3 with --cluster: the controller could not be asked
A rule is named at the end of each finding: [plaintext-secret]. Reasons and next steps: docs/reference/errors.md
`;

const unsealHelp = `
Keys: PEM files, or key Secrets as YAML or JSON, one or many:
  kubectl get secret -n kube-system -l sealedsecrets.bitnami.com/sealed-secrets-key -o yaml > keys.yaml
Files of -w and --output-dir are readable by their owner only (0600). On a terminal nothing is shown without --force: what was
  opened would stay in the scrollback.
Exit codes: 0 everything was opened, 1 something was not (each item is named; the rest is written only with --keep-going),
  2 the command line was not understood
`;

const resealHelp = `
Without --key the controller does it (/v1/rotate): no private key leaves the cluster, and what is on its newest key comes back
  unchanged. Its rate limit (429, Retry-After) is waited for. A controller of the original project reseals every item each time.
With --key and --cert it is done offline; pass the private key of the new certificate too, so that what is on it is recognised.
A file is written when all its objects are done, whole or not at all. An interrupted run can be repeated.
Exit codes: 0 everything is on the newest key, 1 something failed or was not tried, 2 the command line was not understood,
  3 the controller could not be asked, 130 interrupted
`;

const diffHelp = `
Objects are compared by namespace and name, items by key. Never a value: a sealed value is another text each time it is sealed, so
  "~" says that it was sealed anew, not that the value is another one.
Exit codes: 0 done, 1 something changed (only with --exit-code), 2 an input or a revision could not be used
`;

const convertHelp = `
Address and credentials of a backend stood in the environment of the old controller; what a store has to name of it is asked for with
  an option. ibmcloudSecretsManager and akeyless: write the store by hand and name it with --store.
Exit codes: 0 everything was converted, 1 something cannot be (each reason is named, nothing is written), 2 the command line was not
  understood
`;

/** Adds the verbs that work on what a repository holds: check, convert, diff, reseal, unseal. */
export function addRepository(root: Command, io: Io, finish: (code: number) => void): void {
  addCheck(root, io, finish);
  addUnseal(root, io, finish);
  addReseal(root, io, finish);
  addDiff(root, io, finish);
  addConvert(root, io);
}

function addCheck(root: Command, io: Io, finish: (code: number) => void): void {
  const check = root
    .command('check')
    .description(
      'find plaintext Secrets, damaged or misplaced SealedSecrets, broken ExternalSecrets and templates in manifests, offline',
    );
  check
    .argument('<paths...>', `${pathsHelp}; - for stdin`)
    .option('--cert <file|url>', 'compare items with this certificate, and check its dates')
    .option('--cluster', 'ask the controller for each SealedSecret whether it opens')
    .option('-n, --namespace <name>', 'with --cluster: namespace of objects that name none')
    .option('--ignore <rule>', 'leave findings of a rule out (repeatable)', collectValues)
    .addOption(excludeOption())
    .option('-v, --verbose', 'show notes too')
    .addOption(new Option('-o, --output <format>', 'text (default), json, or sarif (2.1.0)').choices(['text', 'json', 'sarif']))
    .addHelpText('after', checkHelp);
  addCluster(check).action(async (paths: string[], flags: object) => {
    const { checkCommand } = await import('./check/check-command.ts');
    finish(await checkCommand(paths, flags, io));
  });
}

function addUnseal(root: Command, io: Io, finish: (code: number) => void): void {
  root
    .command('unseal')
    .description('disaster recovery: open SealedSecrets offline, with private keys from a backup')
    .argument('[paths...]', `${pathsHelp}; - for stdin`)
    .option('--key <file>', 'private key (repeatable)', collectValues)
    .option('-w, --write <file>', 'write one stream to a file, whole or not at all')
    .option('--output-dir <folder>', 'write each Secret to FOLDER/NAMESPACE/NAME.yaml')
    .addOption(new Option('-o, --output <format>', 'yaml (default) or json').choices(['yaml', 'json']))
    .option('--keep-going', 'write what could be opened when something could not')
    .option('--raw', 'open one bare item (a file, or stdin) and print its value')
    .option('-n, --namespace <name>', 'with --raw: namespace it was sealed for (strict, namespace-wide)')
    .option('--name <name>', 'with --raw: name it was sealed for (strict)')
    .option('--scope <scope>', 'with --raw: strict (default), namespace-wide or cluster-wide')
    .addOption(excludeOption())
    .option('--force', 'show opened values on a terminal')
    .addOption(errorFormat())
    .addHelpText('after', unsealHelp)
    .action(async (paths: string[], flags: object) => {
      const { unsealCommand } = await import('./unseal/unseal-command.ts');
      finish(await unsealCommand(paths, flags, io));
    });
}

function addReseal(root: Command, io: Io, finish: (code: number) => void): void {
  const reseal = root
    .command('reseal')
    .description('bring the SealedSecrets of a repository to the newest sealing key, in place; nothing else of a file changes');
  reseal
    .argument('<paths...>', pathsHelp)
    .option('--key <file>', 'offline: private key that opens (repeatable)', collectValues)
    .option('--cert <file|url>', 'offline: the certificate to seal with')
    .option('--pins <file>', 'with --cert: fingerprints it must be among (default: SIGNET_PINS, .signet-pins.yaml here or above)')
    .option('-n, --namespace <name>', 'namespace of objects that name none')
    .option('--dry-run', 'write nothing')
    .option('--fail-fast', 'begin nothing new after the first failure')
    .option('--concurrency <count>', 'objects at the same time (default: 4)')
    .addOption(excludeOption())
    .addOption(new Option('-o, --output <format>', 'text (default) or json').choices(['text', 'json']))
    .addHelpText('after', resealHelp);
  addCluster(reseal).action(async (paths: string[], flags: object) => {
    const { resealCommand } = await import('./reseal/reseal-command.ts');
    finish(await resealCommand(paths, flags, io));
  });
}

function addDiff(root: Command, io: Io, finish: (code: number) => void): void {
  root
    .command('diff')
    .description('what changed in SealedSecrets, by object and key, never by value')
    .argument('[paths...]', 'OLD NEW: two files or folders, one of them - for stdin; with --git, what to limit it to')
    .option('--git <range>', 'compare two revisions of the repository: OLD..NEW, or OLD...NEW from their common ancestor')
    .option('--exit-code', 'end with 1 when something changed')
    .addOption(excludeOption())
    .addOption(new Option('-o, --output <format>', 'text (default), json, or markdown').choices(['text', 'json', 'markdown']))
    .addOption(errorFormat())
    .addHelpText('after', diffHelp)
    .action(async (paths: string[], flags: object) => {
      const { diffCommand } = await import('./diff/diff-command.ts');
      finish(await diffCommand(paths, flags, io));
    });
}

function addConvert(root: Command, io: Io): void {
  root
    .command('convert')
    .description('bring manifests of other projects to the kinds that Signet serves, offline')
    .command('kes')
    .description('kubernetes-client.io/v1 ExternalSecrets to external-secrets.io/v1, with their stores')
    .argument('[paths...]', `${pathsHelp}; - or nothing reads stdin`)
    .option('--store <kind/name>', 'use this store (SecretStore/NAME or ClusterSecretStore/NAME) and make none')
    .option('--cluster-stores', 'make ClusterSecretStores (default: a SecretStore in each namespace)')
    .option('--aws-region <region>', 'region of objects that name none')
    .option('--vault-server <url>', 'address of Vault')
    .option('--vault-role <role>', 'role of objects that name none')
    .option('--refresh-interval <duration>', 'how often values are fetched (default: 1h0m0s)')
    .option('-w, --write <file>', 'write to a file, whole or not at all')
    .addOption(new Option('-o, --output <format>', 'yaml (default) or json').choices(['yaml', 'json']))
    .addOption(excludeOption())
    .addOption(errorFormat())
    .addHelpText('after', convertHelp)
    .action(async (paths: string[], flags: object) => {
      const { convertCommand } = await import('./convert/convert-command.ts');
      await convertCommand(paths, flags, io);
    });
}
