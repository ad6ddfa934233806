import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { cliErrors } from '../errors.ts';
import { keysErrors } from './errors.ts';

/** Where a passphrase may come from, as far as the command line says. */
export interface PassphraseFlags {
  readonly passphraseFile?: string | undefined;
}

/** Fewer can be tried out, whatever they are. */
const leastCharacters = 10;

/**
 * The passphrase for a new file: `--passphrase-file`, else SIGNET_PASSPHRASE, else typed twice at a hidden prompt.
 *
 * @throws SIGNET_KEYS_NO_PASSPHRASE, SIGNET_KEYS_PASSPHRASES_DIFFER, SIGNET_KEYS_PASSPHRASE_SHORT
 */
export async function newPassphrase(flags: PassphraseFlags, io: Io): Promise<string> {
  const given = await givenPassphrase(flags, io);
  const passphrase = given ?? (await hiddenAnswer('Passphrase for the backup', io));
  if (Array.from(passphrase).length < leastCharacters) throw keysErrors.PASSPHRASE_SHORT({ least: leastCharacters });
  if (given === undefined && (await hiddenAnswer('The passphrase once more', io)) !== passphrase)
    throw keysErrors.PASSPHRASES_DIFFER({});
  return passphrase;
}

/** The passphrase of a file that is there. @throws SIGNET_KEYS_NO_PASSPHRASE */
export async function knownPassphrase(flags: PassphraseFlags, io: Io): Promise<string> {
  return (await givenPassphrase(flags, io)) ?? hiddenAnswer('Passphrase of the backup', io);
}

async function givenPassphrase({ passphraseFile }: PassphraseFlags, io: Io): Promise<string | undefined> {
  if (passphraseFile === undefined) return io.env['SIGNET_PASSPHRASE'] || undefined;
  const bytes = passphraseFile === '-' ? await io.readStdin() : await readBytes(passphraseFile);
  // One line end is the editor's, not the person's.
  return new TextDecoder().decode(bytes).replace(/\r?\n$/, '');
}

async function hiddenAnswer(message: string, io: Io): Promise<string> {
  if (!io.stdinIsTty || !io.stderrIsTty) throw keysErrors.NO_PASSPHRASE({});
  const { isCancel, password } = await import('@clack/prompts');
  const typed = await ask((signal) => password({ message: `${message} (hidden)`, signal, output: process.stderr }), io);
  if (isCancel(typed)) throw cliErrors.NO_PROMPT({});
  return typed;
}

/** Asks a yes or no question. False where nobody can answer. */
export async function confirmed(message: string, io: Io): Promise<boolean> {
  if (!io.stdinIsTty || !io.stderrIsTty) return false;
  const { confirm, isCancel } = await import('@clack/prompts');
  const answer = await ask((signal) => confirm({ message, initialValue: false, signal, output: process.stderr }), io);
  if (isCancel(answer)) throw cliErrors.NO_PROMPT({});
  return answer;
}

async function ask<T>(prompt: (signal: AbortSignal) => Promise<T>, io: Io): Promise<T> {
  // Ctrl-D ends the terminal's input without a word to the prompt: nothing is left to wait for, and the process would end there.
  const ended = new AbortController();
  const onIdle = (): void => ended.abort();
  process.once('beforeExit', onIdle);
  try {
    return await prompt(AbortSignal.any([io.signal, ended.signal]));
  } finally {
    process.off('beforeExit', onIdle);
  }
}
