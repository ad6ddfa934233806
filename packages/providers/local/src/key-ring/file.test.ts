import { chmod, link, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { compareBackup } from './backup.ts';
import { changeRingFile, createRingFile, readRingFile } from './file.ts';
import { activeKey, newRing, readRing, rotated, writeRing } from './key-ring.ts';
import type { KeyRing } from './key-ring.ts';

const now = new Date('2026-03-01T00:00:00Z');
let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signet-ring-'));
  file = join(directory, 'ring.json');
});
afterEach(async () => rm(directory, { recursive: true }));

function ringOf(bytes: Uint8Array): KeyRing {
  const ring = readRing(bytes);
  if ('wrong' in ring) throw new Error(ring.wrong);
  return ring;
}

describe('a key ring on the disk', () => {
  test('is readable by its owner only, and nothing else is left beside it', async () => {
    await createRingFile(file, newRing({ name: 'signet', now }));
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    expect(await readdir(directory)).toEqual(['ring.json']);
  });

  test('is never overwritten', async () => {
    await createRingFile(file, newRing({ name: 'signet', now }));
    const before = await readFile(file);
    await expect(createRingFile(file, newRing({ name: 'signet', now }))).rejects.toMatchObject({ code: 'SIGNET_LOCAL_EXISTS' });
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(directory)).toEqual(['ring.json']);
  });

  test('a rotation keeps every key and adds one', async () => {
    const first = newRing({ name: 'signet', now });
    await createRingFile(file, first);
    const after = await changeRingFile(file, (ring) => rotated(ring, now));
    const { ring } = await readRingFile(file);
    expect(ring.keys.map(({ version }) => version)).toEqual(after.keys.map(({ version }) => version));
    expect(ring.keys[0]?.key.equals(activeKey(first).key)).toBe(true);
    expect(ring.keys).toHaveLength(2);
  });

  test('of two rotations at once one is refused, and none is lost', async () => {
    await createRingFile(file, newRing({ name: 'signet', now }));
    const outcomes = await Promise.allSettled(
      Array.from({ length: 8 }, async () => changeRingFile(file, (ring) => rotated(ring, now))),
    );
    const done = outcomes.filter(({ status }) => status === 'fulfilled').length;
    expect((await readRingFile(file)).ring.keys).toHaveLength(1 + done);
    expect(await readdir(directory)).toEqual(['ring.json']);
  });

  test('a change that fails leaves the ring as it was', async () => {
    await createRingFile(file, newRing({ name: 'signet', now }));
    const before = await readFile(file);
    const fail = (): never => {
      throw new Error('no');
    };
    await expect(changeRingFile(file, fail)).rejects.toThrow('no');
    expect(await readFile(file)).toEqual(before);
    expect(await readdir(directory)).toEqual(['ring.json']);
  });
});

describe('a key ring that is not safe is not read', () => {
  const other = (): string => join(directory, 'other.json');
  test.each<[string, string, () => Promise<void>]>([
    ['others may read it', 'UNSAFE', async () => chmod(file, 0o604)],
    ['its group may read it', 'UNSAFE', async () => chmod(file, 0o640)],
    ['a directory that others may write to', 'UNSAFE', async () => chmod(directory, 0o777)],
    [
      'a symbolic link',
      'UNSAFE',
      async () => {
        await link(file, other());
        await rm(file);
        await symlink(other(), file);
      },
    ],
    [
      'a directory in its place',
      'UNSAFE',
      async () => {
        await rm(file);
        await mkdir(file);
      },
    ],
    ['no file', 'UNREADABLE', async () => rm(file)],
    ['no JSON', 'UNREADABLE', async () => writeFile(file, 'x')],
    ['a file that is far too large', 'UNREADABLE', async () => writeFile(file, Buffer.alloc(2 << 20))],
  ])('%s: %s', async (_, code, spoil) => {
    await createRingFile(file, newRing({ name: 'signet', now }));
    await spoil();
    await expect(readRingFile(file)).rejects.toMatchObject({ code: `SIGNET_LOCAL_${code}` });
  });

  test.each<[string, (json: { keys: { key: string; number: number; fingerprint: string }[] }) => void, string]>([
    [
      'another key under the fingerprint',
      (json) => void (json.keys[0]!.key = Buffer.alloc(32).toString('base64')),
      'key 1 is not the key of its fingerprint',
    ],
    ['a short key', (json) => void (json.keys[0]!.key = Buffer.alloc(16).toString('base64')), 'keys.0.key is not as in a key ring'],
    ['no keys', (json) => void (json.keys = []), 'keys is not as in a key ring'],
    ['a number twice', (json) => void json.keys.push(json.keys[0]!), 'the numbers of its keys do not rise'],
  ])('%s', (_, spoil, wrong) => {
    const json = JSON.parse(Buffer.from(writeRing(newRing({ name: 'signet', now }))).toString()) as Parameters<typeof spoil>[0];
    spoil(json);
    expect(readRing(Buffer.from(JSON.stringify(json)))).toEqual({ wrong });
  });
});

describe('a backup', () => {
  test('holds all versions when it is a copy', () => {
    const ring = rotated(newRing({ name: 'signet', now }), now);
    const copy = ringOf(writeRing(ring));
    expect(compareBackup(ring, copy)).toEqual({ held: ring.keys.map(({ version }) => version), missing: [] });
  });

  test('lacks what was added after it was made', () => {
    const before = newRing({ name: 'signet', now });
    const after = rotated(before, now);
    expect(compareBackup(after, before)).toEqual({ held: [after.keys[0]?.version], missing: [after.keys[1]?.version] });
  });

  test('of another ring with the same name is none', () => {
    const ring = newRing({ name: 'signet', now });
    expect(compareBackup(ring, newRing({ name: 'signet', now }))).toMatchObject({ held: [], foreign: 'it is of another ring' });
  });
});

test('promise 9: a ring that is printed tells no key', () => {
  const ring = newRing({ name: 'signet', now });
  const key = activeKey(ring).key.export();
  const shown = JSON.stringify(ring) + inspect(ring, { depth: 9, showHidden: true });
  expect(shown).not.toContain(key.toString('base64'));
  expect(shown).not.toContain(key.toString('hex'));
});
