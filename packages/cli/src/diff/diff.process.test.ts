import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { main } from '../main.ts';

const root = mkdtempSync(join(tmpdir(), 'signet-diff-'));
const home = process.cwd();
afterAll(() => {
  process.chdir(home);
  rmSync(root, { recursive: true, force: true });
});
let folder = '';
let count = 0;
beforeEach(() => {
  count += 1;
  folder = join(root, String(count));
  mkdirSync(folder);
  process.chdir(folder);
});

async function diff(...args: readonly string[]): Promise<{ code: number; out: string; said: string }> {
  const [out, said]: [string[], string[]] = [[], []];
  const code = await main('signet', ['diff', ...args], {
    env: {},
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => new Uint8Array(),
    out: async (text) => void out.push(Buffer.from(text).toString()),
    say: (text) => void said.push(text),
    now: () => new Date(0),
  });
  return { code, out: out.join(''), said: said.join('') };
}
const put = (name: string, text: string): void => {
  mkdirSync(dirname(join(folder, name)), { recursive: true });
  writeFileSync(join(folder, name), text);
};
const object = (name: string, spec: object, metadata: object = {}): string =>
  `${JSON.stringify({ apiVersion: 'bitnami.com/v1alpha1', kind: 'SealedSecret', metadata: { name, namespace: 'web', ...metadata }, spec })}\n`;

const before =
  object('db', {
    encryptedData: { keep: 'S1', gone: 'S2', other: 'S3' },
    template: { type: 'T', metadata: { labels: { app: 'hunter2' } }, data: { url: 'hunter2' } },
  }) +
  object('old', { encryptedData: { a: 'S4' } }) +
  object('same', { encryptedData: { a: 'S5' } });
const after =
  object('same', { encryptedData: { a: 'S5' } }) +
  object('new', { encryptedData: { b: 'S6', a: 'S7' } }) +
  object(
    'db',
    {
      encryptedData: { keep: 'S1', other: 'S8', fresh: 'S9' },
      template: { type: 'T', metadata: { labels: { app: 'x', tier: 'y' } }, data: { url: '{{ .keep }}' } },
    },
    { annotations: { 'sealedsecrets.bitnami.com/cluster-wide': 'true' }, labels: { own: 'z' } },
  );
const changes = {
  summary: { added: 1, changed: 1, removed: 1 },
  objects: [
    {
      namespace: 'web',
      name: 'db',
      change: 'changed',
      items: { added: ['fresh'], removed: ['gone'], changed: ['other'] },
      scope: { from: 'strict', to: 'cluster-wide' },
      template: { added: ['metadata.labels.tier'], removed: [], changed: ['data.url', 'metadata.labels.app'] },
      other: { added: ['metadata.labels.own'], removed: [], changed: [] },
    },
    { name: 'new', change: 'added', items: { added: ['a', 'b'], removed: [], changed: [] } },
    { name: 'old', change: 'removed', items: { added: [], removed: ['a'], changed: [] } },
  ],
};

describe('two files', () => {
  test('by object and key', async () => {
    put('old.json', before);
    put('new.json', after);
    const { code, out } = await diff('old.json', 'new.json', '-o', 'json');
    expect(code).toBe(0);
    expect(JSON.parse(out)).toMatchObject(changes);
  });

  test.each(['text', 'markdown', 'json'])('never a value, sealed or not: %s', async (format) => {
    put('old.json', before);
    put('new.json', after);
    const { out } = await diff('old.json', 'new.json', '-o', format);
    expect(out).not.toMatch(/S[1-9]|hunter2|\{\{/);
    for (const name of ['db', 'new', 'old', 'fresh', 'gone', 'other', 'cluster-wide']) expect(out).toContain(name);
  });

  test('as text, by hand', async () => {
    put('old.json', object('a', { encryptedData: { x: 'S1', y: 'S2' } }));
    put('new.json', object('a', { encryptedData: { x: 'S3', z: 'S2' }, template: { type: 'T' } }));
    expect((await diff('old.json', 'new.json')).out).toBe('~ web/a  new.json:1\n    + z\n    - y\n    ~ x\n    + template type\n');
  });

  test('what ends a cell or the code in it is taken out of a comment', async () => {
    put('old.json', '');
    put('new.json', object('a`|<img src=x>', { encryptedData: { '`|</td>': 'S1', 'a b': 'S2' } }));
    const { out } = await diff('old.json', 'new.json', '-o', 'markdown');
    expect(out.split('\n').filter((line) => line.startsWith('| `'))).toEqual([
      '| `web/a??<img src=x>` | added | + `?`<br>+ `?` | `new.json` |',
    ]);
  });

  test('--exit-code; nothing changed; nothing there', async () => {
    put('a.json', before);
    put('b.json', after);
    expect(await diff('a.json', 'a.json', '--exit-code')).toEqual({ code: 0, out: '', said: '' });
    expect((await diff('a.json', 'b.json', '--exit-code')).code).toBe(1);
    expect((await diff('a.json', 'a.json', '-o', 'markdown')).out).toBe('No SealedSecret changed.\n');
    expect(await diff('a.json', 'nowhere.json')).toMatchObject({ code: 2, out: '', said: expect.stringContaining('no such file') });
    expect((await diff('a.json')).code).toBe(2);
  });
});

test('two folders: a file of both has one name, a move shows', async () => {
  put('one/a.json', object('a', { encryptedData: { x: 'S1' } }));
  put('one/b.json', object('b', { encryptedData: { x: 'S1' } }));
  put('two/a.json', object('a', { encryptedData: { x: 'S1' } }));
  put('two/deep/b.json', object('b', { encryptedData: { x: 'S1' } }));
  expect((await diff('one', 'two')).out).toBe('~ web/b  deep/b.json:1\n    ~ moved from b.json\n');
});

describe('revisions of git', () => {
  const git = (...args: string[]): string => {
    const env = { ...process.env, GIT_CONFIG_GLOBAL: '/dev/null', GIT_CONFIG_SYSTEM: '/dev/null' };
    return execFileSync('git', ['-c', 'user.name=a', '-c', 'user.email=a@example.com', ...args], {
      cwd: folder,
      env,
      stdio: ['ignore', 'pipe', 'ignore'],
    }).toString();
  };
  const commit = (message: string): void => {
    git('add', '-A');
    git('commit', '-qm', message);
  };

  test('OLD..NEW, an empty side, OLD...NEW, paths, from a folder inside; nothing of the work tree counts', async () => {
    git('init', '-q', '-b', 'main');
    put('deploy/a file.json', before);
    put('other/x.json', object('x', { encryptedData: { a: 'S1' } }));
    put('notes.txt', object('t', { encryptedData: { a: 'S1' } }));
    commit('one');
    git('checkout', '-qb', 'feature');
    put('deploy/a file.json', after);
    commit('two');
    git('checkout', '-q', 'main');
    put('other/x.json', object('x', { encryptedData: { a: 'S2' } }));
    put('notes.txt', 'changed');
    commit('three');
    git('checkout', '-q', 'feature');
    put('deploy/a file.json', 'not even YAML: [');

    const three = JSON.parse((await diff('--git', 'main...feature', '-o', 'json')).out) as { objects: object[] };
    expect(three).toMatchObject(changes);
    expect(three.objects[0]).toMatchObject({ file: 'deploy/a file.json', line: 3 });
    expect(JSON.parse((await diff('--git', 'main...', '-o', 'json')).out)).toEqual(three);
    const two = await diff('--git', 'main..feature');
    expect(two.out).toContain('~ web/x  other/x.json:1\n    ~ a\n');
    expect((await diff('--git', 'main..feature', 'other')).out).toBe('~ web/x  other/x.json:1\n    ~ a\n');
    process.chdir(join(folder, 'other'));
    expect((await diff('--git', 'main..feature', '.')).out).toBe('~ web/x  other/x.json:1\n    ~ a\n');
    expect((await diff('--git', 'main..feature', '--exclude', 'deploy/**')).out).toBe('~ web/x  other/x.json:1\n    ~ a\n');
  });

  test.each([
    ['main', 'SIGNET_DIFF_RANGE'],
    ['nowhere..HEAD', 'SIGNET_DIFF_GIT'],
    ['--output=/tmp/x..HEAD', 'SIGNET_DIFF_GIT'],
    ['a..b..c', 'SIGNET_DIFF_RANGE'],
  ])('%j is refused', async (range, code) => {
    git('init', '-q', '-b', 'main');
    put('a.json', before);
    commit('one');
    expect(await diff(`--git=${range}`)).toMatchObject({ code: 2, out: '', said: expect.stringContaining(code) });
  });
});
