import { execFileSync, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';

/** What the Go program can be asked; bytes are base64 texts. See go-oracle/main.go. */
type Question =
  | { readonly ask: 'open'; readonly pem: string; readonly item: string; readonly label: string }
  | { readonly ask: 'seal'; readonly pem: string; readonly value: string; readonly label: string; readonly sessionKey?: string }
  | { readonly ask: 'base64'; readonly texts: readonly string[] }
  | { readonly ask: 'certificate'; readonly pem: string };

/** What it answers. Empty bytes are left out. */
interface Answer {
  readonly error?: string;
  readonly bytes?: string;
  readonly offsets?: readonly number[];
  readonly certificate?: Readonly<Record<string, unknown>>;
}

/** A second implementation of the item format, made of Go's standard library. */
export interface GoOracle {
  ask(question: Question): Promise<Answer>;
  stop(): Promise<void>;
}

/** True when a Go compiler is on the PATH. */
export function hasGo(): boolean {
  return spawnSync('go', ['version']).status === 0;
}

/** Compiles the program and starts it. It needs nothing from the network. */
export async function startGoOracle(): Promise<GoOracle> {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-go-oracle-'));
  const program = path.join(folder, 'go-oracle');
  execFileSync('go', ['build', '-o', program, '.'], {
    cwd: path.join(import.meta.dirname, 'go-oracle'),
    env: { ...process.env, GOTOOLCHAIN: 'local', GOPROXY: 'off', GOWORK: 'off', CGO_ENABLED: '0' },
  });
  const running = spawn(program, { stdio: ['pipe', 'pipe', 'inherit'] });
  const ended = new Promise<void>((resolve) => running.once('close', () => resolve()));
  const answers = createInterface({ input: running.stdout })[Symbol.asyncIterator]();
  let last: Promise<unknown> = Promise.resolve();
  return {
    ask: (question) => {
      // One line in, one line out: questions wait for each other.
      const answer = last.then(async () => {
        running.stdin.write(`${JSON.stringify(question)}\n`);
        const line = await answers.next();
        if (line.done) throw new Error('the Go program ended');
        return JSON.parse(line.value) as Answer;
      });
      last = answer.catch(() => undefined);
      return answer;
    },
    stop: async () => {
      running.stdin.end();
      await ended;
      rmSync(folder, { recursive: true });
    },
  };
}
