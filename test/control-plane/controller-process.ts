import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Ending } from './supervised.ts';
import { Supervised } from './supervised.ts';
import { until } from './until.ts';

/** What a controller process is started with. */
export interface ControllerProcessOptions {
  /** File. */
  readonly kubeconfig: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node itself. */
  readonly nodeFlags?: readonly string[];
  /** Modules that Node loads first (`--import`), for instruments. */
  readonly imports?: readonly string[];
  /** The program's JavaScript. Default: from source. */
  readonly program?: string;
}

const source = join(fileURLToPath(new URL('../..', import.meta.url)), 'packages/controller/bin/signet-controller.js');

/** The controller as a process of its own, on free ports, in namespace `kube-system`. It cannot outlive this process. */
export class ControllerProcess {
  readonly #process: Supervised;
  /** Of /healthz, /readyz and /v1/cert.pem. */
  readonly url: string;
  /** Of /metrics. */
  readonly metricsUrl: string;

  private constructor(process: Supervised, urls: { readonly url: string; readonly metricsUrl: string }) {
    this.#process = process;
    this.url = urls.url;
    this.metricsUrl = urls.metricsUrl;
  }

  /** Resolves when its servers listen. @throws with its log when it ends before */
  static async start(options: ControllerProcessOptions): Promise<ControllerProcess> {
    const child = await new Supervised({
      name: 'signet-controller',
      program: process.execPath,
      args: [
        ...(options.nodeFlags ?? []),
        ...(options.imports ?? []).map((module) => `--import=${module}`),
        options.program ?? source,
        `--kubeconfig=${options.kubeconfig}`,
        '--log-format=json',
        '--listen-addr=127.0.0.1:0',
        '--listen-metrics-addr=127.0.0.1:0',
        ...(options.flags ?? []),
      ],
      env: { POD_NAMESPACE: 'kube-system', ...options.env },
    }).started();
    const urls = await until('the controller serves', () => {
      if (child.ending) return 'ended';
      const line = /^\{.*"msg":"serving".*\}$/m.exec(child.logs())?.[0];
      return line !== undefined && (JSON.parse(line) as { url: string; metricsUrl: string });
    });
    if (urls === 'ended') throw new Error(`the controller ended at once:\n${child.logs(100)}`);
    return new ControllerProcess(child, urls);
  }

  get pid(): number {
    return this.#process.pid;
  }

  /** How it ended, or nothing while it runs. */
  get ending(): Ending | undefined {
    return this.#process.ending;
  }

  /** Resolves when /readyz says so. */
  async ready(withinMs: number = 60_000): Promise<void> {
    const isReady = async (): Promise<boolean> => this.ending !== undefined || (await fetch(`${this.url}/readyz`)).ok;
    await until('the controller is ready', isReady, { withinMs });
    if (this.ending) throw new Error(`the controller ended before it was ready:\n${this.logs(100)}`);
  }

  /**
   * Sum of all series of each metric, by its name.
   *
   * @param label only series with this one: `name="sealedsecret"`
   */
  async metrics(label: string = ''): Promise<ReadonlyMap<string, number>> {
    const sums = new Map<string, number>();
    const text = await (await fetch(`${this.metricsUrl}/metrics`)).text();
    for (const [, name = '', labels = '', value] of text.matchAll(/^([a-zA-Z_:][\w:]*)(?:\{(.*)\})? (\S+)$/gm))
      if (labels.includes(label)) sums.set(name, (sums.get(name) ?? 0) + Number(value));
    return sums;
  }

  /** Sends a signal: SIGSTOP and SIGCONT to freeze it. */
  signal(signal: NodeJS.Signals): void {
    this.#process.signal(signal);
  }

  /** The last `lines` lines of its log. */
  logs(lines?: number): string {
    return this.#process.logs(lines);
  }

  /** As Kubernetes stops a Pod: SIGTERM, and SIGKILL when that is not enough. */
  async stop(): Promise<Ending> {
    return this.#process.stop();
  }
}
