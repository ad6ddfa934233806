import type { SignetError } from '@signet/errors';
import { glob, readdir, realpath, stat } from 'node:fs/promises';
import { join, matchesGlob, relative } from 'node:path';
import { systemProblem } from '../console/write-file.ts';
import { cliErrors } from '../errors.ts';

/** How files are looked for. */
export interface Search {
  /** Patterns of paths to leave out, such as `charts/**`. */
  readonly exclude?: readonly string[] | undefined;
  /** Whether a link to a file, found in a folder, counts as that file. Where files are written it must not. */
  readonly links?: 'follow' | 'skip' | undefined;
}

/** What was found, each file once, and what was not. */
export interface FoundFiles {
  readonly files: readonly string[];
  readonly problems: readonly SignetError[];
}

const manifestName = /\.(?:ya?ml|json)$/i;
const foreignFolders: ReadonlySet<string> = new Set(['.git', 'node_modules']);

/**
 * The files that names on a command line stand for: a file is itself; a folder is its .yaml, .yml and .json files at any depth,
 * without `.git` and `node_modules`; a pattern (`*`, `?`, `[`, `{`) is the files it matches. Links to folders are not followed.
 */
export async function findFiles(names: readonly string[], search: Search = {}): Promise<FoundFiles> {
  const problems: SignetError[] = [];
  const found = new Map<string, string>();
  const unreadable = (file: string, problem: string): void => {
    problems.push(cliErrors.FILE_UNREADABLE({ file, problem }, { at: { file } }));
  };
  for (const name of names) {
    try {
      for (const file of await filesOf(name, search)) {
        if (isExcluded(file, search.exclude)) continue;
        try {
          const real = await realpath(file);
          if (!found.has(real)) found.set(real, file);
        } catch (error) {
          unreadable(file, systemProblem(error));
        }
      }
    } catch (error) {
      unreadable(name, systemProblem(error));
    }
  }
  return { files: [...found.values()], problems };
}

/** True for a path that one of the patterns names. */
export function isExcluded(file: string, exclude: readonly string[] = []): boolean {
  return exclude.some((pattern) => matchesGlob(file, pattern) || matchesGlob(relative('.', file), pattern));
}

async function filesOf(name: string, search: Search): Promise<string[]> {
  const info = await stat(name).catch((error: unknown) => error);
  if (!(info instanceof Error)) return (info as { isDirectory(): boolean }).isDirectory() ? walk(name, search) : [name];
  if (!/[*?[{]/.test(name)) throw info;
  const matches: string[] = [];
  for await (const match of glob(name, { exclude: (path) => foreignFolders.has(path) })) {
    if ((await stat(match).catch(() => undefined))?.isFile()) matches.push(match);
  }
  if (matches.length === 0) throw info;
  return matches.toSorted();
}

async function walk(folder: string, search: Search): Promise<string[]> {
  const entries = (await readdir(folder, { withFileTypes: true })).toSorted((a, b) => (a.name < b.name ? -1 : 1));
  const files: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (!foreignFolders.has(entry.name)) files.push(...(await walk(path, search)));
    } else if (manifestName.test(entry.name) && (entry.isFile() || (await isWantedLink(entry.isSymbolicLink(), path, search)))) {
      files.push(path);
    }
  }
  return files;
}

/** A link that leads nowhere counts: that it cannot be read must be told. */
async function isWantedLink(isLink: boolean, path: string, { links = 'follow' }: Search): Promise<boolean> {
  if (!isLink || links === 'skip') return false;
  const target = await stat(path).catch(() => undefined);
  return target === undefined || target.isFile();
}
