import { cliErrors, exitCodes } from '../errors.ts';
import { systemProblem } from './write-file.ts';

/**
 * What a command may touch of the process: its streams, its environment, and the signal that ends it. Tests hand in their own.
 */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Aborted by Ctrl-C and SIGTERM. */
  readonly signal: AbortSignal;
  readonly stdinIsTty: boolean;
  /** Whether what is written to `out` shows on a terminal. Absent means no. */
  readonly stdoutIsTty?: boolean;
  readonly stderrIsTty: boolean;
  /** Columns of the terminal behind stderr; 0 when there is none. */
  readonly columns: number;
  /** Everything that stdin holds. */
  readStdin(): Promise<Uint8Array>;
  /** Data. Resolves when it was handed to the system. */
  out(text: string | Uint8Array): Promise<void>;
  /** Talk. */
  say(text: string): void;
  now(): Date;
}

/** A signal repeated within this time is the same Ctrl-C, forwarded by a parent that got it too. */
const sameKeyMs = 500;

/** An AbortSignal that Ctrl-C, SIGTERM and SIGHUP abort. The second one, when it is meant, ends the process at once. */
export function endingSignal(): AbortSignal {
  const controller = new AbortController();
  let firstAt = 0;
  const onSignal = (name: NodeJS.Signals): void => {
    if (firstAt === 0) firstAt = performance.now();
    else if (performance.now() - firstAt > sameKeyMs) process.exit(exitCodes.interrupted);
    controller.abort(new DOMException(`ended by ${name}`, 'AbortError'));
  };
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(name, onSignal);
  return controller.signal;
}

/** The Io of this process. Signals are only caught once `signal` is asked for, so that short commands die as usual. */
export function processIo(): Io {
  let ending: AbortSignal | undefined;
  // A stream without this listener ends the process with a stack trace; what a write meets, its callback hears.
  for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});
  return {
    env: process.env,
    get signal(): AbortSignal {
      ending ??= endingSignal();
      return ending;
    },
    stdinIsTty: process.stdin.isTTY === true,
    stdoutIsTty: process.stdout.isTTY === true,
    stderrIsTty: process.stderr.isTTY === true,
    columns: process.stderr.columns ?? 0,
    readStdin: async () => {
      const chunks: Buffer[] = [];
      for await (const chunk of process.stdin as AsyncIterable<Buffer>) chunks.push(chunk);
      return Buffer.concat(chunks);
    },
    out: (text) =>
      new Promise((resolve, reject) => {
        process.stdout.write(text, (error) => {
          // The reader went away (`| head`): not an error of ours.
          if (error && (error as NodeJS.ErrnoException).code !== 'EPIPE')
            reject(cliErrors.OUTPUT_UNWRITABLE({ problem: systemProblem(error) }, { cause: error }));
          else resolve();
        });
      }),
    say: (text) => {
      process.stderr.write(text);
    },
    now: () => new Date(),
  };
}
