// examples/templates: the tests that stand there pass, and what `signet template render` shows is what a recovery gives, once the
// sample values are really sealed.
import { generateSealingKey } from '@signet/sealing';
import { execFileSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';

const root = join(import.meta.dirname, '../..');
const examples = join(root, 'examples/templates');
const work = mkdtempSync(join(tmpdir(), 'signet-template-examples-'));
afterAll(() => rmSync(work, { recursive: true, force: true }));

beforeAll(async () => {
  const { certificatePem, privateKeyPem } = await generateSealingKey({ bits: 2048 });
  writeFileSync(join(work, 'pub.pem'), certificatePem);
  writeFileSync(join(work, 'key.pem'), privateKeyPem);
});

function run(bin: 'signet' | 'kubeseal', args: readonly string[], input = ''): string {
  const file = join(root, `packages/cli/bin/${bin}.js`);
  const env = { PATH: process.env['PATH'], HOME: join(work, 'no-such-home') };
  // What is said on stderr (that a value differs at each rendering) is not looked at here.
  return execFileSync(process.execPath, [file, ...args], {
    cwd: work,
    env,
    input,
    encoding: 'utf8',
    stdio: ['pipe', 'pipe', 'ignore'],
  });
}

interface Secret {
  readonly data?: Readonly<Record<string, string>>;
  readonly stringData?: Readonly<Record<string, string>>;
}

test('every file is used', () => {
  expect(readdirSync(examples).toSorted()).toEqual([
    'database-url.yaml',
    'registry-login.yaml',
    'shop.template-test.yaml',
    'values.yaml',
  ]);
});

test('the tests pass, and every template parses', () => {
  expect(run('signet', ['template', 'test', examples, '--manifests'])).toMatch(/^\d+ passed, 0 failed\n$/);
});

test('both manifests render over the sample values, to what a recovery gives once they are sealed', () => {
  const rendered = run('signet', [
    'template',
    'render',
    join(examples, 'database-url.yaml'),
    join(examples, 'registry-login.yaml'),
    '--values',
    join(examples, 'values.yaml'),
    '-o',
    'json',
  ]);
  const [database, registry] = rendered.split(/^(?=\{)/m).map((text) => JSON.parse(text) as Secret);
  expect(registry?.stringData?.['netrc']).toBe('machine registry.example.com login robot password example-token\n');

  const sealed = join(work, 'database-url.yaml');
  copyFileSync(join(examples, 'database-url.yaml'), sealed);
  const plain = 'kind: Secret\nmetadata: {name: x, namespace: shop}\nstringData: {username: ann, password: p@ss/word}\n';
  run('kubeseal', ['--cert', 'pub.pem', '--merge-into', sealed, '-o', 'yaml'], plain);
  const recovered = JSON.parse(run('kubeseal', ['--recovery-unseal', '--recovery-private-key', 'key.pem', '-f', sealed])) as Secret;
  const texts = Object.entries(recovered.data ?? {}).map(([key, value]) => [key, Buffer.from(value, 'base64').toString()]);
  expect({ ...(Object.fromEntries(texts) as object), salt: '' }).toEqual({ ...database?.stringData, salt: '' });
  expect(texts.map(([key]) => key)).toEqual(['application.properties', 'host', 'password', 'salt', 'url', 'username']);
});

test('the test file and the sample values of the reference page work as they stand', () => {
  const page = readFileSync(join(root, 'docs/reference/template-commands.md'), 'utf8');
  /** The indented block that begins with a line. */
  const block = (first: string): string => {
    const found = page
      .split('\n\n')
      .map((text) => text.replaceAll(/^ {4}/gm, ''))
      .find((text) => text.startsWith(first));
    return `${found ?? ''}\n`;
  };
  const url = 'postgres://{{ .user }}@db{{ if lt (len .password) 4 }}{{ fail "too short" }}{{ end }}';
  const sealed = { kind: 'SealedSecret', apiVersion: 'bitnami.com/v1alpha1', metadata: { name: 'db' } };
  const spec = { encryptedData: { user: 'AgA', password: 'AgB' }, template: { data: { url } } };
  writeFileSync(join(work, 'db.yaml'), JSON.stringify({ ...sealed, spec }));
  writeFileSync(join(work, 'db.template-test.yaml'), block('# deploy/db.template-test.yaml'));
  expect(run('signet', ['template', 'test', 'db.template-test.yaml'])).toBe('3 passed, 0 failed\n');

  writeFileSync(join(work, 'samples.yaml'), block('user: ann'));
  writeFileSync(join(work, 'sample.crt'), 'a certificate');
  const template = '{{ .user }} {{ .port }} {{ .certificate }} {{ .key | b64enc }}';
  const rendered = run(
    'signet',
    ['template', 'render', '-', '--functions', 'sealed-secrets', '--values', 'samples.yaml'],
    template,
  );
  expect(rendered).toBe('ann 5432 a certificate AAEC/w==');
});
