import { isSignetError } from '@signet/errors';
import type { Logger } from '@signet/kube/client';
import { parseConfig } from './config.ts';
import { createLogger } from './log.ts';

/** The world outside, injected. */
export interface Outside {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Runs the program to its end. @returns the exit code: 0 after an orderly stop, 2 for wrong flags, 1 for everything else */
export async function main({ argv, env, stdout, stderr }: Outside): Promise<number> {
  let logger: Logger | undefined;
  try {
    const config = parseConfig(argv, env);
    if (config.show !== undefined) {
      stdout.write(config.show);
      return 0;
    }
    logger = await createLogger(config, { stdout, stderr });
    for (const note of config.notes) logger.warn({}, note);
    await run(config, logger);
    return 0;
  } catch (error) {
    if (!isSignetError(error)) {
      stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    }
    stderr.write(`error: ${error.message}  ${error.code}\n  fix ${error.next}\n`);
    return error.exit;
  }
}

async function run(config: ReturnType<typeof parseConfig>, logger: Logger): Promise<void> {
  // Loaded here, so that --version and a wrong flag answer at once.
  const [{ runController }, { createClient }, { loadConnection }, { signalFromProcess }, { version }] = await Promise.all([
    import('./controller.ts'),
    import('@signet/kube/client'),
    import('@signet/kube/kubeconfig'),
    import('@signet/kube/runtime'),
    import('./version.ts'),
  ]);
  const signal = signalFromProcess();
  const renewKey = new EventTarget();
  process.on('SIGUSR1', () => renewKey.dispatchEvent(new Event('renew')));
  logger.info({ version: `v${version}`, namespace: config.namespace }, 'starting sealed-secrets controller');
  const connection = await loadConnection(config.kubeconfig === undefined ? {} : { kubeconfig: config.kubeconfig });
  const client = createClient(connection, {
    userAgent: `signet-controller/v${version}`,
    qps: config.kubeclientQps,
    burst: config.kubeclientBurst,
    logger,
  });
  try {
    await runController(config, { client, signal, logger, processMetrics: true, renewKey });
  } finally {
    await client.close();
  }
}
