import { mkdir, mkdtemp, readdir, rm } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const prefix = 'signet-control-plane-';

/** Removes the directories of control planes whose process is gone without having cleaned up: it was killed. */
async function sweep(): Promise<void> {
  for (const entry of await readdir(tmpdir())) {
    const owner = entry.startsWith(prefix) ? Number(entry.slice(prefix.length).split('-')[0]) : Number.NaN;
    if (Number.isInteger(owner) && !existsSync(`/proc/${owner}`)) await rm(join(tmpdir(), entry), { recursive: true, force: true });
  }
}

/** Makes a directory for one control plane, with `etcd` and `pki` inside. Its name carries this process's id. */
export async function makeDataDirectory(): Promise<string> {
  await sweep();
  const directory = await mkdtemp(join(tmpdir(), `${prefix}${process.pid}-`));
  await mkdir(join(directory, 'etcd'), { mode: 0o700 });
  await mkdir(join(directory, 'pki'), { mode: 0o700 });
  return directory;
}
