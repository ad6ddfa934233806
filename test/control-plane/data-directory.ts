import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Removes the directories of processes that are gone without having cleaned up: they were killed. */
async function sweep(prefix: string): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const owner = entry.startsWith(prefix) ? Number(entry.slice(prefix.length).split('-')[0]) : Number.NaN;
    if (Number.isInteger(owner) && !existsSync(`/proc/${owner}`)) await rm(join(tmpdir(), entry), { recursive: true, force: true });
  }
}

/**
 * Makes a temporary directory that carries this process's id in its name, and removes those of the same prefix whose process is
 * gone. The caller removes it in the end.
 */
export async function makeOwnedDirectory(prefix: string): Promise<string> {
  await sweep(prefix);
  return mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
}

/** Makes a directory for one control plane, with `etcd` and `pki` inside. */
export async function makeDataDirectory(): Promise<string> {
  const directory = await makeOwnedDirectory('signet-control-plane-');
  await mkdir(join(directory, 'etcd'), { mode: 0o700 });
  await mkdir(join(directory, 'pki'), { mode: 0o700 });
  return directory;
}
