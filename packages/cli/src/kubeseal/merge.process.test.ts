// Where we do better than the recorded behaviour: what is merged into a file must open there.
import { generateSealingKey, Keyring, openingKey, readCertificate } from '@signet/sealing';
import type { Scope } from '@signet/sealing';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runKubeseal } from './testing/run-kubeseal.ts';
import type { Ran } from './testing/run-kubeseal.ts';

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

const run = async (args: readonly string[], input: string): Promise<Ran> => runKubeseal(args, { input });

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

// A file by hand, as people keep them in git.
const byHand = (eol: string): string =>
  [
    '# keep this',
    'kind: SealedSecret   # and this',
    'apiVersion: "bitnami.com/v1alpha1"',
    'metadata: {name: a, namespace: web,',
    '  annotations: {sealedsecrets.bitnami.com/namespace-wide: "true"}}',
    'spec:',
    '    template: # of the Secret',
    '        metadata:',
    "            labels: {app: 'web'}",
    '        type: Opaque',
    '    encryptedData:',
    '        # the old one',
    '        old: "AgOLD" # rotated',
  ].join(eol);

test.each([
  ['\n', []],
  ['\n', ['-o', 'yaml']],
  ['\r\n', []],
])('a file of YAML stays YAML, and every other byte stays: line end %j, flags %j', async (eol, flags) => {
  const file = join(folder, 'by-hand.yaml');
  writeFileSync(file, byHand(eol));
  const input = `${secret('new: fresh, old: again')}---\nkind: Secret\nmetadata: {labels: {tier: db}, annotations: {note: 'a: b'}}\nstringData: {more: 1}\n`;
  expect(await run(['--cert', certificate, '--merge-into', file, ...flags], input)).toEqual({ code: 0, out: '', said: '' });
  const text = readFileSync(file, 'utf8');
  const items = [...text.matchAll(/(\w+): "?(A[A-Za-z0-9+/]{300,}={0,2})/g)].map(([, name, item]) => [name, item] as const);
  expect(items.map(([name]) => name)).toEqual(['more', 'new', 'old']);
  for (const [, item] of items) await keyring.open(item ?? '', { scope: 'namespace-wide', namespace: 'web', name: 'a' });
  expect(text.replaceAll(/A[A-Za-z0-9+/]{300,}={0,2}/g, 'SEALED')).toBe(
    byHand(eol)
      .replace('"AgOLD"', '"SEALED"')
      .replace('        # the old one', `        more: "SEALED"${eol}        new: "SEALED"${eol}        # the old one`)
      .replace("{app: 'web'}", "{app: 'web', tier: 'db'}")
      .replace(
        `metadata:${eol}            labels`,
        `metadata:${eol}            annotations:${eol}                note: 'a: b'${eol}            labels`,
      ),
  );
});

test('-o json turns a file of YAML into JSON, as kubeseal does', async () => {
  const file = join(folder, 'by-hand.yaml');
  writeFileSync(file, byHand('\n'));
  await run(['--cert', certificate, '--merge-into', file, '-o', 'json'], secret('new: fresh'));
  expect(Object.keys(JSON.parse(readFileSync(file, 'utf8')).spec.encryptedData)).toEqual(['new', 'old']);
});

test('empty and missing mappings are no obstacle', async () => {
  const file = join(folder, 'empty.yaml');
  for (const spec of [
    'spec:',
    'spec: {}',
    'spec:\n  encryptedData:\n  template: null',
    'spec: {encryptedData: {}, template: {metadata: {labels: null}}}',
  ]) {
    writeFileSync(file, `kind: SealedSecret\nmetadata: {name: a, namespace: web}\n${spec}\n`);
    const input = 'kind: Secret\nmetadata: {labels: {tier: db}}\nstringData: {more: 1}\n';
    expect(await run(['--cert', certificate, '--merge-into', file], input)).toEqual({ code: 0, out: '', said: '' });
    const recovered = await run(['--recovery-unseal', '--recovery-private-key', key], readFileSync(file, 'utf8'));
    expect(JSON.parse(recovered.out)).toMatchObject({ metadata: { labels: { tier: 'db' } }, data: { more: 'MQ==' } });
  }
});
