import type { Command } from 'commander';
import { Option } from 'commander';
import type { Io } from '../console/io.ts';
import { addCluster, collectValues } from '../program-options.ts';

/** Adds `signet keys`. A verb's code is loaded when it runs. */
export function addKeys(root: Command, io: Io): void {
  const keys = root.command('keys').description('the sealing keys of a cluster: list, back up, restore, renew, retire');
  addList(keys, io);
  addBackup(keys, io);
  addRestore(keys, io);
  addVerify(keys, io);
  addRenew(keys, io);
  addRetire(keys, io);
}

function addList(keys: Command, io: Io): void {
  const list = keys.command('list').description('name, fingerprint, age and state of each key, newest first, and which one seals');
  addPlace(list)
    .addOption(new Option('-o, --output <format>', 'text (default), json or yaml').choices(['text', 'json', 'yaml']))
    .action(async (flags: object) => {
      const { listCommand } = await import('./list-command.ts');
      await listCommand(flags, io);
    });
}

function addBackup(keys: Command, io: Io): void {
  const backup = keys
    .command('backup')
    .description('write the private keys to one encrypted file that age, kubectl and kubeseal understand');
  addPlace(backup)
    .requiredOption('-w, --write <file>', 'the file; one that is there is not replaced')
    .option('-r, --recipient <age1...>', 'encrypt for this public key of age, without a passphrase (repeatable)', collectValues)
    .option('--recipients-file <file>', 'public keys of age, one a line (repeatable)', collectValues)
    .option('--passphrase-file <file>', 'read the passphrase there (default: SIGNET_PASSPHRASE, else a hidden prompt)')
    .option('--all', 'keys that are marked compromised too')
    .option('-a, --armor', 'write text instead of bytes')
    .option('--force', 'replace the file if it is there')
    .option('--plaintext', 'do not encrypt: whoever reads the file opens everything')
    .addHelpText('after', '\nTo use it without Signet: age -d FILE | kubectl apply -f -')
    .action(async (flags: object) => {
      const { backupCommand } = await import('./backup-command.ts');
      await backupCommand(flags, io);
    });
}

function addRestore(keys: Command, io: Io): void {
  const restore = keys
    .command('restore')
    .description('create the keys of a backup that the cluster does not have; changes nothing that is there');
  addOpening(addPlace(restore))
    .argument('<file>', 'a backup, or what kubectl get secrets -o yaml printed; - for stdin')
    .option('--dry-run', 'only say what would be created')
    .action(async (file: string, flags: object) => {
      const { restoreCommand } = await import('./restore-command.ts');
      await restoreCommand(file, flags, io);
    });
}

function addVerify(keys: Command, io: Io): void {
  const verify = keys.command('verify').description('open a backup and check every pair in it; needs no cluster');
  addOpening(addPlace(verify))
    .argument('<file>', 'a backup; - for stdin')
    .option('--cert <file|url>', 'the backup must hold the key of this certificate (repeatable)', collectValues)
    .option('--cluster', 'the backup must hold every key that the cluster opens with')
    .action(async (file: string, flags: object) => {
      const { verifyCommand } = await import('./verify-command.ts');
      await verifyCommand(file, flags, io);
    });
}

function addRenew(keys: Command, io: Io): void {
  const renew = keys.command('renew').description('make a new sealing key now, and wait until the controller seals with it');
  addPlace(renew)
    .option('--bits <number>', 'length of the RSA key (default: 4096)')
    .option('--valid-for <time>', 'validity of the certificate (default: 87600h)')
    .option('--common-name <name>', 'common name of the certificate (default: none)')
    .option('--label <key=value>', 'a label for the Secret (repeatable)', collectValues)
    .option('--annotation <key=value>', 'an annotation for the Secret (repeatable)', collectValues)
    .option('--timeout <time>', 'how long to wait for the controller (default: 60s)')
    .option('--no-wait', 'do not ask the controller')
    .action(async ({ label, annotation, ...flags }: { label?: readonly string[]; annotation?: readonly string[] }) => {
      const { renewCommand } = await import('./renew-command.ts');
      await renewCommand({ ...flags, labels: label, annotations: annotation }, io);
    });
}

function addRetire(keys: Command, io: Io): void {
  const retire = keys.command('retire').description('label a key compromised: the controller opens nothing with it any more');
  addPlace(retire)
    .argument('<key>', 'name of its Secret, or its fingerprint')
    .option('--yes', 'do not ask')
    .action(async (key: string, flags: object) => {
      const { retireCommand } = await import('./retire-command.ts');
      await retireCommand(key, flags, io);
    });
}

function addPlace(command: Command): Command {
  return addCluster(command)
    .option('--key-prefix <name>', 'as the --key-prefix of the controller (default: sealed-secrets-key)')
    .option('--key-order-priority <order>', 'as of the controller: CertNotBefore (default) or SecretCreationTimestamp');
}

function addOpening(command: Command): Command {
  return command
    .option('-i, --identity <file>', 'identity file of age, for a backup made for a public key (repeatable)', collectValues)
    .option('--passphrase-file <file>', 'read the passphrase there (default: SIGNET_PASSPHRASE, else a hidden prompt)');
}
