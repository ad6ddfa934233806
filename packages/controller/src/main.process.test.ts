import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { sealedSecretCrd } from '@signet/api';
import { createClient, customResourceDefinitions } from '@signet/kube/client';
import { startSandbox } from '@signet/kube-sandbox';
import { expect, test } from 'vitest';
import { eventually } from './testing/cluster.ts';

const bin = fileURLToPath(new URL('../bin/signet-controller.js', import.meta.url));

interface Ran {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts the program; `ended` tells how it went. The environment is only what is given, and PATH. */
function start(
  argv: readonly string[],
  env: Record<string, string> = {},
): { signal(name: NodeJS.Signals): void; stop(): void; stdout(): string; ended: Promise<Ran> } {
  const child = spawn(process.execPath, [bin, ...argv], { env: { PATH: process.env['PATH'] ?? '', ...env } });
  let [stdout, stderr] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (stderr += chunk.toString()));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number | null, stdout, stderr }));
  return { signal: (name) => void child.kill(name), stop: () => void child.kill('SIGTERM'), stdout: () => stdout, ended };
}

// Source: acceptance checklist of sealed-secrets v0.38, item 35.
test('--version prints the version in the words of the peer', async () => {
  expect(await start(['--version']).ended).toEqual({
    code: 0,
    stdout: expect.stringMatching(/^controller version: v\d+\.\d+\.\d+\n$/),
    stderr: '',
  });
});

test.each([
  [['--nonsense'], /^error: unknown option '--nonsense'.*SIGNET_CONTROLLER_FLAG_UNKNOWN/],
  [['--key-cutoff-time=soon'], /SIGNET_CONTROLLER_FLAG_INVALID/],
])('%j ends with code 2 and says what to do', async (argv, message) => {
  const { code, stdout, stderr } = await start(argv).ended;
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
  expect(stderr).toMatch(message);
  expect(stderr).toContain('  fix ');
});

test('runs from a kubeconfig, answers liveness at once, serves a certificate, renews it on SIGUSR1, and ends in order on SIGTERM', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'signet-controller-'));
  const sandbox = await startSandbox();
  const client = createClient(sandbox.connection());
  try {
    await client.create(customResourceDefinitions, sealedSecretCrd() as unknown as Parameters<typeof client.create>[1]);
    const kubeconfig = join(folder, 'kubeconfig');
    await writeFile(kubeconfig, sandbox.kubeconfig(), { mode: 0o600 });
    const listen = ['--listen-addr=127.0.0.1:0', '--listen-metrics-addr=127.0.0.1:0'];
    const program = start([...listen, '--log-format=json', '--key-size=2048'], {
      SEALED_SECRETS_KUBECONFIG: kubeconfig,
      POD_NAMESPACE: 'kube-system',
    });
    const serving = await eventually(
      () =>
        program
          .stdout()
          .split('\n')
          .find((line) => line.includes('"serving"')),
      (line) => line !== undefined,
      'it says where it serves',
    );
    const { url, metricsUrl } = JSON.parse(serving ?? '{}') as { url: string; metricsUrl: string };
    const ask = async (path: string): Promise<string> => {
      const answer = await fetch(`${url}${path}`);
      return `${answer.status} ${await answer.text()}`;
    };
    await eventually(
      async () => ask('/healthz'),
      (answer) => answer === '200 ok\n',
      'alive',
    );
    await eventually(
      async () => ask('/v1/cert.pem'),
      (answer) => answer.startsWith('200 -----BEGIN CERTIFICATE'),
      'a certificate',
    );
    await eventually(
      async () => ask('/readyz'),
      (answer) => answer.startsWith('200'),
      'ready',
    );
    expect(await (await fetch(`${metricsUrl}/metrics`)).text()).toContain('process_resident_memory_bytes');

    const certificate = await ask('/v1/cert.pem');
    program.signal('SIGUSR1');
    await eventually(
      async () => ask('/v1/cert.pem'),
      (answer) => answer.startsWith('200 ') && answer !== certificate,
      'SIGUSR1 makes a new sealing key',
    );
    program.stop();
    const { code, stdout, stderr } = await program.ended;
    expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
    const lines = stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { msg: string });
    expect(lines.map(({ msg }) => msg)).toContain('sealing key created');
    const lease = await client.get(
      { group: 'coordination.k8s.io', version: 'v1', plural: 'leases', kind: 'Lease', namespaced: true },
      { namespace: 'kube-system', name: 'signet-controller' },
    );
    expect((lease['spec'] as { holderIdentity?: string }).holderIdentity ?? '').toBe('');
  } finally {
    await client.close();
    await sandbox.stop();
    await rm(folder, { recursive: true });
  }
});
