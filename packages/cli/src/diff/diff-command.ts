import type { SignetError } from '@signet/errors';
import { stat } from 'node:fs/promises';
import { isAbsolute, relative } from 'node:path';
import type { Io } from '../console/io.ts';
import { report } from '../console/report.ts';
import { sourceOf } from '../document/source.ts';
import { cliErrors, collect, exitCodes } from '../errors.ts';
import { isExcluded } from '../manifests/find-files.ts';
import { readSealedFiles, sealedIn } from '../manifests/sealed-objects.ts';
import type { SealedFile } from '../manifests/sealed-objects.ts';
import type { ManifestObject } from '../template/manifest-object.ts';
import { compare } from './compare.ts';
import type { ObjectChange } from './compare.ts';
import { gitSides } from './git-revisions.ts';
import type { RevisionFile } from './git-revisions.ts';
import { jsonReport, markdownReport, textReport } from './reports.ts';

/** Options of `signet diff`. */
export interface DiffFlags {
  readonly git?: string | undefined;
  readonly output?: 'text' | 'json' | 'markdown' | undefined;
  readonly exitCode?: boolean | undefined;
  readonly exclude?: readonly string[] | undefined;
  readonly errorFormat?: 'text' | 'json' | undefined;
}

interface Side {
  /** Nothing of it could be read. A side that is not there is a mistake, and not an empty side. */
  readonly isMissing: boolean;
  /** Names of files are those in a folder or repository, so they can be compared with those of another side. */
  readonly inFolder: boolean;
  readonly objects: readonly ManifestObject[];
  readonly problems: readonly SignetError[];
}

/**
 * `signet diff`: what changed in SealedSecrets, by object and key.
 *
 * @returns the exit code: 0, or 1 with `--exit-code` when something changed, 2 when an input could not be used
 */
export async function diffCommand(paths: readonly string[], flags: DiffFlags, io: Io): Promise<number> {
  const [before, after] =
    flags.git === undefined ? await fileSides(paths, flags, io) : await revisionSides(flags.git, paths, flags, io);
  const problems = [...before.problems, ...after.problems];
  const tell = (): number => {
    for (const problem of problems) report(problem, io, { format: flags.errorFormat ?? 'text' });
    return exitCodes.usage;
  };
  if (before.isMissing || after.isMissing) return tell();
  const moves = before.inFolder && after.inFolder;
  const changes = compare(before.objects, after.objects, { moves });
  await io.out(text(changes, flags));
  if (problems.length > 0) return tell();
  return flags.exitCode && changes.length > 0 ? exitCodes.refused : exitCodes.ok;
}

function text(changes: readonly ObjectChange[], { output = 'text' }: DiffFlags): string {
  if (output === 'json') return jsonReport(changes);
  return output === 'markdown' ? markdownReport(changes) : textReport(changes);
}

async function fileSides(paths: readonly string[], flags: DiffFlags, io: Io): Promise<[Side, Side]> {
  const [old, fresh] = paths;
  if (old === undefined || fresh === undefined || paths.length > 2)
    throw cliErrors.USAGE({ problem: 'diff takes two files or folders: OLD NEW; or --git REV..REV' });
  if (old === '-' && fresh === '-') throw cliErrors.USAGE({ problem: 'only one side can be stdin' });
  return [await fileSide(old, flags, io), await fileSide(fresh, flags, io)];
}

async function fileSide(path: string, { exclude }: DiffFlags, io: Io): Promise<Side> {
  const { files, problems } = await readSealedFiles([path], { exclude }, io);
  const isMissing = files.length === 0 && problems.length > 0;
  const folder = (await stat(path).catch(() => undefined))?.isDirectory() ? path : undefined;
  return { isMissing, inFolder: folder !== undefined, objects: files.flatMap((file) => objectsOf(file, folder)), problems };
}

/** Files of a folder are named from that folder on, so that a file of both sides has one name. */
function objectsOf({ source, path, objects }: SealedFile, folder: string | undefined): ManifestObject[] {
  if (folder === undefined || path === undefined) return objects.map(({ object }) => object);
  const name = isAbsolute(path) === isAbsolute(folder) ? relative(folder, path) : path;
  return sealedIn({ ...source, name }, path).objects.map(({ object }) => object);
}

async function revisionSides(range: string, paths: readonly string[], { exclude }: DiffFlags, io: Io): Promise<[Side, Side]> {
  const { before, after } = await gitSides(range, paths, io.signal);
  const kept = (files: readonly RevisionFile[]): RevisionFile[] => files.filter(({ path }) => !isExcluded(path, exclude));
  return [revisionSide(kept(before)), revisionSide(kept(after))];
}

function revisionSide(files: readonly RevisionFile[]): Side {
  const problems: SignetError[] = [];
  const objects = files.flatMap(({ path, bytes }) => {
    const file = collect(problems, { file: path }, () => sealedIn(sourceOf(path, bytes), undefined));
    problems.push(...(file?.problems ?? []));
    return file?.objects.map(({ object }) => object) ?? [];
  });
  return { isMissing: false, inFolder: true, objects, problems };
}
