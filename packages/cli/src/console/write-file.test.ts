import { isSignetError } from '@signet/errors';
import {
  chmodSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { writeFileAtomic, writeFilesAtomic } from './write-file.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-write-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('replaces the contents, keeps the permissions, leaves nothing else behind', async () => {
  const file = join(folder, 'a.yaml');
  writeFileSync(file, 'old');
  chmodSync(file, 0o640);
  await writeFileAtomic(file, 'new');
  expect(readFileSync(file, 'utf8')).toBe('new');
  expect(statSync(file).mode & 0o777).toBe(0o640);
  expect(readdirSync(folder)).toEqual(['a.yaml']);
});

test('a mode that is asked for holds for a new file and for one that was open to all', async () => {
  const file = join(folder, 'private');
  await writeFileAtomic(file, 'a', { mode: 0o600 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  chmodSync(file, 0o644);
  await writeFileAtomic(file, 'b', { mode: 0o600 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  rmSync(file);
});

test('a link stays a link', async () => {
  const file = join(folder, 'target');
  writeFileSync(file, 'old');
  symlinkSync(file, join(folder, 'link'));
  await writeFileAtomic(join(folder, 'link'), 'new');
  expect(lstatSync(join(folder, 'link')).isSymbolicLink()).toBe(true);
  expect(readFileSync(file, 'utf8')).toBe('new');
});

test('several files: when one cannot be written, none is', async () => {
  writeFileSync(join(folder, 'first'), 'old');
  const files = [
    { path: join(folder, 'first'), contents: 'new' },
    { path: join(folder, 'nowhere', 'second'), contents: 'new' },
  ];
  const before = readdirSync(folder);
  await expect(writeFilesAtomic(files)).rejects.toThrow('second cannot be written');
  expect(readFileSync(join(folder, 'first'), 'utf8')).toBe('old');
  expect(readdirSync(folder)).toEqual(before);
});

test('a target that cannot be written is a coded error and leaves no temporary file', async () => {
  mkdirSync(join(folder, 'sub'));
  await expect(writeFileAtomic(join(folder, 'sub'), 'x')).rejects.toSatisfy(
    (error) => isSignetError(error) && error.code === 'SIGNET_CLI_FILE_UNWRITABLE',
  );
  await expect(writeFileAtomic(join(folder, 'none', 'x'), 'x')).rejects.toThrow('no such file or directory');
  expect(readdirSync(join(folder, 'sub'))).toEqual([]);
});
