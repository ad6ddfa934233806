// The story of `npm start`, as it runs where no terminal is: every example of the repository, end to end.
import { spawn } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { parseAllDocuments } from 'yaml';

const root = join(import.meta.dirname, '../..');

function start(args: readonly string[]): Promise<{ code: number | null; stdout: string; stderr: string }> {
  const child = spawn(process.execPath, [join(root, 'scripts/start.ts'), ...args], {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const texts = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.stderr += chunk.toString()));
  return new Promise((resolve) => child.on('close', (code) => resolve({ code, ...texts })));
}

interface Manifest {
  readonly kind: string;
  readonly metadata: { readonly name: string; readonly namespace: string };
  readonly items?: readonly Manifest[];
  readonly stringData?: Readonly<Record<string, string>>;
}

const plain = readdirSync(join(root, 'examples/plain')).flatMap((file) => {
  const documents = parseAllDocuments(readFileSync(join(root, 'examples/plain', file), 'utf8'), { version: '1.1' }) as {
    toJS(): unknown;
  }[];
  return documents.map((one) => one.toJS() as Manifest).flatMap((one) => one.items ?? [one]);
});
const secrets = plain.filter(({ kind }) => kind === 'Secret');

describe('npm start', { timeout: 90_000 }, () => {
  test('seals, applies and shows every example, masked, and ends by itself', async () => {
    const { code, stdout, stderr } = await start(['--once']);
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    expect(secrets.length).toBeGreaterThan(5);
    for (const { metadata } of secrets)
      expect(stdout).toMatch(new RegExp(`${metadata.namespace}/${metadata.name} +\\S+ +True +\\S+=••••`));
    expect(stdout).toMatch(/shop\/wrong-scope +no key could decrypt secret \(password\).*sealed with scope "strict".*cluster-wide/);
    // Short values are digits that may stand anywhere.
    const values = secrets.flatMap(({ stringData }) => Object.values(stringData ?? {})).filter((value) => value.length > 4);
    expect(values.filter((value) => stdout.includes(value.trim()))).toEqual([]);
  });

  test('--show-values shows what the cluster opened, and it is what the example says', async () => {
    const { code, stdout } = await start(['--once', '--show-values']);
    expect(code).toBe(0);
    for (const { stringData } of secrets) {
      for (const [key, value] of Object.entries(stringData ?? {})) expect(stdout).toContain(`${key}=${JSON.stringify(value)}`);
    }
  });

  test('a signal half-way ends it with 130 and leaves nothing behind', async () => {
    const temporary = mkdtempSync(join(tmpdir(), 'signet-story-'));
    try {
      const env = { ...process.env, TMPDIR: temporary };
      const child = spawn(process.execPath, [join(root, 'scripts/start.ts')], {
        cwd: root,
        env,
        stdio: ['ignore', 'pipe', 'inherit'],
      });
      const ended = new Promise((resolve) => child.on('exit', (code) => resolve(code)));
      await new Promise((resolve) => {
        let text = '';
        child.stdout.on('data', (chunk: Buffer) => {
          text += chunk.toString();
          if (text.includes('cluster ')) resolve(undefined);
        });
      });
      expect(readdirSync(temporary)).toHaveLength(1);
      child.kill('SIGTERM');
      expect(await ended).toBe(130);
      expect(readdirSync(temporary)).toEqual([]);
    } finally {
      rmSync(temporary, { recursive: true, force: true });
    }
  });
});
