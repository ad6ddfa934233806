import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runMain } from '../../keys/testing/key-cluster.ts';
import type { Ran } from '../../keys/testing/key-cluster.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-external-check-'));
const home = process.cwd();
const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a}\nstringData: {password: hunter2}\n';
const store =
  'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: fake, namespace: web}\nspec: {provider: {fake: {data: []}}}\n';
const wrong =
  'apiVersion: external-secrets.io/v1\nkind: ExternalSecret\nmetadata: {name: app, namespace: web}\nspec:\n  secretStoreRef: {name: fake}\n  dat: []\n';

beforeAll(() => {
  process.chdir(folder);
  mkdirSync('deploy/stores', { recursive: true });
  writeFileSync('deploy/app.yaml', `${wrong}---\n${secret}`);
  writeFileSync('deploy/stores/fake.yml', store);
});
afterAll(() => {
  process.chdir(home);
  rmSync(folder, { recursive: true, force: true });
});

const check = async (args: readonly string[], input = ''): Promise<Ran> =>
  runMain('signet', ['external', 'check', ...args], {}, { input });

interface Report {
  readonly summary: Readonly<Record<string, number>>;
  readonly findings: readonly {
    readonly rule: string;
    readonly file: string;
    readonly line: number;
    readonly column: number;
    readonly key: string;
  }[];
}

test('a folder is one set of files: the store is found in another one, and the Secret is left alone', async () => {
  const { code, out } = await check(['deploy', '-o', 'json']);
  const { summary, findings } = JSON.parse(out) as Report;
  expect(code).toBe(1);
  expect(summary).toMatchObject({ files: 2, documents: 3, externalSecrets: 1, stores: 1, errors: 2, warnings: 0, notes: 0 });
  expect(findings.map(({ rule, file, line, column, key }) => [rule, file, line, column, key])).toEqual([
    ['schema', 'deploy/app.yaml', 5, 3, 'spec'],
    ['unknown-field', 'deploy/app.yaml', 6, 3, 'spec.dat'],
  ]);
});

test('signet check finds the same, and the Secret', async () => {
  const { out } = await runMain('signet', ['check', 'deploy', '-o', 'json'], {});
  const { summary, findings } = JSON.parse(out) as Report;
  expect(findings.map(({ rule }) => rule)).toEqual(['schema', 'unknown-field', 'plaintext-secret']);
  expect(summary).toMatchObject({ externalSecrets: 1, stores: 1, sealedSecrets: 0 });
});

test('SARIF has the column', async () => {
  const { out } = await check(['-', '-o', 'sarif'], wrong);
  const { runs } = JSON.parse(out) as {
    runs: { results: { ruleId: string; locations: { physicalLocation: { region: object } }[] }[] }[];
  };
  expect(runs[0]?.results.map(({ ruleId, locations }) => [ruleId, locations[0]?.physicalLocation.region])).toEqual([
    ['schema', { startLine: 5, startColumn: 3 }],
    ['unknown-field', { startLine: 6, startColumn: 3 }],
  ]);
});

test.each([
  ['nothing found', ['deploy/stores'], 0],
  ['a pattern', ['deploy/**/*.yml'], 0],
  ['rules that are left out', ['deploy', '--ignore', 'schema,unknown-field'], 0],
  ['files that are left out', ['deploy', '--exclude', 'deploy/app.yaml'], 0],
  ['something found', ['deploy'], 1],
  ['a file that is not there', ['deploy/stores', 'nowhere.yaml'], 2],
  ['a rule that is none', ['deploy', '--ignore', 'nonsense'], 2],
  ['no paths', [], 2],
  ['an option of the other command', ['deploy', '--cluster'], 2],
])('%s: %j ends with %d', async (_, args, expected) => {
  expect((await check(args)).code).toBe(expected);
});

test('a manifest of 5,000 ExternalSecrets is done, and a large literal is not read over and over', async () => {
  const one = wrong.replace(
    '  dat: []',
    "  data: [{secretKey: a, remoteRef: {key: b}}]\n  target: {template: {data: {u: '{{ .a }}'}}}",
  );
  const many = Array.from({ length: 5000 }, (_, at) => one.replace('name: app', `name: app-${at}`));
  const long = `${one.replace(/ {2}target.*\n/, '')}  target:\n    template:\n      templateFrom:\n      - literal: |\n${'          a: x\n'.repeat(20_000)}`;
  const { code, said } = await check(['-'], [...many, long].join('---\n'));
  const traps = (await check(['-', '-o', 'json'], long.replaceAll('a: x', 'a: yes'))).out;
  expect((JSON.parse(traps) as Report).findings.at(-1)).toMatchObject({ rule: 'literal-yaml', line: 20_010, column: 11 });
  expect([code, said]).toEqual([0, 'nothing found in 1 file (5001 documents, 5001 ExternalSecrets, 0 stores)\n']);
});
