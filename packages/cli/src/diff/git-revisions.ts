import { spawn } from 'node:child_process';
import { diffErrors } from './errors.ts';

/** A file as a revision has it. */
export interface RevisionFile {
  readonly path: string;
  readonly bytes: Uint8Array;
}

/** The manifests that differ between two revisions, as each of them has them. */
export interface GitSides {
  readonly before: readonly RevisionFile[];
  readonly after: readonly RevisionFile[];
}

const manifestName = /\.(?:ya?ml|json)$/i;

/**
 * Reads the manifests that differ between two revisions. Only names and contents are asked of git: no hook, filter or diff program
 * of the repository runs.
 *
 * @param range OLD..NEW, or OLD...NEW for what NEW changed since both had the same
 * @param paths limit it to these; empty means all
 * @throws SIGNET_DIFF_RANGE, SIGNET_DIFF_GIT
 */
export async function gitSides(range: string, paths: readonly string[], signal: AbortSignal): Promise<GitSides> {
  const parts = /^(?<old>(?:(?!\.\.).)*?)(?<dots>\.{2,3})(?<fresh>(?:(?!\.\.).)*)$/.exec(range)?.groups;
  if (!parts) throw diffErrors.RANGE({ range });
  const after = await commitOf(parts['fresh'] || 'HEAD', signal);
  const old = await commitOf(parts['old'] || 'HEAD', signal);
  const before = parts['dots'] === '...' ? (await git(['merge-base', old, after], signal)).toString().trim() : old;
  const listed = await git(['diff-tree', '-r', '-z', '--no-renames', '--full-index', before, after, '--', ...paths], signal);
  const sides: { before: RevisionFile[]; after: RevisionFile[] } = { before: [], after: [] };
  for (const { path, from, to } of changedFiles(listed.toString())) {
    if (from) sides.before.push({ path, bytes: await git(['cat-file', 'blob', from], signal) });
    if (to) sides.after.push({ path, bytes: await git(['cat-file', 'blob', to], signal) });
  }
  return sides;
}

async function commitOf(revision: string, signal: AbortSignal): Promise<string> {
  return (
    await git(
      ['rev-parse', '--verify', '--quiet', '--end-of-options', `${revision}^{commit}`],
      signal,
      `${revision} is no revision`,
    )
  )
    .toString()
    .trim();
}

/** Entries of `git diff-tree -z`: `:MODE MODE BLOB BLOB STATUS`, NUL, PATH, NUL. Only plain files are taken: no links, no submodules. */
function changedFiles(
  listed: string,
): { readonly path: string; readonly from?: string | undefined; readonly to?: string | undefined }[] {
  const fields = listed.split('\0');
  return fields.flatMap((entry, at) => {
    const found = /^:(\d{6}) (\d{6}) ([0-9a-f]+) ([0-9a-f]+) /.exec(entry);
    const path = fields[at + 1];
    if (!found || path === undefined || !manifestName.test(path)) return [];
    const [, fromMode = '', toMode = '', from, to] = found;
    const isFile = (mode: string): boolean => mode.startsWith('100');
    return [{ path, from: isFile(fromMode) ? from : undefined, to: isFile(toMode) ? to : undefined }];
  });
}

async function git(args: readonly string[], signal: AbortSignal, problem?: string): Promise<Buffer> {
  const child = spawn('git', args, { stdio: ['ignore', 'pipe', 'pipe'], signal, env: { ...process.env, GIT_OPTIONAL_LOCKS: '0' } });
  const out: Buffer[] = [];
  const said: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => said.push(chunk));
  const code = await new Promise<number | null>((resolve, reject) => {
    child.on('error', (error) =>
      reject(signal.aborted ? error : diffErrors.GIT({ problem: `it could not be started` }, { cause: error })),
    );
    child.on('close', resolve);
  });
  if (code === 0) return Buffer.concat(out);
  const [first = ''] = Buffer.concat(said).toString().split('\n');
  throw diffErrors.GIT({ problem: problem ?? (first.replace(/^fatal: /, '') || `it ended with ${code ?? 'a signal'}`) });
}
