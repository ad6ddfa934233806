import { spawn, type StdioOptions } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The repository's root folder. */
export const root: string = fileURLToPath(new URL('..', import.meta.url)).replace(/[\\/]$/, '');

/** A program of the workspace's `node_modules/.bin`. */
export function bin(name: string): string {
  return join(root, 'node_modules', '.bin', name);
}

/** What came of a command. */
export interface Outcome {
  readonly code: number;
  /** Standard output and error in the order they came; empty when the command wrote straight to the terminal. */
  readonly output: string;
}

/** Runs one command to its end. `quiet` collects the output instead of showing it. */
export function runStep(
  command: string,
  args: readonly string[],
  options: { readonly quiet?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<Outcome> {
  const stdio: StdioOptions = options.quiet ? ['ignore', 'pipe', 'pipe'] : ['ignore', 'inherit', 'inherit'];
  return new Promise((resolve, reject) => {
    const child = spawn(command, [...args], { cwd: root, stdio, env: { ...process.env, ...options.env } });
    let output = '';
    child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
  });
}
