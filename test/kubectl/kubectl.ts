import { spawn } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { startSandbox } from '@signet/kube-sandbox';
import { startControlPlane } from '../control-plane/control-plane.ts';
import { obtainTools } from './obtain.ts';

/** What a finished command left. */
export interface Outcome {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** A command that is still running. */
export interface Running {
  /** Standard output so far. */
  readonly stdout: string;
  readonly done: Promise<Outcome>;
  stop(): Promise<Outcome>;
}

/** Options of one call. */
export interface Call {
  /** Text for standard input, as with `-f -`. */
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
}

/** What kubectl talks to: the sandbox, or the real thing the sandbox is held to. */
export const servers = ['sandbox', 'control plane'] as const;
export type ServerName = (typeof servers)[number];

/** The real kubectl, pointed at a server of its own. */
export interface Kubectl {
  /** Runs to the end; the caller looks at the exit code. */
  run(args: readonly string[], call?: Call): Promise<Outcome>;
  /** Runs to the end and returns standard output. @throws Error with both outputs when the exit code is not 0 */
  ok(args: readonly string[], call?: Call): Promise<string>;
  /** Starts a command that goes on until stopped. */
  start(args: readonly string[], call?: Call): Running;
  /** Writes a file for `-f` and returns its path. */
  file(name: string, text: string): Promise<string>;
  stop(): Promise<void>;
}

/** Starts a server and hands out kubectl for it, with home, cache and configuration in a directory of their own. */
export async function startKubectl(name: ServerName): Promise<Kubectl> {
  const { kubectl } = await obtainTools();
  const server = await (name === 'sandbox' ? startSandbox() : startControlPlane());
  const home = await mkdtemp(join(tmpdir(), 'signet-kubectl-'));
  const kubeconfig = join(home, 'kubeconfig');
  await writeFile(kubeconfig, server.kubeconfig(), { mode: 0o600 });
  const running = new Set<Running>();

  const start = (args: readonly string[], call: Call = {}): Running => {
    const env = { PATH: process.env['PATH'] ?? '', HOME: home, KUBECONFIG: kubeconfig, ...call.env };
    const command = startProcess(kubectl, args, { env, ...(call.input === undefined ? {} : { input: call.input }) });
    running.add(command);
    void command.done.finally(() => running.delete(command)).catch(() => undefined);
    return command;
  };
  const run = (args: readonly string[], call?: Call): Promise<Outcome> => start(args, call).done;

  return {
    start,
    run,
    async ok(args, call) {
      const { code, stdout, stderr } = await run(args, call);
      if (code !== 0) throw new Error(`kubectl ${args.join(' ')} ended with ${code}\n${stdout}\n${stderr}`);
      return stdout;
    },
    async file(name, text) {
      const path = join(home, name);
      await writeFile(path, text);
      return path;
    },
    async stop() {
      await Promise.all([...running].map((command) => command.stop()));
      await server.stop();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function startProcess(program: string, args: readonly string[], options: { env: Record<string, string>; input?: string }): Running {
  const child = spawn(program, args, { env: options.env, stdio: ['pipe', 'pipe', 'pipe'] });
  const out: string[] = [];
  const err: string[] = [];
  child.stdout.setEncoding('utf8').on('data', (text: string) => out.push(text));
  child.stderr.setEncoding('utf8').on('data', (text: string) => err.push(text));
  // kubectl need not read its input to the end.
  child.stdin.on('error', () => undefined);
  child.stdin.end(options.input ?? '');
  const done = new Promise<Outcome>((resolve, reject) => {
    child.on('error', reject);
    child.on('close', (code) => resolve({ code, stdout: out.join(''), stderr: err.join('') }));
  });
  return {
    get stdout() {
      return out.join('');
    },
    done,
    async stop() {
      child.kill('SIGTERM');
      const late = setTimeout(() => child.kill('SIGKILL'), 10_000);
      return done.finally(() => clearTimeout(late));
    },
  };
}

/** Looks until `seen` says so. @throws Error with the last sight after 30 s */
export async function eventually(look: () => string | Promise<string>, seen: (sight: string) => boolean): Promise<string> {
  const deadline = Date.now() + 30_000;
  for (;;) {
    const sight = await look();
    if (seen(sight)) return sight;
    if (Date.now() > deadline) throw new Error(`not seen within 30 s; last:\n${sight}`);
    await delay(50);
  }
}
