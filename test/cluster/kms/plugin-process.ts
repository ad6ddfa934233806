import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ending } from '../../control-plane/supervised.ts';
import { Supervised } from '../../control-plane/supervised.ts';
import { until } from '../../control-plane/until.ts';

const program = join(fileURLToPath(new URL('../../..', import.meta.url)), 'packages/kms-plugin/bin/signet-kms.js');

/** What `/status` tells. */
export interface PluginStatus {
  readonly healthz: string;
  readonly keyId?: string;
  readonly keyIdHash?: string;
  readonly version?: string;
}

/** signet-kms as a process of its own, from source. It cannot outlive this process. */
export class PluginProcess {
  readonly #process: Supervised;
  /** Of health and metrics. */
  readonly url: string;

  private constructor(process: Supervised, url: string) {
    this.#process = process;
    this.url = url;
  }

  /** Resolves when its socket is there. @throws with its log when it ends before */
  static async start(configFile: string): Promise<PluginProcess> {
    const child = await new Supervised({
      name: 'signet-kms',
      program: process.execPath,
      args: [program, 'serve', `--config=${configFile}`],
    }).started();
    const url = await until('signet-kms serves', () => {
      if (child.ending) return 'ended';
      const line = /^\{.*"msg":"serving".*\}$/m.exec(child.logs())?.[0];
      return line !== undefined && (JSON.parse(line) as { http: string }).http;
    });
    if (url === 'ended') throw new Error(`signet-kms ended at once:\n${child.logs(50)}`);
    return new PluginProcess(child, url);
  }

  get pid(): number {
    return this.#process.pid;
  }

  logs(lines?: number): string {
    return this.#process.logs(lines);
  }

  async status(): Promise<PluginStatus> {
    return (await (await fetch(`${this.url}/status`)).json()) as PluginStatus;
  }

  /** The value of one series, or 0. */
  async metric(series: string): Promise<number> {
    const text = await (await fetch(`${this.url}/metrics`)).text();
    const line = text.split('\n').find((each) => each.startsWith(`${series} `));
    return Number(line?.slice(series.length + 1) ?? 0);
  }

  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal);
  }

  /** Zero grace kills it. */
  async stop(options?: { readonly graceMs: number }): Promise<Ending> {
    return this.#process.stop(options);
  }
}

/** Runs a command of signet-kms to its end. @returns exit code and both streams */
export async function signetKms(...args: readonly string[]): Promise<{ readonly code: number | null; readonly output: string }> {
  const child = await new Supervised({
    name: `signet-kms ${args[0] ?? ''}`,
    program: process.execPath,
    args: [program, ...args],
  }).started();
  const { code } = await child.ended;
  return { code, output: child.logs() };
}
