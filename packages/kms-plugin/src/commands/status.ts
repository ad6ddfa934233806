import type { Command } from 'commander';
import { readConfigFile } from '../config/read.ts';
import { kmsErrors } from '../errors.ts';
import type { Outside } from '../main.ts';

/** `signet-kms status`: what the program that runs says of itself. Exit code 0 when it is healthy. */
export function statusCommand(program: Command, { stdout }: Outside): void {
  program
    .command('status')
    .description('show what the running plugin tells the API server')
    .requiredOption('--config <file>', 'configuration file')
    .option('--url <url>', 'where its health is, when that is not as in the configuration')
    .action(async ({ config, url }: { config: string; url?: string }) => {
      const base = url ?? `http://${(await readConfigFile(config)).config.http}`;
      let text: string;
      try {
        text = await (await fetch(`${base}/status`, { signal: AbortSignal.timeout(5000) })).text();
      } catch (error) {
        throw kmsErrors.UNREACHABLE({ url: base, because: 'no answer' }, { cause: error });
      }
      stdout.write(text);
      const { healthz } = JSON.parse(text) as { healthz: string };
      if (healthz !== 'ok') throw kmsErrors.NOT_READY({ what: 'the plugin', because: healthz });
    });
}
