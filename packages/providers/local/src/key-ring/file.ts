import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { link, open, rename, stat, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname, join, basename } from 'node:path';
import { localErrors } from '../errors.ts';
import type { KeyRing } from './key-ring.ts';
import { maxRingBytes, readRing, writeRing } from './key-ring.ts';

/** Which bytes a file has: another when it was replaced or written to. */
export type FileMark = string;

const othersMay = 0o077;
const othersMayWrite = 0o022;
const sticky = 0o1000;

/**
 * Reads a key ring from its file. The file is a regular one (no symbolic link), belongs to us or to root, and nobody else may read it; its
 * directory is one that others cannot write to.
 *
 * @throws UNSAFE, UNREADABLE
 */
export async function readRingFile(file: string): Promise<{ readonly ring: KeyRing; readonly mark: FileMark }> {
  let handle: FileHandle;
  try {
    handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (error) {
    if (codeOf(error) === 'ELOOP') throw localErrors.UNSAFE({ file, because: 'it is a symbolic link' });
    throw localErrors.UNREADABLE({ file, because: codeOf(error) });
  }
  try {
    const found = await handle.stat();
    if (!found.isFile()) throw localErrors.UNSAFE({ file, because: 'it is not a regular file' });
    if (!isOurs(found.uid)) throw localErrors.UNSAFE({ file, because: `it belongs to user ${found.uid}` });
    if ((found.mode & othersMay) !== 0) throw localErrors.UNSAFE({ file, because: `its mode is ${octal(found.mode)}` });
    await checkDirectory(file);
    if (found.size > maxRingBytes) throw localErrors.UNREADABLE({ file, because: 'it is too large' });
    const bytes = await handle.readFile();
    const ring = readRing(bytes);
    bytes.fill(0);
    if ('wrong' in ring) throw localErrors.UNREADABLE({ file, because: ring.wrong });
    return { ring, mark: markOf(found) };
  } finally {
    await handle.close();
  }
}

/** The mark of the file as it is now, or nothing when it cannot be told. */
export async function markOfFile(file: string): Promise<FileMark | undefined> {
  try {
    return markOf(await stat(file));
  } catch {
    return undefined;
  }
}

/** Writes a ring to a file that must not exist. Whole or not at all, mode 0600, on the disk when it resolves. @throws EXISTS, NOT_WRITTEN, UNSAFE */
export async function createRingFile(file: string, ring: KeyRing): Promise<void> {
  await throughTemporary(file, ring, async (temporary) => {
    try {
      // Unlike a rename, a link replaces nothing.
      await link(temporary, file);
    } catch (error) {
      if (codeOf(error) === 'EEXIST') throw localErrors.EXISTS({ file });
      throw error;
    }
    await unlink(temporary);
  });
}

/**
 * Changes the ring in a file. Whole or not at all; two changes at a time are refused.
 *
 * @throws LOCKED, NOT_WRITTEN, UNSAFE, UNREADABLE
 */
export async function changeRingFile(file: string, change: (ring: KeyRing) => KeyRing): Promise<KeyRing> {
  const lock = `${file}.lock`;
  try {
    await (await open(lock, 'wx', 0o600)).close();
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw localErrors.LOCKED({ file });
    throw localErrors.NOT_WRITTEN({ file, because: codeOf(error) });
  }
  try {
    const changed = change((await readRingFile(file)).ring);
    await throughTemporary(file, changed, (temporary) => rename(temporary, file));
    return changed;
  } finally {
    await unlink(lock);
  }
}

async function throughTemporary(file: string, ring: KeyRing, place: (temporary: string) => Promise<void>): Promise<void> {
  const temporary = join(dirname(file), `.${basename(file)}.${randomBytes(6).toString('hex')}`);
  await checkDirectory(file);
  const bytes = writeRing(ring);
  try {
    const handle = await open(temporary, 'wx', 0o600);
    try {
      await handle.writeFile(bytes);
      await handle.sync();
    } finally {
      await handle.close();
    }
    await place(temporary);
    const directory = await open(dirname(file), constants.O_RDONLY);
    try {
      await directory.sync();
    } finally {
      await directory.close();
    }
  } catch (error) {
    await unlink(temporary).catch(() => undefined);
    if (error instanceof Error && error.name === 'SignetError') throw error;
    throw localErrors.NOT_WRITTEN({ file, because: codeOf(error) });
  } finally {
    bytes.fill(0);
  }
}

async function checkDirectory(file: string): Promise<void> {
  const directory = dirname(file);
  let found;
  try {
    found = await stat(directory);
  } catch (error) {
    throw localErrors.UNREADABLE({ file, because: `${directory}: ${codeOf(error)}` });
  }
  // In a directory with the sticky bit others cannot replace what is ours.
  const isOpen = (found.mode & othersMayWrite) !== 0 && (found.mode & sticky) === 0;
  if (isOpen) throw localErrors.UNSAFE({ file, because: `others may write to ${directory} (mode ${octal(found.mode)})` });
  if (!isOurs(found.uid)) throw localErrors.UNSAFE({ file, because: `${directory} belongs to user ${found.uid}` });
}

function isOurs(uid: number): boolean {
  return uid === 0 || uid === process.geteuid?.();
}

function markOf({
  dev,
  ino,
  size,
  mtimeMs,
  ctimeMs,
}: {
  dev: number;
  ino: number;
  size: number;
  mtimeMs: number;
  ctimeMs: number;
}): FileMark {
  return [dev, ino, size, mtimeMs, ctimeMs].join(':');
}

function octal(mode: number): string {
  return `0${(mode & 0o7777).toString(8)}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : 'it failed';
}
