// The commands as programs: bytes on stdout as they are, talk on stderr, exit codes.
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';

const folder = mkdtempSync(join(tmpdir(), 'signet-template-process-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function signet(
  args: readonly string[],
  input: string | Uint8Array = '',
): Promise<{ code: number; stdout: Buffer; stderr: string }> {
  const bin = join(import.meta.dirname, '../../bin/signet.js');
  const env = { PATH: process.env['PATH'], HOME: folder };
  return new Promise((resolve) => {
    const child = execFile(process.execPath, [bin, ...args], { cwd: folder, env, encoding: 'buffer' }, (error, stdout, stderr) => {
      resolve({ code: error ? Number(error.code) : 0, stdout, stderr: stderr.toString() });
    });
    child.stdin?.end(input);
  });
}

test('render: every byte of a value comes out, and nothing else', async () => {
  const bytes = Uint8Array.from({ length: 256 }, (_, at) => at);
  writeFileSync(join(folder, 'value'), bytes);
  writeFileSync(join(folder, 'bare.tmpl'), '{{ .a }}{{ .a }}');
  const ran = await signet(['template', 'render', '--from-file', 'a=value', 'bare.tmpl']);
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout.equals(Buffer.concat([bytes, bytes]))).toBe(true);
});

test('render: a template that fails leaves stdout empty', async () => {
  writeFileSync(join(folder, 'bad.tmpl'), 'some output {{ fail "x" }}');
  const ran = await signet(['template', 'render', 'bad.tmpl']);
  expect({ code: ran.code, stdout: ran.stdout.length }).toEqual({ code: 1, stdout: 0 });
  expect(ran.stderr).toContain('SIGNET_TEMPLATE_EXECUTE');
});

test('test: 0, 1 and 2', async () => {
  const tests = (text: string): ReturnType<typeof signet> => signet(['template', 'test', '-'], text);
  expect(await tests('tests: [{template: a, output: a}]')).toMatchObject({ code: 0, stderr: '' });
  expect(await tests('tests: [{template: a, output: b}]')).toMatchObject({ code: 1, stderr: '' });
  expect((await tests('tests: [{template: a}]')).code).toBe(2);
  expect((await signet(['template', 'test'])).code).toBe(2);
  expect((await signet(['template'])).code).toBe(2);
});

test('the help of test has the fields of a test file', async () => {
  const { code, stdout } = await signet(['template', 'test', '--help']);
  expect(code).toBe(0);
  for (const field of ['templateFile', 'outputBase64', 'matches', 'allowMissing', 'missingKey'])
    expect(stdout.toString()).toContain(field);
});
