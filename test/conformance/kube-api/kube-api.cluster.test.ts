import { readFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { alone, topics } from './cases/index.ts';
import type { ConformanceCase } from './conformance-case.ts';
import { judge } from './conformance-case.ts';
import type { Servers } from './servers.ts';
import { startServers } from './servers.ts';

// Promise: the sandbox is no poor impression of an API server. What is asked of a real kube-apiserver and of the sandbox is answered
// alike, or the case declares where they differ and why.
let servers: Servers | undefined;
const everyCase = [...Object.values(topics), alone].flat();

beforeAll(async () => {
  servers = await startServers();
});

afterAll(async () => {
  await servers?.stop();
});

async function compare(one: ConformanceCase): Promise<void> {
  const { unexpected, stale } = judge(one, (await servers?.compare(one)) ?? []);
  expect(unexpected, 'both servers answer alike').toEqual([]);
  expect(stale, 'declared differences that are none any more').toEqual([]);
}

for (const [topic, cases] of Object.entries(topics)) {
  describe.concurrent(topic, () => {
    for (const one of cases) test(one.name, () => compare(one));
  });
}

describe('once the history of the store is gone', () => {
  for (const one of alone) test(one.name, () => compare(one));
});

test('the README lists every declared difference', async () => {
  const readme = await readFile(new URL('../README.md', import.meta.url), 'utf8');
  const listed = readme.split('\n').filter((line) => line.startsWith('- '));
  const declared = everyCase.flatMap(({ differs = [] }) => differs.map(({ because }) => `- ${because}`));
  expect([...new Set(listed)].sort()).toEqual([...new Set(declared)].sort());
});

test('the names of the cases are unique: each has its own namespace', () => {
  const names = everyCase.map((one) => one.name);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
});
