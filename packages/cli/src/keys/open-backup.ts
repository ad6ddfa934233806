import type { Secret } from '@signet/kube/client';
import type { SignetError } from '@signet/errors';
import type { Io } from '../console/io.ts';
import { readBytes } from '../console/read-inputs.ts';
import { kindOf, unlock } from './age-file.ts';
import { readBackupText } from './backup-content.ts';
import { examine } from './cluster-keys.ts';
import type { FoundKey } from './cluster-keys.ts';
import { keysErrors } from './errors.ts';
import { knownPassphrase } from './passphrase.ts';
import type { PassphraseFlags } from './passphrase.ts';
import { identitiesOf } from './recipients.ts';

/** What a backup is opened with. */
export interface OpenFlags extends PassphraseFlags {
  readonly identity?: readonly string[] | undefined;
}

/** The keys of a backup, each once. */
export interface Backup {
  /** Pairs that are whole. */
  readonly keys: readonly FoundKey[];
  /** One error for each that is not. */
  readonly broken: readonly SignetError[];
}

/**
 * Reads a backup, encrypted or not (`-` is stdin), and checks each pair.
 *
 * @throws SIGNET_KEYS_CANNOT_OPEN, SIGNET_KEYS_NO_IDENTITY, SIGNET_KEYS_NOT_A_BACKUP and the errors of passphrases
 */
export async function openBackup(name: string, flags: OpenFlags, io: Io): Promise<Backup> {
  const file = name === '-' ? '<stdin>' : name;
  const bytes = name === '-' ? await io.readStdin() : await readBytes(name);
  const text = await opened(bytes, file, flags, io);
  try {
    return await examineAll(readBackupText(text, file));
  } finally {
    if (text !== bytes) text.fill(0);
  }
}

async function opened(bytes: Uint8Array, file: string, flags: OpenFlags, io: Io): Promise<Uint8Array> {
  switch (await kindOf(bytes, file)) {
    case 'plain':
      return bytes;
    case 'passphrase':
      return unlock(bytes, file, { passphrase: await knownPassphrase(flags, io) });
    case 'recipients': {
      const files = flags.identity ?? [];
      if (files.length === 0) throw keysErrors.NO_IDENTITY({ file });
      return unlock(bytes, file, { identities: await identitiesOf(files) });
    }
  }
}

async function examineAll(secrets: readonly Secret[]): Promise<Backup> {
  const keys: FoundKey[] = [];
  const broken: SignetError[] = [];
  for (const secret of secrets) {
    const key = await examine(secret, 'CertNotBefore');
    if (!key.entry) broken.push(keysErrors.BROKEN_IN_BACKUP({ name: key.name, problem: key.problem ?? 'it cannot be read' }));
    else if (!keys.some(({ entry }) => entry?.key.id === key.entry?.key.id)) keys.push(key);
  }
  return { keys, broken };
}
