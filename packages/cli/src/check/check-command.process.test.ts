import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { generateSealingKey, seal } from '@signet/sealing';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { main } from '../main.ts';
import { rules } from './finding.ts';

const root = mkdtempSync(join(tmpdir(), 'signet-check-'));
const home = process.cwd();
afterAll(() => {
  process.chdir(home);
  rmSync(root, { recursive: true, force: true });
});
let count = 0;
beforeEach(() => {
  count += 1;
  mkdirSync(join(root, String(count)));
  process.chdir(join(root, String(count)));
});

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}
async function check(args: readonly string[], stdin: string | Uint8Array = ''): Promise<Ran> {
  const [out, said]: [string[], string[]] = [[], []];
  const code = await main('signet', ['check', ...args], {
    env: {},
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => Buffer.from(stdin),
    out: async (text) => void out.push(Buffer.from(text).toString()),
    say: (text) => void said.push(text),
    now: () => new Date('2031-06-01T00:00:00Z'),
  });
  return { code, out: out.join(''), said: said.join('') };
}
const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: db}\nstringData: {password: hunter2}\n';
const plain = 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c}\n';

describe('exit codes', () => {
  test('0 when nothing is found, also with notes', async () => {
    writeFileSync('a.yaml', plain);
    writeFileSync('values.yaml', 'a: {{ .x }}\n');
    expect(await check(['.'])).toEqual({
      code: 0,
      out: '',
      said: '0 errors, 0 warnings, 1 note (-v shows them) in 2 files (2 documents, 0 SealedSecrets)\n',
    });
    expect((await check(['.', '-v'])).out).toContain('values.yaml:1: note: ');
  });

  test('1 when something is: its place, rule, reason and what to do, and no value', async () => {
    writeFileSync('a.yaml', `${plain}---\n${secret}`);
    const { code, out } = await check(['a.yaml']);
    expect(code).toBe(1);
    expect(out).toMatch(
      /^a\.yaml:5: error: Secret "db" holds 1 unsealed value \(Secret "db"\) {2}\[plaintext-secret\]\n {2}why .+\n {2}fix signet seal -i .+\n$/,
    );
    expect(out).not.toContain('hunter2');
  });

  test('2 when an input cannot be used; what can is checked all the same', async () => {
    writeFileSync('a.yaml', secret);
    writeFileSync('utf16.yaml', Buffer.from(`\uFEFF${secret}`, 'utf16le'));
    symlinkSync('nowhere', 'broken.yaml');
    const ran = await check(['.', 'missing.yaml', 'no/*.yaml', 'a.yaml/x']);
    expect(ran.code).toBe(2);
    expect(ran.out).toContain('[plaintext-secret]');
    for (const file of ['utf16.yaml', 'broken.yaml', 'missing.yaml', 'no/*.yaml', 'a.yaml/x']) expect(ran.said).toContain(file);
    expect((await check(['a.yaml', '--ignore', 'nonsense'])).code).toBe(2);
    expect((await check(['a.yaml', '--cert', 'missing.pem'])).code).toBe(2);
    expect((await check([])).code).toBe(2);
  });
});

describe('which files', () => {
  test('folders at any depth, without .git and node_modules; patterns; stdin; each file once, links and all', async () => {
    for (const folder of ['deep/er', '.git', 'node_modules/x', '.github']) mkdirSync(folder, { recursive: true });
    for (const file of ['deep/er/a.yml', 'b.JSON', '.git/c.yaml', 'node_modules/x/d.yaml', '.github/e.yaml', 'f.txt'])
      writeFileSync(file, secret);
    symlinkSync('deep', 'loop');
    symlinkSync('../..', 'deep/er/up');
    symlinkSync('deep/er/a.yml', 'link.yaml');
    const files = async (...args: string[]): Promise<string[]> => {
      const { out } = await check([...args, '-o', 'json'], secret);
      return (JSON.parse(out) as { findings: { file: string }[] }).findings.map(({ file }) => file);
    };
    expect(await files('.', './deep', 'deep/er/a.yml')).toEqual(['.github/e.yaml', 'b.JSON', 'deep/er/a.yml']);
    expect(await files('**/*.y*ml')).toEqual(['deep/er/a.yml']);
    expect(await files('f.txt', '-')).toEqual(['<stdin>', 'f.txt']);
    expect(await files('.', '--exclude', 'deep/**', '--exclude', '*.JSON')).toEqual(['.github/e.yaml', 'link.yaml']);
    expect(await files('.', '--ignore', 'plaintext-secret')).toEqual([]);
  });

  test('a link to a file elsewhere is read: kubectl would, too', async () => {
    const outside = join(root, `outside-${count}.txt`);
    writeFileSync(outside, secret);
    symlinkSync(outside, 'link.yaml');
    expect((await check(['.'])).code).toBe(1);
  });

  test('ten megabytes', async () => {
    const rows = Array.from({ length: 60_000 }, (_, at) => `  key-${at}: ${'x'.repeat(150)}\n`).join('');
    writeFileSync('big.yaml', `${plain}data:\n${rows}---\n${secret}`);
    const { code, out } = await check(['big.yaml']);
    expect(code).toBe(1);
    expect(out).toContain('big.yaml:60006: error');
  });
});

describe('with a certificate', () => {
  test.each([
    ['2031-05-01', 10, 'error cert-expired'],
    ['2031-05-20', 30, 'warning cert-expires'],
    ['2031-07-01', 30, 'warning cert-early'],
    ['2031-05-01', 365, undefined],
  ])('made on %s for %i days: %s', async (from, days, expected) => {
    const key = await generateSealingKey({ bits: 2048, now: new Date(from), validForMs: days * 86_400_000 });
    writeFileSync('pub.pem', key.certificatePem);
    writeFileSync('a.yaml', plain);
    const { code, out } = await check(['a.yaml', '--cert', 'pub.pem', '-o', 'json']);
    const { findings } = JSON.parse(out) as { findings: { severity: string; rule: string; file: string }[] };
    expect(findings.map(({ severity, rule }) => `${severity} ${rule}`)).toEqual(expected === undefined ? [] : [expected]);
    expect(code).toBe(expected === undefined ? 0 : 1);
  });

  test('items that signet seals have nothing to find in them', async () => {
    const key = await generateSealingKey({ bits: 2048, now: new Date('2031-05-01') });
    writeFileSync('pub.pem', key.certificatePem);
    const item = await seal(Buffer.from('x'), key.certificate, { scope: 'strict', namespace: 'web', name: 'db' });
    writeFileSync(
      'a.yaml',
      `apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: db, namespace: web}\nspec: {encryptedData: {a: ${item}}}\n`,
    );
    expect(await check(['.', '--cert', 'pub.pem'])).toMatchObject({
      code: 0,
      out: '',
      said: expect.stringContaining('nothing found in 1 file (1 document, 1 SealedSecret)'),
    });
  });
});

describe('SARIF', () => {
  interface Sarif {
    version: string;
    runs: {
      tool: { driver: { rules: { id: string }[] } };
      invocations: { executionSuccessful: boolean; toolExecutionNotifications: object[] }[];
      results: {
        ruleId: string;
        ruleIndex: number;
        level: string;
        partialFingerprints: Record<string, string>;
        locations: { physicalLocation: object }[];
      }[];
    }[];
  }
  const sarif = async (...args: string[]): Promise<Sarif['runs'][number]> => {
    const { out } = await check([...args, '-o', 'sarif']);
    const log = JSON.parse(out) as Sarif;
    expect(log.version).toBe('2.1.0');
    return log.runs[0] as Sarif['runs'][number];
  };

  test('rules, places relative to the folder, fingerprints that survive lines above', async () => {
    mkdirSync('a dir');
    writeFileSync('a dir/ä#.yaml', `${secret}---\n${secret}`);
    const run = await sarif('.', 'missing.yaml');
    expect(run.results).toMatchObject([
      {
        ruleId: 'plaintext-secret',
        level: 'error',
        locations: [{ physicalLocation: { artifactLocation: { uri: 'a%20dir/%C3%A4%23.yaml' }, region: { startLine: 1 } } }],
      },
      { ruleId: 'plaintext-secret', locations: [{ physicalLocation: { region: { startLine: 6 } } }] },
    ]);
    for (const { ruleId, ruleIndex } of run.results) expect(run.tool.driver.rules[ruleIndex]?.id).toBe(ruleId);
    expect(run.invocations).toMatchObject([
      { executionSuccessful: false, toolExecutionNotifications: [{ descriptor: { id: 'SIGNET_CLI_FILE_UNREADABLE' } }] },
    ]);
    const prints = run.results.map(({ partialFingerprints }) => partialFingerprints['signet/v1']);
    expect(new Set(prints).size).toBe(2);
    writeFileSync('a dir/ä#.yaml', `# above\n${secret}---\n${secret}`);
    expect((await sarif(process.cwd())).results.map(({ partialFingerprints }) => partialFingerprints['signet/v1'])).toEqual(prints);
  });
});

test('the pre-commit hook runs what is written in its definition', () => {
  const hooks = parse(readFileSync(join(home, '.pre-commit-hooks.yaml'), 'utf8')) as {
    id: string;
    entry: string;
    language: string;
  }[];
  expect(hooks).toMatchObject([{ id: 'signet-check', entry: 'signet check', language: 'system' }]);
});

test('every rule is in the reference, and no other', () => {
  const pages = ['repository-commands.md', 'external-commands.md'].map((page) =>
    readFileSync(join(home, 'docs/reference', page), 'utf8')
      .split('## signet external sync')[0]
      ?.split('\n'),
  );
  const told = pages
    .flatMap((lines) => lines ?? [])
    .flatMap((line) => [...(/^\| (`[^|]+) \|/.exec(line)?.[1]?.matchAll(/`([^`]+)`/g) ?? [])].map(([, rule]) => rule));
  expect(told.toSorted()).toEqual([...rules.keys()].toSorted());
});
