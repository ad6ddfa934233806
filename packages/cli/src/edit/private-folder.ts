import { spawn } from 'node:child_process';
import { closeSync, lstatSync, openSync, readdirSync, rmSync, writeSync } from 'node:fs';
import { mkdtemp, statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Io } from '../console/io.ts';
import { editErrors } from './errors.ts';

/** Kinds of file systems that live in memory, as statfs(2) names them: tmpfs and ramfs. */
const memoryTypes: ReadonlySet<number> = new Set([0x01021994, 0x858458f6]);

/** A folder for plaintext that only its owner can enter, and that is gone when this process is, whatever ends it. */
export interface PrivateFolder {
  readonly path: string;
  /** True when its files never touch a disk. */
  readonly inMemory: boolean;
  /** Lets the folder outlive this process. */
  keep(): Promise<void>;
  /** Overwrites every file and removes the folder, unless it is to be kept. */
  close(): void;
}

/**
 * Makes a private folder in memory: on tmpfs at /dev/shm, else at XDG_RUNTIME_DIR.
 *
 * @param options.allowDisk take the folder for temporary files where there is no memory, and say so
 * @param options.places where to look for memory; for tests
 * @throws SIGNET_CLI_EDIT_NO_MEMORY
 */
export async function privateFolder(
  io: Pick<Io, 'env' | 'say'>,
  options: { readonly allowDisk: boolean; readonly places?: readonly string[] },
): Promise<PrivateFolder> {
  const places = options.places ?? ['/dev/shm', ...(io.env['XDG_RUNTIME_DIR'] ? [io.env['XDG_RUNTIME_DIR']] : [])];
  for (const place of places) {
    const path = (await inMemory(place)) ? await makeIn(place) : undefined;
    if (path !== undefined) return guarded(path, true);
  }
  if (!options.allowDisk) throw editErrors.NO_MEMORY({});
  const path = await mkdtemp(join(tmpdir(), 'signet-edit-'));
  io.say(`warning: plaintext is written to the disk, at ${path}; it is overwritten afterwards, which a disk may not honour\n`);
  return guarded(path, false);
}

async function inMemory(place: string): Promise<boolean> {
  try {
    return memoryTypes.has((await statfs(place)).type);
  } catch {
    return false;
  }
}

/** mkdtemp makes folders of mode 0700. */
async function makeIn(place: string): Promise<string | undefined> {
  try {
    return await mkdtemp(join(place, 'signet-edit-'));
  } catch {
    return undefined;
  }
}

/** Waits for the end of its input, which is the end of this process even by SIGKILL, and then removes the folder. */
const watch = `trap '' HUP INT TERM QUIT; read -r word; [ "$word" = keep ] || rm -rf -- "$1"`;

function guarded(path: string, memory: boolean): PrivateFolder {
  const guard = spawn('sh', ['-c', watch, 'sh', path], { detached: true, stdio: ['pipe', 'ignore', 'ignore'], cwd: '/' });
  // Where there is no shell, the listener below is all there is.
  guard.on('error', () => undefined);
  guard.stdin.on('error', () => undefined);
  guard.unref();
  let state: 'guarded' | 'kept' | 'gone' = 'guarded';
  const close = (): void => {
    process.off('exit', close);
    if (state !== 'guarded') return;
    state = 'gone';
    wipeFolder(path);
    guard.stdin.end();
  };
  process.on('exit', close);
  return {
    path,
    inMemory: memory,
    close,
    keep: async () => {
      state = 'kept';
      if (guard.pid === undefined || guard.exitCode !== null) return;
      guard.ref();
      await new Promise<void>((resolve) => {
        guard.once('close', () => resolve());
        guard.once('error', () => resolve());
        guard.stdin.end('keep\n');
      });
    },
  };
}

function wipeFolder(path: string): void {
  for (const name of namesIn(path)) {
    try {
      overwrite(join(path, name));
    } catch {
      // What cannot be overwritten is removed all the same.
    }
  }
  rmSync(path, { recursive: true, force: true });
}

function namesIn(path: string): readonly string[] {
  try {
    return readdirSync(path, { recursive: true, encoding: 'utf8' });
  } catch {
    return [];
  }
}

function overwrite(file: string): void {
  const found = lstatSync(file);
  if (!found.isFile()) return;
  const open = openSync(file, 'r+');
  try {
    writeSync(open, new Uint8Array(found.size), 0, found.size, 0);
  } finally {
    closeSync(open);
  }
}
