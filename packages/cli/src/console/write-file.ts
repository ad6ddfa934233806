import { randomUUID } from 'node:crypto';
import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cliErrors } from '../errors.ts';

/**
 * Writes a file whole or not at all: a temporary file in the same folder, flushed to disk, then renamed over the target. A
 * target that is a link stays one; an existing file keeps its permissions.
 *
 * @throws SIGNET_CLI_FILE_UNWRITABLE; the old file is then untouched
 */
export async function writeFileAtomic(path: string, contents: string | Uint8Array): Promise<void> {
  try {
    const target = await realpath(path).catch(() => path);
    const old = await stat(target).catch(() => undefined);
    if (old && !old.isFile()) return await writeThrough(target, contents);
    const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
    try {
      const file = await open(temporary, 'wx', 0o666);
      try {
        await file.writeFile(contents);
        await file.sync();
      } finally {
        await file.close();
      }
      if (old) await chmod(temporary, old.mode & 0o7777);
      await rename(temporary, target);
    } catch (error) {
      await rm(temporary, { force: true });
      throw error;
    }
  } catch (error) {
    throw cliErrors.FILE_UNWRITABLE({ file: path, problem: systemProblem(error) }, { cause: error });
  }
}

/** A pipe or a device (`/dev/stdout`) cannot be replaced, only written to. */
async function writeThrough(path: string, contents: string | Uint8Array): Promise<void> {
  const file = await open(path, 'w');
  try {
    await file.writeFile(contents);
  } finally {
    await file.close();
  }
}

const problems: Readonly<Record<string, string>> = {
  ENOENT: 'no such file or directory',
  EACCES: 'permission denied',
  EPERM: 'operation not permitted',
  EISDIR: 'is a directory',
  ENOTDIR: 'not a directory',
  EROFS: 'read-only file system',
  ENOSPC: 'no space left on device',
  ELOOP: 'too many levels of symbolic links',
};

/** A system error in the words of the C library, as Go prints them too. */
export function systemProblem(error: unknown): string {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return problems[code] ?? (code || 'unknown problem');
}
