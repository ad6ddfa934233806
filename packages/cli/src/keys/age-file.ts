import type { Identity, Stanza } from 'age-encryption';
import { keysErrors } from './errors.ts';

/** Who can open a file: whoever knows the passphrase, or has the private key of one of the recipients. */
export type LockedFor = { readonly passphrase: string } | { readonly recipients: readonly string[] };

/** What opens a file. */
export type OpenedWith = { readonly passphrase: string } | { readonly identities: readonly string[] };

/** What a file is, by its first bytes. */
export type FileKind = 'passphrase' | 'recipients' | 'plain';

const intro = 'age-encryption.org/v1\n';
const armorStart = '-----BEGIN AGE ENCRYPTED FILE-----';
/** A header is far smaller; what looks on is not read as one. */
const maxHeader = 64 * 1024;

/** An encrypted file, and how to prove that it can be opened without having what opens it. */
export interface Locked {
  readonly bytes: Uint8Array;
  /** Opens the bytes of the file as they were read back. @throws when they are not what was encrypted */
  reopen(bytes: Uint8Array): Promise<Uint8Array>;
}

/**
 * Encrypts bytes as an age file (age-encryption.org/v1): X25519 recipients, or a passphrase by scrypt with work factor 18, as the
 * `age` program does. For recipients {@link Locked.reopen} uses the file key, which is kept for that only and leaves no trace.
 *
 * @throws SIGNET_KEYS_RECIPIENT
 */
export async function lock(plaintext: Uint8Array, lockedFor: LockedFor, options: { readonly armor: boolean }): Promise<Locked> {
  const age = await import('age-encryption');
  const encrypter = new age.Encrypter();
  const opener = new age.Decrypter();
  let wanted: readonly string[] = ['scrypt'];
  if ('passphrase' in lockedFor) {
    encrypter.setPassphrase(lockedFor.passphrase);
    opener.addPassphrase(lockedFor.passphrase);
  } else {
    for (const recipient of lockedFor.recipients) addRecipient(encrypter, recipient);
    const kept = fileKeyKeeper();
    encrypter.addRecipient(kept.recipient);
    opener.addIdentity(kept.identity);
    wanted = lockedFor.recipients.map(() => 'X25519');
  }
  const bytes = await encrypter.encrypt(plaintext);
  return {
    bytes: options.armor ? new TextEncoder().encode(age.armor.encode(bytes)) : bytes,
    reopen: async (again) => {
      const raw = await unarmored(again);
      if (stanzasOf(raw)?.join() !== wanted.join()) throw new Error('not the recipients it was made for');
      return opener.decrypt(raw);
    },
  };
}

/** Takes the file key when the file is made, adds nothing to the file, and opens it once more with that. */
function fileKeyKeeper(): { recipient: { wrapFileKey(key: Uint8Array): Stanza[] }; identity: Identity } {
  let kept: Uint8Array | null = null;
  return {
    recipient: {
      wrapFileKey: (key) => {
        kept = Uint8Array.from(key);
        return [];
      },
    },
    identity: { unwrapFileKey: () => kept },
  };
}

function addRecipient(encrypter: { addRecipient(recipient: string): void }, recipient: string): void {
  try {
    encrypter.addRecipient(recipient);
  } catch (error) {
    throw keysErrors.RECIPIENT(
      { source: JSON.stringify(recipient.slice(0, 80)), problem: 'is no recipient of age' },
      { cause: error },
    );
  }
}

/**
 * Decrypts an age file.
 *
 * @throws SIGNET_KEYS_CANNOT_OPEN for a wrong passphrase or identity as for a damaged file
 */
export async function unlock(bytes: Uint8Array, file: string, openedWith: OpenedWith): Promise<Uint8Array> {
  const age = await import('age-encryption');
  const decrypter = new age.Decrypter();
  const isPassphrase = 'passphrase' in openedWith;
  if (isPassphrase) decrypter.addPassphrase(openedWith.passphrase);
  else for (const identity of openedWith.identities) decrypter.addIdentity(identity);
  try {
    return await decrypter.decrypt(await unarmored(bytes));
  } catch {
    // Its reason is left out: it says nothing to a person, and a wrong passphrase and a changed byte look alike.
    throw keysErrors.CANNOT_OPEN({ file, with: isPassphrase ? 'passphrase' : 'identity' });
  }
}

/** What it takes to open a file. @throws SIGNET_KEYS_NOT_A_BACKUP for an age file whose header is not whole */
export async function kindOf(bytes: Uint8Array, file: string): Promise<FileKind> {
  const isArmored = startsWith(bytes, armorStart);
  if (!isArmored && !startsWith(bytes, intro)) return 'plain';
  const damaged = (): never => {
    throw keysErrors.NOT_A_BACKUP({ file, problem: 'the header of the encrypted file is damaged' });
  };
  const stanzas = stanzasOf(await unarmored(bytes).catch(damaged)) ?? damaged();
  return stanzas.includes('scrypt') ? 'passphrase' : 'recipients';
}

/** The kinds of the stanzas in a binary header; undefined when it is no whole header. */
function stanzasOf(bytes: Uint8Array): string[] | undefined {
  const lines = Buffer.from(bytes.subarray(0, maxHeader)).toString('latin1').split('\n');
  const end = lines.findIndex((line) => line.startsWith('--- '));
  if (end === -1 || lines[0] !== intro.trim()) return undefined;
  const kinds = lines.slice(1, end).flatMap((line) => /^-> (\S+)/.exec(line)?.[1] ?? []);
  return kinds.length > 0 ? kinds : undefined;
}

async function unarmored(bytes: Uint8Array): Promise<Uint8Array> {
  if (!startsWith(bytes, armorStart)) return bytes;
  const { armor } = await import('age-encryption');
  return armor.decode(Buffer.from(bytes).toString('latin1').trim());
}

function startsWith(bytes: Uint8Array, text: string): boolean {
  return Buffer.from(bytes.subarray(0, text.length)).toString('latin1') === text;
}
