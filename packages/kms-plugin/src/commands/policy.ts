import type { Command } from 'commander';
import { backendOf } from '../keys/backends.ts';
import { readConfigFile } from '../config/read.ts';
import type { Outside } from '../main.ts';

/** `signet-kms policy`: the least that the plugin has to be allowed, for the backend of the configuration. */
export function policyCommand(program: Command, { stdout }: Outside): void {
  program
    .command('policy')
    .description('print the least rights that the backend has to grant')
    .requiredOption('--config <file>', 'configuration file')
    .action(async ({ config: file }: { config: string }) => {
      const { config } = await readConfigFile(file);
      for (const { backend, config: own } of [config.key, ...config.previous]) {
        stdout.write((await backendOf(backend)).policy(own));
      }
    });
}
