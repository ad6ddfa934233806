// Where we do better than the recorded behaviour: what is merged into a file must open there.
import { generateSealingKey, Keyring, openingKey, readCertificate } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { kubeseal } from './kubeseal.ts';

const folder = mkdtempSync(join(tmpdir(), 'signet-merge-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const certificate = join(folder, 'pub.pem');
const key = join(folder, 'key.pem');
let keyring: Keyring;
beforeAll(async () => {
  const pair = await generateSealingKey({ bits: 2048 });
  writeFileSync(certificate, pair.certificatePem);
  writeFileSync(key, pair.privateKeyPem);
  keyring = new Keyring([
    { key: await openingKey(pair.privateKeyPem), certificate: readCertificate(pair.certificatePem), orderedAt: new Date(0) },
  ]);
});

async function run(args: readonly string[], input: string): Promise<{ code: number; out: string; said: string }> {
  const out: string[] = [];
  const said: string[] = [];
  const code = await kubeseal(args, {
    env: {},
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => new TextEncoder().encode(input),
    out: async (text) => void out.push(String(text)),
    say: (text) => void said.push(text),
    now: () => new Date(),
  });
  return { code, out: out.join(''), said: said.join('') };
}

const secret = (field: string): string => `kind: Secret\nmetadata: {name: a, namespace: web}\nstringData: {${field}}\n`;

test.each<[Scope, readonly string[]]>([
  ['strict', []],
  ['namespace-wide', []],
  ['cluster-wide', []],
  ['cluster-wide', ['--scope', 'cluster-wide']],
])('an item merged into a %s object %j opens in it', async (scope, flags) => {
  const file = join(folder, 'target.yaml');
  const sealed = await run(['--cert', certificate, '--scope', scope, '-o', 'yaml'], secret('old: 1'));
  writeFileSync(file, sealed.out);
  const merged = await run(['--cert', certificate, '--merge-into', file, '-o', 'yaml', ...flags], secret('new: fresh'));
  expect(merged).toEqual({ code: 0, out: '', said: '' });
  const item = /new: (\S+)/.exec(readFileSync(file, 'utf8'))?.[1] ?? '';
  const { plaintext } = await keyring.open(item, { scope, namespace: 'web', name: 'a' });
  expect(new TextDecoder().decode(plaintext)).toBe('fresh');
  // What was merged can be recovered whole.
  const recovered = await run(['--recovery-unseal', '--recovery-private-key', key], readFileSync(file, 'utf8'));
  expect(JSON.parse(recovered.out)).toMatchObject({ data: { new: 'ZnJlc2g=', old: 'MQ==' } });
});

test('a scope that contradicts the file is refused, and the file stays', async () => {
  const file = join(folder, 'strict.yaml');
  writeFileSync(file, (await run(['--cert', certificate, '-o', 'yaml'], secret('old: 1'))).out);
  const before = readFileSync(file, 'utf8');
  const refused = await run(['--cert', certificate, '--merge-into', file, '--scope', 'cluster-wide'], secret('new: fresh'));
  expect(refused.code).toBe(1);
  expect(refused.said).toMatch(/^error: .*strict\.yaml is strict: an item sealed cluster-wide would never open in it\n$/);
  expect(readFileSync(file, 'utf8')).toBe(before);
});
