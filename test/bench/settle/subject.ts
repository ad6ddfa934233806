import { readFile } from 'node:fs/promises';
import { request } from 'node:http';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ControllerProcess } from '../../control-plane/controller-process.ts';
import { bundle, programs } from '../../../scripts/bundle.ts';
import { root } from '../../../scripts/run-step.ts';
import type { Counted } from './count-requests.ts';
import type { ProcessFigures } from './process-figures.ts';
import { processFigures } from './process-figures.ts';
import type { Stage } from './stage.ts';

const instrument = fileURLToPath(new URL('count-requests.ts', import.meta.url));
let runs = 0;

/** How a controller is started. */
export interface Launch {
  /** What {@link Subject.build} made. */
  readonly program: string;
  readonly flags?: readonly string[];
  readonly env?: Readonly<Record<string, string>>;
  /** Flags of Node beside those of a Pod: a profiler. */
  readonly nodeFlags?: readonly string[];
}

/** What the controller did since its start. */
export interface Deeds extends Counted {
  readonly process: ProcessFigures;
  readonly privateKeyOperations: number;
}

/**
 * Flags of Node as in a Pod: those of the image's entry point, and the old space that V8 takes under the chart's memory limit (half
 * of it; the closer that bound, the sooner it collects). Without a limit Node would let garbage grow with the machine.
 */
async function podFlags(): Promise<string[]> {
  const [, entrypoint] = /^ENTRYPOINT (\[.*\])$/m.exec(await readFile(join(root, 'Dockerfile'), 'utf8')) ?? [];
  const [, limit] =
    /^ *limits: *\{ *memory: *(\d+)Mi *\}$/m.exec(await readFile(join(root, 'charts/signet/values.yaml'), 'utf8')) ?? [];
  if (entrypoint === undefined || limit === undefined)
    throw new Error('no ENTRYPOINT in the Dockerfile or no memory limit in the chart');
  const flags = (JSON.parse(entrypoint) as string[]).filter((word) => word.startsWith('--'));
  return [...flags, `--max-old-space-size=${Number(limit) / 2}`];
}

/** The controller as it is shipped, in a process of its own, with an instrument that counts its requests. */
export class Subject implements AsyncDisposable {
  readonly controller: ControllerProcess;
  readonly #socket: string;
  /** Of the reconciler of the scene's kind, as metrics call it. */
  readonly #name: string;
  #killed = false;

  private constructor(controller: ControllerProcess, socket: string, name: string) {
    this.controller = controller;
    this.#socket = socket;
    this.#name = name;
  }

  /** Makes the bundle that {@link start} runs. @returns its entry */
  static async build(folder: string): Promise<string> {
    const program = programs.find(({ packageName }) => packageName === 'controller');
    if (!program) throw new Error('there is no controller among the programs');
    await bundle(program, folder);
    return join(folder, 'bin', 'signet-controller.js');
  }

  static async start(stage: Stage, { program, flags = [], env = {}, nodeFlags = [] }: Launch): Promise<Subject> {
    const socket = join(stage.folder, `counts-${runs++}`);
    const name = stage.scene.kind.kind.toLowerCase();
    const controller = await ControllerProcess.start({
      kubeconfig: stage.kubeconfig,
      program,
      nodeFlags: [...(await podFlags()), ...nodeFlags],
      flags,
      env: { ...env, COUNTS_SOCKET: socket, COUNTS_SERVER: stage.plane.server },
      imports: [instrument],
    });
    return new Subject(controller, socket, name);
  }

  async deeds(): Promise<Deeds> {
    const [counted, metrics, process] = await Promise.all([
      this.counted(),
      this.controller.metrics(),
      processFigures(this.controller.pid),
    ]);
    return {
      ...counted,
      process,
      privateKeyOperations: metrics.get('signet_private_key_operations') ?? Number.NaN,
    };
  }

  /** How often it has looked at an object of the scene's kind, settled ones included. */
  async reconciles(): Promise<number> {
    const metrics = await this.controller.metrics(`name="${this.#name}"`);
    return metrics.get('signet_reconcile_total') ?? 0;
  }

  /** Ends it without a word, as a lost node does. */
  async kill(): Promise<void> {
    this.#killed = true;
    this.controller.signal('SIGKILL');
    await this.controller.stop();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#killed) return;
    const { code, signal } = await this.controller.stop();
    if (code !== 0) throw new Error(`the controller ended with ${signal ?? code}:\n${this.controller.logs(50)}`);
  }

  /** What it asked so far; costs it next to nothing. */
  async counted(): Promise<Counted> {
    const text = await new Promise<string>((resolve, reject) => {
      const asked = request({ socketPath: this.#socket, path: '/' }, (answer) => {
        let body = '';
        answer.setEncoding('utf8').on('data', (chunk: string) => (body += chunk));
        answer.once('end', () => resolve(body));
      });
      asked.once('error', reject).end();
    });
    return JSON.parse(text) as Counted;
  }
}
