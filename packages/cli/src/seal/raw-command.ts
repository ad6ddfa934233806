import { checkBinding, seal } from '@signet/sealing';
import type { Binding } from '@signet/sealing';
import type { ClusterFlags } from '../certificate/cluster-connection.ts';
import { sealingCertificate } from '../certificate/sealing-certificate.ts';
import type { CertificateFlags } from '../certificate/sealing-certificate.ts';
import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { cliErrors } from '../errors.ts';
import { scopeFlag } from './scope-flag.ts';

/** Options of `signet seal raw`. */
export interface RawFlags extends ClusterFlags, CertificateFlags {
  readonly name?: string | undefined;
  readonly namespace?: string | undefined;
  readonly scope?: string | undefined;
  readonly fromFile?: string | undefined;
}

/**
 * `signet seal raw`: seals one value and prints it as base64 without a line end. The value comes from a file, from stdin,
 * or from a hidden prompt; it is never an argument, because arguments show in process lists and shell histories.
 */
export async function rawCommand(flags: RawFlags, io: Io): Promise<void> {
  const binding: Binding = { scope: scopeFlag(flags.scope ?? 'strict'), namespace: flags.namespace ?? '', name: flags.name ?? '' };
  const { scope } = binding;
  if (scope !== 'cluster-wide' && binding.namespace === '')
    throw cliErrors.USAGE({ problem: `--namespace is needed for a ${scope} value` });
  if (scope === 'strict' && binding.name === '') throw cliErrors.USAGE({ problem: '--name is needed for a strict value' });
  checkBinding(binding);
  const certificate = await sealingCertificate(flags, io);
  await io.out(await seal(await valueToSeal(flags, io), certificate, binding));
}

/** One value to seal: from `--from-file`, else from stdin, else from a hidden prompt. @throws SIGNET_CLI_FILE_UNREADABLE, _NO_PROMPT */
export async function valueToSeal(flags: { readonly fromFile?: string | undefined }, io: Io): Promise<Uint8Array> {
  if (flags.fromFile !== undefined && flags.fromFile !== '-') return readBytes(flags.fromFile);
  if (!io.stdinIsTty || flags.fromFile === '-') return io.readStdin();
  const { isCancel, password } = await import('@clack/prompts');
  // Ctrl-D ends the terminal's input without a word to the prompt: nothing is left to wait for, and the process would end there.
  const ended = new AbortController();
  const onIdle = (): void => ended.abort();
  process.once('beforeExit', onIdle);
  const signal = AbortSignal.any([io.signal, ended.signal]);
  const typed = await password({ message: 'Value to seal (hidden)', signal, output: process.stderr });
  process.off('beforeExit', onIdle);
  if (isCancel(typed)) throw cliErrors.NO_PROMPT({});
  return new TextEncoder().encode(typed);
}
