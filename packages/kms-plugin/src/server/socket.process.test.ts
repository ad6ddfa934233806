import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { listenOn } from './socket.ts';

let directory: string;
let path: string;
const servers: Server[] = [];
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signet-socket-'));
  path = join(directory, 'kms.sock');
});
afterEach(async () => {
  for (const server of servers.splice(0)) server.close();
  await rm(directory, { recursive: true });
});

async function listen(mode: number = 0o660, at: string = path): Promise<void> {
  servers.push(await listenOn({ path: at, mode, maxConnections: 4, onConnection: (socket) => socket.destroy() }));
}

describe('the socket', () => {
  test.each([
    [0o022, 0o660],
    [0o000, 0o660],
    [0o077, 0o660],
    [0o000, 0o600],
    [0o027, 0o620],
  ])('kms 31: under umask %o its mode is %o, and the umask is what it was', async (umask, mode) => {
    const before = process.umask(umask);
    try {
      await listen(mode);
      expect((await lstat(path)).mode & 0o777).toBe(mode);
      expect(process.umask()).toBe(umask);
    } finally {
      process.umask(before);
    }
  });

  test('its directory is made, for its owner and its group only', async () => {
    await listen(0o660, join(directory, 'made', 'kms.sock'));
    expect((await lstat(join(directory, 'made'))).mode & 0o027).toBe(0);
  });

  test('kms 30: one that a killed process has left is replaced', async () => {
    const child = spawn(process.execPath, [
      '-e',
      `require('net').createServer().listen(${JSON.stringify(path)}, () => console.log('up'))`,
    ]);
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await once(child, 'exit');
    expect((await lstat(path)).isSocket()).toBe(true);
    await listen();
    expect((await lstat(path)).isSocket()).toBe(true);
  });

  test('kms 30: one on which somebody listens is left alone', async () => {
    await listen();
    const { ino } = await lstat(path);
    await expect(listen()).rejects.toMatchObject({
      code: 'SIGNET_KMS_SOCKET',
      message: expect.stringContaining('another process listens') as string,
    });
    expect((await lstat(path)).ino).toBe(ino);
  });

  test.each<[string, string, () => Promise<unknown>]>([
    ['a regular file', 'not a socket', async () => writeFile(path, 'precious')],
    ['a directory', 'not a socket', async () => mkdir(path)],
    ['a symbolic link', 'symbolic link', async () => symlink(join(directory, 'elsewhere'), path)],
    ['a directory that others can write to', 'others may write', async () => chmod(directory, 0o777)],
    ['a directory that its group can write to', 'others may write', async () => chmod(directory, 0o770)],
  ])('kms 30: %s: it is refused, and nothing is removed', async (_, because, spoil) => {
    await spoil();
    const before = await lstat(path).catch(() => undefined);
    await expect(listen()).rejects.toThrow(because);
    expect((await lstat(path).catch(() => undefined))?.ino).toBe(before?.ino);
  });

  test.each([
    ['a relative path', 'kms.sock', 'not absolute'],
    ['a path that is too long for a socket', `/${'d'.repeat(120)}/kms.sock`, 'more than 107 bytes'],
  ])('%s is refused', async (_, at, because) => {
    await expect(listen(0o660, at)).rejects.toThrow(because);
  });
});
