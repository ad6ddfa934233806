import type { ChildProcess } from 'node:child_process';
import { spawn } from 'node:child_process';

/** What to run. */
export interface SupervisedOptions {
  /** Shown in logs and errors. */
  readonly name: string;
  readonly program: string;
  readonly args: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
}

/** How a program ended. */
export interface Ending {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

const keptBytes = 4 << 20;

// The kernel sends SIGKILL to the program when its parent dies, however it dies. The comparison closes the gap between the fork
// and the moment that request stands: a parent that died in it has left us to another one already.
const leash = '[ "$PPID" = "$0" ] || exit 1; exec "$@"';

/**
 * A program that cannot outlive this process: not when it ends, crashes, or is killed with SIGKILL. Its process id is the
 * program's own, so that it can be paused and killed by tests. Output is kept in memory (the last 4 MiB).
 *
 * Linux only (`setpriv` of util-linux). Started from a worker thread, it ends with that thread.
 */
export class Supervised {
  readonly name: string;
  readonly #child: ChildProcess;
  readonly #output: Buffer[] = [];
  #outputBytes = 0;
  /** Resolves when the program has ended; never rejects. */
  readonly ended: Promise<Ending>;
  #ending: Ending | undefined;

  constructor(options: SupervisedOptions) {
    this.name = options.name;
    this.#child = spawn(
      'setpriv',
      ['--pdeathsig', 'KILL', '--', '/bin/sh', '-c', leash, String(process.pid), options.program, ...options.args],
      { stdio: ['ignore', 'pipe', 'pipe'], env: { PATH: process.env['PATH'] ?? '', HOME: '/nonexistent', ...options.env } },
    );
    for (const stream of [this.#child.stdout, this.#child.stderr]) stream?.on('data', (chunk: Buffer) => this.#keep(chunk));
    this.ended = new Promise((resolve) => {
      const end = (ending: Ending): void => {
        this.#ending ??= ending;
        resolve(this.#ending);
      };
      this.#child.once('error', (error) => {
        this.#keep(Buffer.from(`${error.message}\n`));
        end({ code: 127, signal: null });
      });
      this.#child.once('close', (code, signal) => end({ code, signal }));
    });
  }

  /** Resolves when the program was started; rejects when it could not be. */
  async started(): Promise<this> {
    if (this.#child.pid === undefined) {
      await this.ended;
      throw new Error(`${this.name} could not be started: ${this.logs()}`);
    }
    return this;
  }

  get pid(): number {
    return this.#child.pid ?? -1;
  }

  /** How it ended, or nothing while it runs. */
  get ending(): Ending | undefined {
    return this.#ending;
  }

  /** Sends a signal: SIGSTOP and SIGCONT to pause, SIGKILL for a crash. */
  signal(signal: NodeJS.Signals): void {
    if (!this.#ending) this.#child.kill(signal);
  }

  /** Ends the program: SIGTERM, and SIGKILL after the grace. Zero grace kills at once. */
  async stop(options: { readonly graceMs: number } = { graceMs: 10_000 }): Promise<Ending> {
    if (this.#ending) return this.#ending;
    if (options.graceMs > 0) {
      this.signal('SIGCONT');
      this.signal('SIGTERM');
      const timer = setTimeout(() => this.signal('SIGKILL'), options.graceMs);
      await this.ended;
      clearTimeout(timer);
    } else {
      this.signal('SIGKILL');
    }
    return this.ended;
  }

  /** What the program wrote, both streams; the last `lines` of it. */
  logs(lines = Infinity): string {
    const text = Buffer.concat(this.#output).toString('utf8');
    return Number.isFinite(lines) ? text.trimEnd().split('\n').slice(-lines).join('\n') : text;
  }

  #keep(chunk: Buffer): void {
    this.#output.push(chunk);
    this.#outputBytes += chunk.length;
    while (this.#outputBytes > keptBytes && this.#output.length > 1) this.#outputBytes -= this.#output.shift()?.length ?? 0;
  }
}
