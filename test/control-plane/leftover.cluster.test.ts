import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { expect, test } from 'vitest';
import { until } from './until.ts';

// Promise of the harness: no process is left behind, even when the test runner is killed.
test('SIGKILL of the process that started a control plane ends every part of it', async () => {
  const program = `
    const { startControlPlane } = await import(${JSON.stringify(new URL('control-plane.ts', import.meta.url).href)});
    const plane = await startControlPlane();
    const names = ['etcd', 'kube-apiserver', 'kube-controller-manager'];
    console.log(JSON.stringify(names.map((name) => plane.component(name).pid)));
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  try {
    let pids: number[] = [];
    for await (const line of createInterface({ input: parent.stdout })) {
      pids = JSON.parse(line) as number[];
      break;
    }
    expect(pids).toHaveLength(3);
    expect(
      pids.filter((pid) => !existsSync(`/proc/${pid}`)),
      'parts that do not run',
    ).toEqual([]);

    parent.kill('SIGKILL');

    await until('every part has ended', () => pids.every((pid) => !existsSync(`/proc/${pid}`)), { withinMs: 10_000 });
  } finally {
    parent.kill('SIGKILL');
  }
});
