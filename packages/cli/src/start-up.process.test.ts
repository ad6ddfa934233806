// What a start loads, not how long it takes: the list of modules is exact where a time would only be likely.
import { generateSealingKey } from '@signet/sealing';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'signet-start-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const recorder = join(folder, 'recorder.mjs');
const list = join(folder, 'modules.txt');
const certificate = join(folder, 'pub.pem');
const privateKey = join(folder, 'key.pem');

beforeAll(async () => {
  const { certificatePem, privateKeyPem } = await generateSealingKey({ bits: 2048 });
  writeFileSync(certificate, certificatePem);
  writeFileSync(privateKey, privateKeyPem);
  writeFileSync(
    recorder,
    `import { appendFileSync } from 'node:fs';
     import { registerHooks } from 'node:module';
     registerHooks({ load(url, context, next) { appendFileSync(${JSON.stringify(list)}, url + '\\n'); return next(url, context); } });
     process.on('exit', () => appendFileSync(${JSON.stringify(list)}, process.moduleLoadList.join('\\n')));`,
  );
});

function modulesOf(bin: 'signet' | 'kubeseal', args: readonly string[], input = ''): string[] {
  writeFileSync(list, '');
  const file = join(import.meta.dirname, `../bin/${bin}.js`);
  execFileSync(process.execPath, ['--import', recorder, file, ...args], { input, env: { ...process.env, XDG_CACHE_HOME: folder } });
  return readFileSync(list, 'utf8').split('\n');
}

const secret = 'apiVersion: v1\nkind: Secret\nmetadata: {name: a, namespace: b}\nstringData: {k: v}\n';
const sealedSecret =
  'apiVersion: bitnami.com/v1alpha1\nkind: SealedSecret\nmetadata: {name: a}\nspec: {template: {data: {k: v}}}\n';
const heavy =
  /zod|client-node|node_modules\/undici|deps\/undici|node-forge|@clack|pino|prom-client|packages\/(?:kube|kube-sandbox|controller|api|template)\//;

describe('a start loads only what it uses', () => {
  test.each(['signet', 'kubeseal'] as const)('%s --version answers from its entry file', (bin) => {
    const files = modulesOf(bin, ['--version']).filter((module) => module.startsWith('file:'));
    expect(files.map((file) => file.replace(/.*\/packages\//, ''))).toEqual([`cli/bin/${bin}.js`]);
  });

  test('signet seal --cert loads neither the cluster, nor schemas, nor forge', () => {
    const modules = modulesOf('signet', ['seal', '--cert', certificate], secret);
    expect(modules.some((module) => module.endsWith('/seal/seal-source.ts'))).toBe(true);
    expect(modules.filter((module) => heavy.test(module))).toEqual([]);
  });

  test('kubeseal --cert does not either, nor the parser of the other command line', () => {
    const modules = modulesOf('kubeseal', ['--cert', certificate], secret);
    expect(modules.some((module) => module.endsWith('/kubeseal/seal-mode.ts'))).toBe(true);
    expect(modules.filter((module) => heavy.test(module) || module.includes('commander'))).toEqual([]);
  });

  test('kubeseal --recovery-unseal loads the templates for an object that has some, and only then', () => {
    const loads = (template: string): boolean => {
      const object = sealedSecret.replace('data: {k: v}', template);
      return modulesOf('kubeseal', ['--recovery-unseal', '--recovery-private-key', privateKey], object).some((module) =>
        module.includes('/packages/template/'),
      );
    };
    expect(loads('type: Opaque')).toBe(false);
    expect(loads('data: {k: v}')).toBe(true);
  });

  test('signet template render loads the templates, and none of the rest', () => {
    const modules = modulesOf('signet', ['template', 'render', '-'], sealedSecret);
    expect(modules.some((module) => module.endsWith('/packages/template/src/template.ts'))).toBe(true);
    expect(modules.filter((module) => heavy.test(module) && !module.includes('/packages/template/'))).toEqual([]);
  });

  test('signet external check loads the provider that a store names, and neither another nor the cluster', () => {
    const store =
      'apiVersion: external-secrets.io/v1\nkind: SecretStore\nmetadata: {name: a}\nspec: {provider: {fake: {data: []}}}\n';
    const modules = modulesOf('signet', ['external', 'check', '-'], store);
    expect(modules.some((module) => module.endsWith('/providers/fake/src/index.ts'))).toBe(true);
    const unused = /client-node|undici|node-forge|pino|prom-client|packages\/(?:kube|kube-sandbox)\/|providers\/(?!fake\/)/;
    expect(modules.filter((module) => unused.test(module))).toEqual([]);
  });

  test('signet check loads the controller and the templates only for objects that need them', () => {
    const modules = modulesOf('signet', ['check', '-'], 'apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\n');
    expect(modules.some((module) => module.endsWith('/check/check-source.ts'))).toBe(true);
    expect(
      modules.filter((module) => /packages\/(?:kube|kube-sandbox|controller|template|provider|providers)\//.test(module)),
    ).toEqual([]);
  });
});
