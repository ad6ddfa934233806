import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { sourceOf } from '../document/source.ts';
import type { Source } from '../document/source.ts';
import { cliErrors } from '../errors.ts';
import type { Io } from './io.ts';
import { systemProblem } from './write-file.ts';

/** An input and the file it came from; `path` is undefined for stdin. */
export interface Input extends Source {
  readonly path: string | undefined;
}

/**
 * Reads the inputs named on a command line: files, folders (their .yaml, .yml and .json files by name), and `-` or nothing
 * for stdin.
 *
 * @throws SIGNET_CLI_FILE_UNREADABLE, SIGNET_CLI_NOT_UTF8, SIGNET_CLI_INPUT_TOO_LARGE
 */
export async function readInputs(names: readonly string[], io: Io, options: { readonly recursive: boolean }): Promise<Input[]> {
  const inputs: Input[] = [];
  for (const name of names.length === 0 ? ['-'] : names) {
    if (name === '-') {
      if (io.stdinIsTty) io.say('(reading manifests from the terminal; end with Ctrl-D)\n');
      inputs.push({ ...sourceOf('<stdin>', await io.readStdin()), path: undefined });
      continue;
    }
    for (const file of await filesOf(name, options.recursive))
      inputs.push({ ...sourceOf(file, await readBytes(file)), path: file });
  }
  return inputs;
}

/** Reads one file. @throws SIGNET_CLI_FILE_UNREADABLE */
export async function readBytes(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    throw cliErrors.FILE_UNREADABLE({ file, problem: systemProblem(error) }, { cause: error });
  }
}

async function filesOf(path: string, recursive: boolean): Promise<string[]> {
  try {
    if (!(await stat(path)).isDirectory()) return [path];
    const entries = await readdir(path, { recursive, withFileTypes: true });
    return entries
      .filter((entry) => !entry.isDirectory() && /\.(?:ya?ml|json)$/.test(entry.name))
      .map((entry) => join(entry.parentPath, entry.name))
      .toSorted();
  } catch (error) {
    throw cliErrors.FILE_UNREADABLE({ file: path, problem: systemProblem(error) }, { cause: error });
  }
}
