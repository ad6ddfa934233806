import { spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { startSandbox } from '../sandbox.ts';
import { ApiClient } from '../testing/api-client.ts';
import type { Json } from '../testing/api-client.ts';

const writer = join(import.meta.dirname, '..', 'testing', 'writer.ts');

/** Runs the writer until it has acknowledged `count` writes, then kills it in the middle of its work. */
async function writeAndKill(
  dataFile: string,
  prefix: string,
  count: number,
): Promise<{ names: string[]; token: string; ca: string }> {
  const child = spawn(process.execPath, [writer, dataFile, prefix], { stdio: ['ignore', 'pipe', 'inherit'] });
  const closed = new Promise<void>((done) => child.once('close', () => done()));
  let text = '';
  child.stdout.setEncoding('utf8');
  child.stdout.on('data', (chunk: string) => {
    text += chunk;
    if (text.split('\n').length > count + 1) child.kill('SIGKILL');
  });
  await closed;
  const [head = '{}', ...names] = text.split('\n').slice(0, -1);
  return { names, ...(JSON.parse(head) as { token: string; ca: string }) };
}

test('kill -9 loses no acknowledged write, and the kubeconfig stays good', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'sandbox-kill-'));
  const dataFile = join(folder, 'data.jsonl');
  try {
    const acknowledged: string[] = [];
    const seen = new Set<string>();
    for (const [index, count] of [3, 40, 11].entries()) {
      const run = await writeAndKill(dataFile, `run${index}`, count);
      expect(run.names.length).toBeGreaterThanOrEqual(count);
      acknowledged.push(...run.names);
      seen.add(`${run.token}|${run.ca}`);
    }
    const sandbox = await startSandbox({ dataFile });
    const api = new ApiClient(sandbox);
    seen.add(`${sandbox.token}|${sandbox.ca}`);
    const list = (await api.get('/api/v1/namespaces/default/configmaps')).json;
    const names = new Set(list.items.map((item: Json) => item.metadata.name as string));
    expect(acknowledged.filter((name) => !names.has(name))).toEqual([]);
    // At most the one write in flight at each kill is there without having been acknowledged.
    expect(names.size - acknowledged.length - 1).toBeLessThanOrEqual(3);
    expect(seen.size).toBe(1);
    api.close();
    await sandbox.stop();
  } finally {
    rmSync(folder, { recursive: true });
  }
});
