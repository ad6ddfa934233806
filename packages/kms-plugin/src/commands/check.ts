import type { Command } from 'commander';
import { kmsErrors } from '../errors.ts';
import type { Finding } from '../doctor/examine.ts';
import type { Outside } from '../main.ts';

/** `signet-kms doctor` and `preflight`. */
export function checkCommands(program: Command, { stdout, env }: Outside): void {
  const examine = async (file: string): Promise<readonly Finding[]> => {
    const [{ examine }, { machineClock }] = await Promise.all([import('../doctor/examine.ts'), import('../process.ts')]);
    return examine(file, { clock: machineClock, random: Math.random, env });
  };
  program
    .command('doctor')
    .description('check configuration, permissions, key and socket, and show what the API server will see')
    .requiredOption('--config <file>', 'configuration file')
    .action(async ({ config }: { config: string }) => {
      const findings = await examine(config);
      for (const { what, outcome, says } of findings) stdout.write(`${outcome.padEnd(6)} ${what}: ${says}\n`);
      const failed = findings.find(({ outcome }) => outcome === 'failed');
      if (failed) throw kmsErrors.NOT_READY({ what: failed.what, because: failed.says });
    });
  program
    .command('preflight')
    .description('check configuration and key before the plugin is rolled out; exit code 0 good, 2 configuration, 3 key')
    .requiredOption('--config <file>', 'configuration file')
    .action(async ({ config }: { config: string }) => {
      const failed = (await examine(config)).find(({ what, outcome }) => outcome === 'failed' && what !== 'socket');
      if (!failed) return void stdout.write('ok\n');
      const { what, says } = failed;
      if (what === 'configuration') throw kmsErrors.CONFIG({ file: config, field: 'configuration', because: says });
      throw kmsErrors.KEY_FAILS({ what, because: says });
    });
}
