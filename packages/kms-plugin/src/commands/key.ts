import type { Command } from 'commander';
import { kmsErrors } from '../errors.ts';
import type { Outside } from '../main.ts';

/** `signet-kms key create|rotate` and `backup verify`: key rings of the backend `local`. */
export function keyCommands(program: Command, { stdout }: Outside): void {
  const key = program.command('key').description('key rings of the backend `local`');
  key
    .command('create')
    .description('make a key ring with one new key; never overwrites a file')
    .requiredOption('--file <file>', 'where to')
    .option('--name <name>', 'its name: letters, digits and `_.-`', 'signet')
    .action(async ({ file, name }: { file: string; name: string }) => {
      const { activeKey, createRingFile, newRing } = await import('@signet/provider-local/key-ring');
      if (!/^[\w.-]{1,64}$/.test(name))
        throw kmsErrors.NOT_READY({ what: '--name', because: 'it is not 1 to 64 letters, digits and `_.-`' });
      const ring = newRing({ name, now: new Date() });
      await createRingFile(file, ring);
      stdout.write(`made ${file} with key version ${activeKey(ring).version}\n`);
      stdout.write('It protects backups of etcd only while it is not in them: keep a copy of it elsewhere.\n');
    });
  key
    .command('rotate')
    .description('add a key to a ring; it encrypts from now on, the others decrypt')
    .requiredOption('--file <file>', 'the key ring')
    .action(async ({ file }: { file: string }) => {
      const { activeKey, changeRingFile, rotated } = await import('@signet/provider-local/key-ring');
      const ring = await changeRingFile(file, (before) => rotated(before, new Date()));
      stdout.write(`${file} encrypts with key version ${activeKey(ring).version}; ${ring.keys.length} versions decrypt\n`);
      stdout.write('Copy the file to all control-plane nodes, then to its backup.\n');
    });
  program
    .command('backup')
    .description('backups of key rings')
    .command('verify')
    .description('compare a backup with the key ring that is in use')
    .requiredOption('--file <file>', 'the key ring')
    .requiredOption('--backup <file>', 'its backup')
    .action(async ({ file, backup }: { file: string; backup: string }) => {
      const { compareBackup, readRingFile } = await import('@signet/provider-local/key-ring');
      const [current, copy] = await Promise.all([readRingFile(file), readRingFile(backup)]);
      const { held, missing, foreign } = compareBackup(current.ring, copy.ring);
      if (foreign !== undefined) throw kmsErrors.BACKUP({ file: backup, because: foreign });
      if (missing.length > 0) throw kmsErrors.BACKUP({ file: backup, because: `it lacks ${missing.join(', ')}` });
      stdout.write(`${backup} holds all ${held.length} key versions of ${file}\n`);
    });
}
