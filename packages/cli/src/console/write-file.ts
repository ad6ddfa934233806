import { randomUUID } from 'node:crypto';
import { chmod, open, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { cliErrors } from '../errors.ts';

/** A file that is ready beside its target. */
interface Staged {
  readonly path: string;
  put(): Promise<void>;
  discard(): Promise<void>;
}

/**
 * Writes a file whole or not at all: a temporary file in the same folder, flushed to disk, then renamed over the target. A
 * target that is a link stays one; an existing file keeps its permissions, unless `mode` says which it shall have.
 *
 * @param options.mode permissions, such as 0o600 for what only its owner may read
 * @throws SIGNET_CLI_FILE_UNWRITABLE; the old file is then untouched
 */
export async function writeFileAtomic(
  path: string,
  contents: string | Uint8Array,
  options: { readonly mode?: number } = {},
): Promise<void> {
  await writeFilesAtomic([{ path, contents, ...options }]);
}

/**
 * Writes several files as {@link writeFileAtomic} does. All are made ready before the first is put in place, so that a full disk
 * or a folder that cannot be written leaves every old file untouched.
 *
 * @throws SIGNET_CLI_FILE_UNWRITABLE
 */
export async function writeFilesAtomic(
  files: readonly { readonly path: string; readonly contents: string | Uint8Array; readonly mode?: number }[],
): Promise<void> {
  const staged: Staged[] = [];
  try {
    for (const file of files) staged.push(await orUnwritable(file.path, () => stage(file)));
    for (const one of staged) await orUnwritable(one.path, () => one.put());
  } catch (error) {
    for (const one of staged) await one.discard();
    throw error;
  }
}

async function stage({
  path,
  contents,
  mode,
}: {
  readonly path: string;
  readonly contents: string | Uint8Array;
  readonly mode?: number;
}): Promise<Staged> {
  const target = await realpath(path).catch(() => path);
  const old = await stat(target).catch(() => undefined);
  if (old && !old.isFile()) return { path, put: () => writeThrough(target, contents), discard: async () => {} };
  const temporary = join(dirname(target), `.${basename(target)}.${randomUUID()}.tmp`);
  const discard = (): Promise<void> => rm(temporary, { force: true });
  try {
    const file = await open(temporary, 'wx', mode ?? 0o666);
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    if (mode !== undefined) await chmod(temporary, mode);
    else if (old) await chmod(temporary, old.mode & 0o7777);
  } catch (error) {
    await discard();
    throw error;
  }
  return { path, put: () => rename(temporary, target), discard };
}

async function orUnwritable<T>(file: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    throw cliErrors.FILE_UNWRITABLE({ file, problem: systemProblem(error) }, { cause: error });
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
