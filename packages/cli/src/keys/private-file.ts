import { randomUUID } from 'node:crypto';
import { link, open, readFile, realpath, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { systemProblem } from '../console/write-file.ts';
import { cliErrors } from '../errors.ts';
import { keysErrors } from './errors.ts';

/** Readable and writable for its owner, for nobody else. */
const ownerOnly = 0o600;

/**
 * Writes a file that only its owner can read, whole or not at all, and gives back what the disk then holds. What is there already
 * stays, unless it may be replaced; then it is replaced at once, and its permissions with it.
 *
 * @throws SIGNET_KEYS_FILE_EXISTS, SIGNET_KEYS_UNSAFE_TARGET, SIGNET_CLI_FILE_UNWRITABLE
 */
export async function writePrivateFile(
  path: string,
  contents: Uint8Array,
  options: { readonly replace: boolean },
): Promise<Uint8Array> {
  await checkTarget(path, options);
  const target = await realpath(path).catch(() => path);
  const folder = dirname(target);
  const temporary = join(folder, `.${basename(target)}.${randomUUID()}.tmp`);
  try {
    const file = await open(temporary, 'wx', ownerOnly);
    try {
      await file.writeFile(contents);
      await file.sync();
    } finally {
      await file.close();
    }
    // A link to a name that is taken fails, where a rename would replace: nobody comes between the look and the write.
    await (options.replace ? rename(temporary, target) : link(temporary, target));
    await syncFolder(folder);
    return await readFile(target);
  } catch (error) {
    if (codeOf(error) === 'EEXIST') throw keysErrors.FILE_EXISTS({ file: path }, { cause: error });
    throw cliErrors.FILE_UNWRITABLE({ file: path, problem: systemProblem(error) }, { cause: error });
  } finally {
    await rm(temporary, { force: true });
  }
}

/** Refuses what cannot be written before anything else is done for it, such as asking for a passphrase. */
export async function checkTarget(path: string, { replace }: { readonly replace: boolean }): Promise<void> {
  if (path === '-' || path === '') throw keysErrors.UNSAFE_TARGET({ file: 'stdout', problem: 'it cannot be read back' });
  const old = await stat(path).catch(() => undefined);
  if (old && !old.isFile()) throw keysErrors.UNSAFE_TARGET({ file: path, problem: 'it is not a regular file' });
  if (old && !replace) throw keysErrors.FILE_EXISTS({ file: path });
}

/** The new name must survive a power cut too; file systems that cannot promise it are left alone. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => undefined);
  await handle?.close();
}

function codeOf(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error ? String(error.code) : undefined;
}
