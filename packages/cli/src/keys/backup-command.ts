import { withCluster } from '../certificate/cluster-connection.ts';
import type { Io } from '../console/io.ts';
import { oneLine } from '../console/report.ts';
import { cliErrors } from '../errors.ts';
import { lock } from './age-file.ts';
import type { LockedFor } from './age-file.ts';
import { backupText, readBackupText } from './backup-content.ts';
import { examine, isUsed, newestKey, readKeys } from './cluster-keys.ts';
import type { FoundKey } from './cluster-keys.ts';
import { keysErrors } from './errors.ts';
import { whereOf } from './key-flags.ts';
import type { KeyFlags } from './key-flags.ts';
import { newPassphrase } from './passphrase.ts';
import type { PassphraseFlags } from './passphrase.ts';
import { checkTarget, writePrivateFile } from './private-file.ts';
import { recipientsOf } from './recipients.ts';
import type { RecipientFlags } from './recipients.ts';
import { table } from './table.ts';

/** Options of `signet keys backup`. */
export interface BackupFlags extends KeyFlags, PassphraseFlags, RecipientFlags {
  readonly write?: string | undefined;
  readonly all?: boolean | undefined;
  readonly armor?: boolean | undefined;
  readonly force?: boolean | undefined;
  readonly plaintext?: boolean | undefined;
}

/** `signet keys backup`: the key Secrets of the cluster in one file, encrypted with age, read back and compared. */
export async function backupCommand(flags: BackupFlags, io: Io): Promise<void> {
  const file = flags.write ?? '';
  const target = { replace: flags.force ?? false };
  if (flags.write === undefined) throw cliErrors.USAGE({ problem: '-w FILE is needed: a backup is a file' });
  await checkTarget(file, target);
  const recipients = await checkedRecipients(flags);
  const where = whereOf(flags);
  const keys = await withCluster(flags, io.env, (client) => readKeys(client, where, io.signal));
  const kept = keys.filter((key) => key.entry && (flags.all || isUsed(key)));
  for (const key of keys) if (!kept.includes(key)) io.say(`note: ${key.name} is left out: ${whyLeftOut(key)}\n`);
  if (kept.length === 0) throw keysErrors.NONE({ namespace: where.namespace });

  const about = `${kept.length} sealing ${kept.length === 1 ? 'key' : 'keys'} of namespace ${where.namespace}, ${io.now().toISOString()}`;
  const text = new TextEncoder().encode(
    backupText(
      kept.map(({ secret }) => secret),
      [about],
    ),
  );
  try {
    if (flags.plaintext) await writePlain(file, text, kept, target, io);
    else await writeLocked(file, text, kept, { ...target, armor: flags.armor ?? false }, await lockedFor(recipients, flags, io));
  } finally {
    text.fill(0);
  }
  const newest = newestKey(keys);
  io.say(`${file}: ${about}\n${table(kept.map((key) => summary(key, key === newest)))}`);
  io.say(proof(flags, recipients));
}

async function checkedRecipients(flags: BackupFlags): Promise<readonly string[]> {
  const recipients = await recipientsOf(flags);
  const ways = [
    ...(recipients.length > 0 ? ['--recipient'] : []),
    ...(flags.passphraseFile === undefined ? [] : ['--passphrase-file']),
    ...(flags.plaintext ? ['--plaintext'] : []),
  ];
  if (ways.length > 1) throw cliErrors.USAGE({ problem: `${ways.join(' and ')} exclude each other` });
  if (flags.plaintext && flags.armor) throw cliErrors.USAGE({ problem: '--plaintext and --armor exclude each other' });
  return recipients;
}

async function lockedFor(recipients: readonly string[], flags: BackupFlags, io: Io): Promise<LockedFor> {
  return recipients.length > 0 ? { recipients } : { passphrase: await newPassphrase(flags, io) };
}

async function writeLocked(
  file: string,
  text: Uint8Array,
  kept: readonly FoundKey[],
  options: { readonly replace: boolean; readonly armor: boolean },
  who: LockedFor,
): Promise<void> {
  const locked = await lock(text, who, options);
  const written = await writePrivateFile(file, locked.bytes, options);
  const again = await locked.reopen(written).catch((error: unknown) => {
    throw keysErrors.NOT_WRITTEN({ file, problem: 'it does not open' }, { cause: error });
  });
  try {
    await compare(file, again, kept);
  } finally {
    again.fill(0);
  }
}

async function writePlain(
  file: string,
  text: Uint8Array,
  kept: readonly FoundKey[],
  options: { readonly replace: boolean },
  io: Io,
): Promise<void> {
  io.say('warning: --plaintext: whoever reads this file opens everything that was ever sealed for this cluster\n');
  await compare(file, await writePrivateFile(file, text, options), kept);
}

/** The keys of the file must be those of the cluster: each pair whole, and all of them. */
async function compare(file: string, text: Uint8Array, kept: readonly FoundKey[]): Promise<void> {
  const found = await Promise.all(readBackupText(text, file).map(async (secret) => examine(secret, 'CertNotBefore')));
  const [is, wanted] = [found, kept].map((keys) =>
    keys.map(({ name, entry }) => `${name} ${entry?.key.id ?? 'broken'}`).join('\n'),
  );
  if (is !== wanted) throw keysErrors.NOT_WRITTEN({ file, problem: 'its keys are not those of the cluster' });
}

function whyLeftOut(key: FoundKey): string {
  if (key.problem !== undefined) return `it is broken (${oneLine(key.problem)})`;
  return 'it is marked compromised; --all takes it too';
}

function summary(key: FoundKey, isNewest: boolean): string[] {
  return [`  ${key.entry?.key.id ?? ''}`, key.name, isNewest ? `${key.state} seals` : key.state];
}

function proof(flags: BackupFlags, recipients: readonly string[]): string {
  if (flags.plaintext) return 'read back: every pair is whole. The file is NOT encrypted.\n';
  if (recipients.length === 0)
    return 'read back and opened with the passphrase: every pair is whole. To open it elsewhere: age -d FILE\n';
  const who = recipients.length === 1 ? 'its recipient' : `${recipients.length} recipients`;
  return `read back and decrypted: every pair is whole. It opens for ${who} only; try it: signet keys verify -i IDENTITY FILE\n`;
}
