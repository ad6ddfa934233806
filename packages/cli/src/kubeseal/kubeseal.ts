import { isSignetError } from '@signet/errors';
import type { Io } from '../console/io.ts';
import { report } from '../console/report.ts';
import { version } from '../version.ts';
import { parseFlags, usage } from './flags.ts';
import type { KubesealFlags } from './flags.ts';
import { isKubesealMessage, kubesealErrors } from './messages.ts';

/**
 * The command line of kubeseal: flags, environment, messages, exit codes and output bytes of v0.38.
 *
 * @returns the exit code: 0, 1 for any error, 2 when the command line was not understood
 */
export async function kubeseal(argv: readonly string[], io: Io): Promise<number> {
  let flags: KubesealFlags;
  try {
    flags = parseFlags(argv, io.env);
  } catch (error) {
    if (!isKubesealMessage(error)) throw error;
    await io.out(usage());
    io.say(`error: ${error.message}\n${usage()}`);
    return 2;
  }
  try {
    await run(flags, io);
    return 0;
  } catch (error) {
    if (isKubesealMessage(error)) io.say(`error: ${error.message}\n`);
    else report(error, io);
    return isSignetError(error) && error.exit > 2 && error.code === 'SIGNET_CLI_INTERNAL' ? error.exit : 1;
  }
}

async function run(flags: KubesealFlags, io: Io): Promise<void> {
  if (flags.on('help')) return io.out(usage());
  if (flags.on('version')) return io.out(`kubeseal version: ${version()}\n`);
  if (flags.on('recovery-unseal')) {
    const { recoveryMode } = await import('./recovery-mode.ts');
    return recoveryMode(flags, io);
  }
  if (flags.on('validate')) {
    const { validateMode } = await import('./validate-mode.ts');
    return validateMode(flags, io);
  }
  if (flags.on('re-encrypt') || flags.on('rotate')) {
    const { reEncryptMode } = await import('./re-encrypt-mode.ts');
    return reEncryptMode(flags, io);
  }
  if (flags.list('from-file').length > 0 && !flags.on('raw')) throw kubesealErrors.FROM_FILE_WITHOUT_RAW({});
  if (flags.on('fetch-cert')) {
    const { fetchMode } = await import('./fetch-mode.ts');
    return fetchMode(flags, io);
  }
  if (flags.text('merge-into') !== '') {
    const { mergeMode } = await import('./merge-mode.ts');
    return mergeMode(flags, io);
  }
  if (flags.on('raw')) {
    const { rawMode } = await import('./raw-mode.ts');
    return rawMode(flags, io);
  }
  const { sealMode } = await import('./seal-mode.ts');
  return sealMode(flags, io);
}
