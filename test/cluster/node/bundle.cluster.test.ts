import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import manifest from '../../../packages/controller/package.json' with { type: 'json' };
import { until } from '../../control-plane/until.ts';
import type { Container, ContainerOptions } from './container.ts';
import { startContainer } from './container.ts';
import type { Image } from './image.ts';
import { makeImage } from './image.ts';

// The image holds a bundle and Node. Nothing of the checkout can be reached from inside: its root is all there is.
describe('the image', () => {
  let image: Image;
  beforeAll(async () => {
    image = await makeImage();
  });
  afterAll(() => image.remove());

  async function outcome(options: Omit<ContainerOptions, 'image' | 'name'> = {}): Promise<{ code: number | null; output: string }> {
    const container: Container = await startContainer({ name: 'pod', image, ...options });
    const { code } = await container.process.ended;
    await container.stop();
    return { code, output: container.process.logs() };
  }
  const evaluate = (program: string, options: Partial<ContainerOptions> = {}): ReturnType<typeof outcome> =>
    outcome({ command: ['/usr/bin/node', '--eval', program], ...options });

  test('acceptance 35: --version prints "controller version: vX.Y.Z", as a user nobody knows, without HOME', async () => {
    const said = await outcome({ args: ['--version'], uid: 1_000_730_000, gid: 0 });
    expect(said).toEqual({ code: 0, output: `controller version: v${manifest.version}\n` });
  });

  test('--help lists the flags: more than the entry is there', async () => {
    const { code, output } = await outcome({ args: ['--help'], uid: 1_000_730_000 });
    expect(output).toContain('--leader-elect');
    expect(code).toBe(0);
  });

  test('a wrong flag is told with its code and exit status 2', async () => {
    const { code, output } = await outcome({ args: ['--no-such-flag'] });
    expect(output).toContain('SIGNET_CONTROLLER_FLAG_UNKNOWN');
    expect(code).toBe(2);
  });

  test('without a cluster it says so and ends', async () => {
    const { code, output } = await outcome();
    expect(output).toContain('SIGNET_KUBE_NO_CLUSTER');
    expect(code).toBe(1);
  });

  // What the tests of this folder rely on.
  test('a container has a read-only root, no known user, no capabilities, and no node_modules', async () => {
    const program = `
      const fs = require('node:fs');
      const code = (act) => { try { act(); return 'done'; } catch (error) { return error.code; } };
      const status = fs.readFileSync('/proc/self/status', 'utf8');
      console.log(JSON.stringify({
        uid: process.getuid(), groups: process.getgroups(), host: require('node:os').hostname(), home: process.env.HOME ?? null,
        write: ['/x', '/tmp/x', '/signet/x', '/var/run/x'].map((file) => code(() => fs.writeFileSync(file, ''))),
        capabilities: [...status.matchAll(/^Cap(?:Inh|Prm|Eff|Bnd|Amb):\\s*(\\S+)/gm)].map(([, bits]) => Number('0x' + bits)),
        noNewPrivileges: /NoNewPrivs:\\s*1/.test(status), root: fs.readdirSync('/').sort(), signet: fs.readdirSync('/signet').sort(),
      }));`;
    const { output } = await evaluate(program, { uid: 1_000_730_000 });
    expect(JSON.parse(output)).toEqual({
      uid: 1_000_730_000,
      groups: [image.gid],
      host: 'pod',
      home: null,
      write: ['EROFS', 'ENOENT', 'EROFS', 'EROFS'],
      capabilities: [0, 0, 0, 0, 0],
      noNewPrivileges: true,
      root: ['.runtime', 'dev', 'lib', 'lib64', 'proc', 'signet', 'usr', 'var'],
      signet: ['LICENSE', 'bin', 'package.json'],
    });
  });
});

test('a container ends with the process that started it, SIGKILL included', async () => {
  const program = `
    const { makeImage } = await import(${JSON.stringify(new URL('image.ts', import.meta.url).href)});
    const { startContainer } = await import(${JSON.stringify(new URL('container.ts', import.meta.url).href)});
    const image = await makeImage();
    const command = ['/usr/bin/node', '--eval', 'console.log("up"); setInterval(() => {}, 1000)'];
    const { process: started } = await startContainer({ name: 'orphan', image, command });
    while (!started.logs().includes('up')) await new Promise((resolve) => setTimeout(resolve, 20));
    console.log(started.pid);
    setInterval(() => {}, 1000);
  `;
  const parent = spawn(process.execPath, ['--input-type=module', '--eval', program], { stdio: ['ignore', 'pipe', 'inherit'] });
  const [line] = (await once(parent.stdout, 'data')) as [Buffer];
  const pid = Number(line.toString());
  expect(existsSync(`/proc/${pid}`)).toBe(true);
  parent.kill('SIGKILL');
  await until('the container is gone', () => !existsSync(`/proc/${pid}`));
  // What it left in the file system, the next run would remove too.
  for (const entry of await readdir(tmpdir()))
    if (entry.startsWith('signet-') && entry.includes(`-${parent.pid}-`))
      await rm(join(tmpdir(), entry), { recursive: true, force: true });
});
