import { appendFile, mkdtemp, readFile, rename, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AuditLog } from './audit-log.ts';
import type { AuditRecord } from './chain.ts';
import { verifyAudit } from './verify.ts';

const time = '2026-03-01T00:00:00.000Z';
let directory: string;
let file: string;
beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'signet-audit-'));
  file = join(directory, 'audit.log');
});
afterEach(async () => rm(directory, { recursive: true }));

const record = (uid: string): AuditRecord => ({ time, event: 'Decrypt', uid, code: 'OK', ms: 1 });

/** One run of the program. @returns the head it ended with */
async function run(...uids: readonly string[]): Promise<string> {
  const log = await AuditLog.open(file, time);
  for (const uid of uids) log.add(record(uid));
  await log.close();
  return log.head;
}

describe('the audit log', () => {
  test('kms 36: has one line for each call, with its uid, and goes on after a restart', async () => {
    await run('a', 'b');
    const head = await run('c');
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { uid?: string }).uid)).toEqual([undefined, 'a', 'b', undefined, 'c']);
    expect(await verifyAudit([file])).toEqual({ lines: 5, head, lost: 0 });
    expect((await stat(file)).mode & 0o777).toBe(0o600);
  });

  test('goes on in a new file when the former one was moved away', async () => {
    const head = await run('a');
    await rename(file, `${file}.1`);
    await run('b');
    await expect(verifyAudit([`${file}.1`, file])).rejects.toMatchObject({ code: 'SIGNET_KMS_AUDIT_BROKEN' });
    expect(await verifyAudit([`${file}.1`])).toMatchObject({ head });
  });

  test.each<[string, (lines: string[]) => string[], number]>([
    ['a changed line', (lines) => lines.with(2, (lines[2] ?? '').replace('"b"', '"x"')), 3],
    ['a line that was removed', (lines) => lines.toSpliced(2, 1), 3],
    ['a first line that was removed', (lines) => lines.slice(1), 1],
    ['two lines in another order', (lines) => [lines[0] ?? '', lines[2] ?? '', lines[1] ?? '', ...lines.slice(3)], 2],
    ['a line twice', (lines) => lines.toSpliced(2, 0, lines[1] ?? ''), 3],
    ['a line of something else', (lines) => lines.toSpliced(2, 0, 'x'), 3],
    ['a last line that was cut', (lines) => [...lines.slice(0, -1), (lines.at(-1) ?? '').slice(0, -5)], 4],
  ])('%s shows', async (_, change, line) => {
    await run('a', 'b', 'c');
    const lines = (await readFile(file, 'utf8')).trimEnd().split('\n');
    await writeFile(file, `${change(lines).join('\n')}\n`);
    await expect(verifyAudit([file])).rejects.toThrow(`${file}:${line}: `);
  });

  test('that it was cut at its end, or written anew, shows against a head that was kept elsewhere', async () => {
    const kept = await run('a', 'b');
    await run('c');
    expect(await verifyAudit([file], { includes: kept })).toMatchObject({ lines: 5 });
    await rm(file);
    await run('a', 'x');
    await expect(verifyAudit([file], { includes: kept })).rejects.toThrow('the head that was kept elsewhere is not in it');
  });

  test('a line that a killed program has not ended stays, and the next run tells of it', async () => {
    await run('a');
    await appendFile(file, '{"seq":3,"time":"20');
    await run('b');
    expect(await verifyAudit([file])).toMatchObject({ lines: 4 });
  });

  test('so does one that ends with a newline already', async () => {
    await run('a');
    await appendFile(file, '{"seq":3,"time":"20\n');
    await run('b');
    expect(await verifyAudit([file])).toMatchObject({ lines: 4 });
  });

  test('a file that is something else, and a symbolic link, are left alone', async () => {
    await writeFile(file, 'precious\n');
    await expect(AuditLog.open(file, time)).rejects.toMatchObject({ code: 'SIGNET_KMS_AUDIT' });
    expect(await readFile(file, 'utf8')).toBe('precious\n');
    await symlink(file, join(directory, 'link'));
    await expect(AuditLog.open(join(directory, 'link'), time)).rejects.toMatchObject({ code: 'SIGNET_KMS_AUDIT' });
  });
});
