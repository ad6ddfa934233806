import { Command } from 'commander';
import { auditCommands } from './commands/audit.ts';
import { checkCommands } from './commands/check.ts';
import { keyCommands } from './commands/key.ts';
import { manifestsCommand } from './commands/manifests.ts';
import { policyCommand } from './commands/policy.ts';
import { serveCommand } from './commands/serve.ts';
import { statusCommand } from './commands/status.ts';
import type { Outside } from './main.ts';
import { version } from './version.ts';

/** The command line of signet-kms. Each command loads what it needs when it runs. */
export function createProgram(outside: Outside): Command {
  const { stdout, stderr } = outside;
  const program = new Command('signet-kms')
    .description('KMS v2 plugin for kube-apiserver: encrypts what is in etcd with a key that is held elsewhere')
    .version(version, '--version')
    .exitOverride()
    .configureOutput({ writeOut: (text) => stdout.write(text), writeErr: (text) => stderr.write(text) });
  for (const add of [serveCommand, statusCommand, checkCommands, policyCommand, manifestsCommand, auditCommands, keyCommands]) {
    add(program, outside);
  }
  return program;
}
