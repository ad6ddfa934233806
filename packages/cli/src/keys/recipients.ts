import { readBytes } from '../console/read-inputs.ts';
import { keysErrors } from './errors.ts';

/** Who shall be able to open a backup, as the command line says. */
export interface RecipientFlags {
  readonly recipient?: readonly string[] | undefined;
  readonly recipientsFile?: readonly string[] | undefined;
}

/** An X25519 recipient of age: Bech32 of 32 bytes. */
const x25519 = /^age1[02-9ac-hj-np-z]{58}$/;
const identityStart = 'AGE-SECRET-KEY-1';

/**
 * The recipients that `--recipient` and `--recipients-file` name, each once.
 *
 * @throws SIGNET_KEYS_RECIPIENT. An identity in the place of a recipient is not repeated in the message: it is a private key
 */
export async function recipientsOf(flags: RecipientFlags): Promise<string[]> {
  const named = (flags.recipient ?? []).map((recipient) => checked(recipient.trim(), '--recipient'));
  for (const file of flags.recipientsFile ?? []) {
    const lines = linesOf(await readBytes(file));
    if (lines.length === 0) throw keysErrors.RECIPIENT({ source: file, problem: 'names no recipient' });
    named.push(...lines.map(({ line, at }) => checked(line, `${file}:${at}`)));
  }
  return [...new Set(named)];
}

function checked(recipient: string, source: string): string {
  if (x25519.test(recipient)) return recipient;
  const isIdentity = recipient.toUpperCase().startsWith('AGE-SECRET-KEY-');
  throw keysErrors.RECIPIENT({
    source,
    problem: isIdentity ? 'holds a private key where a recipient belongs' : 'is no recipient of age',
  });
}

/** The identities of age identity files. @throws SIGNET_KEYS_IDENTITY, which names the line and never shows it */
export async function identitiesOf(files: readonly string[]): Promise<string[]> {
  const { identityToRecipient } = await import('age-encryption');
  const identities: string[] = [];
  for (const file of files) {
    const lines = linesOf(await readBytes(file));
    if (lines.length === 0) throw keysErrors.IDENTITY({ file });
    for (const { line, at } of lines) {
      const isWhole = line.startsWith(identityStart) && (await identityToRecipient(line).catch(() => '')) !== '';
      if (!isWhole) throw keysErrors.IDENTITY({ file, line: at });
      identities.push(line);
    }
  }
  return identities;
}

/** Lines that are not blank and no comment, with their numbers. */
function linesOf(bytes: Uint8Array): { readonly line: string; readonly at: number }[] {
  return new TextDecoder()
    .decode(bytes)
    .split('\n')
    .map((line, index) => ({ line: line.trim(), at: index + 1 }))
    .filter(({ line }) => line !== '' && !line.startsWith('#'));
}
