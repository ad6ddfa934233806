import type { Command } from 'commander';
import type { Outside } from '../main.ts';

/** `signet-kms serve`. */
export function serveCommand(program: Command, { env, stderr }: Outside): void {
  program
    .command('serve')
    .description('serve the KMS v2 API on the Unix socket of the configuration')
    .requiredOption('--config <file>', 'configuration file (YAML)')
    .action(async ({ config }: { config: string }) => {
      const [{ serve }, { createLogger }, { machineClock, signalFromProcess }, { readConfigFile }] = await Promise.all([
        import('../serve.ts'),
        import('../log.ts'),
        import('../process.ts'),
        import('../config/read.ts'),
      ]);
      const { logLevel } = (await readConfigFile(config)).config;
      const reload = new EventTarget();
      process.on('SIGHUP', () => reload.dispatchEvent(new Event('reload')));
      await serve({
        configFile: config,
        logger: await createLogger(logLevel, stderr),
        clock: machineClock,
        random: Math.random,
        env,
        signal: signalFromProcess(),
        reload,
      });
    });
}
