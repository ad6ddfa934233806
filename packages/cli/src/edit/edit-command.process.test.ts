import { generateSealingKey, Keyring, openingKey, readCertificate, seal } from '@signet/sealing';
import type { SealingCertificate } from '@signet/sealing';
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { discretion, editorOf } from './editor.ts';
import { privateFolder } from './private-folder.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-edit-test-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const file = join(folder, 'db.yaml');
const cert = join(folder, 'pub.pem');
const key = join(folder, 'key.pem');
/** Where the editor of these tests writes down what it saw. */
const seen = join(folder, 'seen.json');
let editors = 0;
let certificate: SealingCertificate;
let keyring: Keyring;
beforeAll(async () => {
  const pair = await generateSealingKey({ bits: 2048 });
  writeFileSync(cert, pair.certificatePem);
  writeFileSync(key, pair.privateKeyPem);
  certificate = readCertificate(pair.certificatePem);
  keyring = new Keyring([{ key: await openingKey(pair.privateKeyPem), certificate, orderedAt: new Date(0) }]);
});

const binding = { scope: 'strict', namespace: 'web', name: 'db' } as const;

/** A SealedSecret by hand, with its values sealed. */
async function object(values: Readonly<Record<string, string>>): Promise<string> {
  const lines = await Promise.all(
    Object.entries(values).map(async ([name, value]) => {
      return `    ${name}: ${await seal(Buffer.from(value, 'latin1'), certificate, binding)} # of ${name}\r\n`;
    }),
  );
  return `# mine\r\nkind: SealedSecret\r\nmetadata: {name: db, namespace: web}\r\nspec:\r\n  encryptedData:\r\n${lines.join('')}  template: {}`;
}

/** An editor: a program that runs `script` with `file`, the path it was given, and `text`, what is in it. */
function editor(script: string): string {
  const path = join(folder, `editor-${(editors += 1)}.mjs`);
  writeFileSync(
    path,
    `import fs from 'node:fs'; import path from 'node:path';\n` +
      `const file = process.argv.at(-1); let text = fs.readFileSync(file, 'utf8'); const save = (t) => fs.writeFileSync(file, t);\n` +
      `fs.writeFileSync(${JSON.stringify(seen)}, JSON.stringify({ file, text, tmp: process.env.TMPDIR, mode: fs.statSync(file).mode & 0o777,` +
      ` folderMode: fs.statSync(path.dirname(file)).mode & 0o777 }));\n${script}\n`,
  );
  return `${process.execPath} ${path}`;
}

interface Ran {
  readonly code: number | null;
  readonly out: string;
  readonly said: string;
  readonly text: string;
  readonly seen: { file: string; text: string; tmp: string; mode: number; folderMode: number };
}

function start(script: string, args: readonly string[] = []): ChildProcess {
  rmSync(seen, { force: true });
  const bin = join(import.meta.dirname, '../../bin/signet.js');
  return spawn(process.execPath, [bin, 'edit', file, '--cert', cert, '--allow-disk', ...args], {
    cwd: folder,
    env: { PATH: process.env['PATH'], HOME: join(folder, 'home'), SIGNET_EDITOR: editor(script), EDITOR: 'false' },
  });
}

async function edit(before: string, script: string, args: readonly string[] = []): Promise<Ran> {
  writeFileSync(file, before);
  const child = start(script, args);
  const texts = { out: '', said: '' };
  child.stdout?.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (texts.said += chunk.toString()));
  const code = await new Promise<number | null>((resolve) => child.on('close', resolve));
  return { code, ...texts, text: readFileSync(file, 'utf8'), seen: JSON.parse(readFileSync(seen, 'utf8')) as Ran['seen'] };
}

async function opened(text: string): Promise<Record<string, string>> {
  const values: Record<string, string> = {};
  for (const [, name, item] of text.matchAll(/^ {4}(\S+): (\S+)/gm)) {
    values[name ?? ''] = Buffer.from((await keyring.open(item ?? '', binding)).plaintext).toString('latin1');
  }
  return values;
}

/** The text without the lines of some keys. */
const without = (text: string, ...names: readonly string[]): string =>
  names.reduce((rest, name) => rest.replace(new RegExp(`^ {4}${name}: .*\\r\\n`, 'm'), ''), text);

describe('signet edit', () => {
  test('without a key values show as <sealed> and stay; the rest is added, replaced, removed', async () => {
    const before = await object({ keep: 'kept', old: 'OLD', gone: 'GONE' });
    const ran = await edit(
      before,
      `save(text.replace('old: <sealed>', 'old: 0777').replace('gone: <sealed>\\n', '') + 'port: |\\n  54\\n  32\\n');`,
    );
    expect({ code: ran.code, out: ran.out, said: ran.said }).toEqual({
      code: 0,
      out: '',
      said: `${file}: SealedSecret "db": added port; replaced old; removed gone\n`,
    });
    expect(ran.seen.text.replace(/^#.*\n/gm, '')).toBe('keep: <sealed>\nold: <sealed>\ngone: <sealed>\n');
    expect(await opened(ran.text)).toEqual({ keep: 'kept', old: '0777', port: '54\n32\n' });
    expect(without(ran.text, 'old', 'port')).toBe(without(before, 'old', 'gone'));
    expect(ran.text).toMatch(/ {4}old: \S+ # of old\r\n/);
  });

  test('with the private key values are shown, and only what was changed is sealed again', async () => {
    const before = await object({ same: 'one\ntwo\n', 'key.bin': '\u0000\u00ff', password: 'hunter2' });
    const ran = await edit(before, `save(text.replace('hunter2', 'hunter3')); console.log('noise');`, ['--key', key, '-o', 'json']);
    expect(ran.seen.text.replace(/^#.*\n/gm, '')).toBe('same: |\n  one\n  two\nkey.bin: !!binary |\n  AP8=\npassword: hunter2\n');
    expect(JSON.parse(ran.out)).toMatchObject({ changes: [{ key: 'password', change: 'replaced' }] });
    expect(without(ran.text, 'password')).toBe(without(before, 'password'));
    expect(await opened(ran.text)).toMatchObject({ password: 'hunter3' });
  });

  test('an item that no key opens stays <sealed>', async () => {
    const before = (await object({ a: 'AAA' })).replace('spec:', `spec:`).replace('  template', '    broken: AgAB\r\n  template');
    const ran = await edit(before, '', ['--key', key]);
    expect(ran.seen.text.replace(/^#.*\n/gm, '')).toBe('a: AAA\nbroken: <sealed>\n');
    expect(ran).toMatchObject({ code: 0, text: before });
  });

  test('the folder is private, in memory where there is any, the editor`s own temporary folder, and gone afterwards', async () => {
    const ran = await edit(
      await object({ a: 'AAA' }),
      `fs.writeFileSync(file + '~', text); fs.mkdirSync(path.dirname(file) + '/sub'); fs.writeFileSync(path.dirname(file) + '/sub/.swp', text); save(text.replace('<sealed>', 'x'));`,
    );
    expect(ran.seen).toMatchObject({ mode: 0o600, folderMode: 0o700, tmp: dirname(ran.seen.file) });
    expect(existsSync(dirname(ran.seen.file))).toBe(false);
    expect(ran.said.includes('warning: plaintext is written to the disk')).toBe(!ran.seen.file.startsWith('/dev/shm/'));
  });

  test.each<[string, string]>([
    ['saved as it was', 'save(text);'],
    ['an empty text', `save('# nothing\\n');`],
    ['no file any more', 'fs.rmSync(file);'],
    ['comments and order', `save('# more\\n' + text.split('\\n').reverse().join('\\n'));`],
  ])('nothing is changed: %s', async (_name, script) => {
    const before = await object({ a: 'AAA', b: 'BBB' });
    const ran = await edit(before, script, ['--key', key]);
    expect(ran).toMatchObject({ code: 0, said: `${file}: SealedSecret "db": nothing was changed\n`, text: before });
  });

  test('an editor that fails changes nothing and leaves nothing', async () => {
    const before = await object({ a: 'AAA' });
    const ran = await edit(before, `save('a: other\\n'); process.exit(3);`);
    expect(ran).toMatchObject({ code: 1, text: before });
    expect(ran.said).toContain('the editor ended with 3; nothing was changed');
    expect(existsSync(dirname(ran.seen.file))).toBe(false);
  });

  test.each<[string, string, string]>([
    ['no YAML', 'a: hunter2\n  b: "', 'SIGNET_CLI_YAML_SYNTAX'],
    ['a comment in a value', 'a: hunter2 #3\n', 'SIGNET_CLI_EDIT_TEXT'],
    ['a key that is none', 'a: <sealed>\na b: hunter2\n', 'SIGNET_CLI_BAD_KEY'],
    ['a renamed key', 'renamed: <sealed>\nx: hunter2\n', 'SIGNET_CLI_EDIT_SEALED_MARK'],
  ])('a text that cannot be used is not lost: %s', async (_name, typed, code) => {
    const before = await object({ a: 'AAA' });
    const ran = await edit(before, `save(${JSON.stringify(typed)});`);
    expect(ran).toMatchObject({ code: 1, text: before });
    expect(ran.said).toContain(code);
    expect(ran.said).not.toContain('hunter2');
    const kept = / at (\S+); when done with it: rm -r (\S+)\n/.exec(ran.said);
    expect(readFileSync(kept?.[1] ?? '', 'utf8')).toBe(typed);
    rmSync(kept?.[2] ?? '', { recursive: true });
  });

  test('a file that someone else changed meanwhile is not overwritten', async () => {
    const before = await object({ a: 'AAA' });
    const other = `${before}\r\n# theirs\r\n`;
    const ran = await edit(before, `fs.writeFileSync(${JSON.stringify(file)}, ${JSON.stringify(other)}); save('a: mine\\n');`);
    expect(ran).toMatchObject({ code: 1, text: other });
    expect(ran.said).toContain('SIGNET_CLI_EDIT_CHANGED_MEANWHILE');
    const kept = / at (\S+);/.exec(ran.said)?.[1] ?? '';
    expect(readFileSync(kept, 'utf8')).toBe('a: mine\n');
    rmSync(dirname(kept), { recursive: true });
  });

  test.each(['SIGTERM', 'SIGHUP', 'SIGKILL'] as const)('ended by %s: the plaintext goes, the file stays', async (signal) => {
    const before = await object({ a: 'AAA' });
    writeFileSync(file, before);
    const child = start('setTimeout(() => {}, 30_000);', ['--key', key]);
    await vi.waitFor(() => expect(existsSync(seen) && readFileSync(seen, 'utf8')).toContain('folderMode'), { timeout: 20_000 });
    const ended = new Promise<number | null>((resolve) => child.on('exit', resolve));
    child.kill(signal);
    expect(await ended).toBe(signal === 'SIGKILL' ? null : 130);
    const { file: view } = JSON.parse(readFileSync(seen, 'utf8')) as Ran['seen'];
    await vi.waitFor(() => expect(existsSync(dirname(view))).toBe(false), { timeout: 10_000 });
    expect(readFileSync(file, 'utf8')).toBe(before);
  });
});

describe('the editor', () => {
  test('is the first one named', () => {
    expect(editorOf({ SIGNET_EDITOR: 'a', VISUAL: 'b', EDITOR: 'c' })).toBe('a');
    expect(editorOf({ SIGNET_EDITOR: '', VISUAL: 'b -w', EDITOR: 'c' })).toBe('b -w');
    expect(() => editorOf({ PATH: folder })).toThrow('no editor is named');
  });

  test('vim under any of its names is told to leave nothing behind', () => {
    const bin = join(folder, 'bin');
    mkdirSync(bin);
    writeFileSync(join(bin, 'vim.tiny'), '');
    chmodSync(join(bin, 'vim.tiny'), 0o755);
    symlinkSync('vim.tiny', join(bin, 'vi'));
    for (const name of ['vim', '/usr/bin/nvim -u NONE', 'vi']) {
      expect(discretion(name, { PATH: bin }).slice(0, 3)).toEqual(['-n', '-i', 'NONE']);
    }
    for (const name of ['nano', 'code --wait', 'vi']) expect(discretion(name, { PATH: folder })).toEqual([]);
  });
});

describe('where there is no memory', () => {
  test('plaintext is refused a place, unless the disk is accepted', async () => {
    const said: string[] = [];
    const io = { env: {}, say: (text: string) => void said.push(text) };
    await expect(privateFolder(io, { allowDisk: false, places: ['/proc', join(folder, 'none')] })).rejects.toThrow(
      'no memory-backed folder',
    );
    const made = await privateFolder(io, { allowDisk: true, places: [] });
    expect({ inMemory: made.inMemory, said: said.join('') }).toEqual({
      inMemory: false,
      said: `warning: plaintext is written to the disk, at ${made.path}; it is overwritten afterwards, which a disk may not honour\n`,
    });
    writeFileSync(join(made.path, 'a'), 'AAA');
    made.close();
    expect(readdirSync(tmpdir()).map((name) => join(tmpdir(), name))).not.toContain(made.path);
  });
});
