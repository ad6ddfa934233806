import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Answer, Question } from './question.ts';

const source = path.join(import.meta.dirname, 'go');

/** gjson itself, built once. The first time, the Go module cache must be able to get it; later it needs no network. */
export class GjsonOracle {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'signet-gjson-oracle-'));
  readonly #program = path.join(this.#folder, 'oracle');

  constructor() {
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
    execFileSync('go', ['build', '-buildvcs=false', '-o', this.#program, '.'], { cwd: source, env });
  }

  /** Its answers, in the order of the questions. */
  async solve(questions: readonly Question[]): Promise<readonly Answer[]> {
    const running = spawn(this.#program, [], { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise<number | null>((resolve) => {
      running.once('close', resolve);
    });
    // A program that ends early is known by its code.
    running.stdin.on('error', () => undefined);
    running.stdin.end(questions.map((question) => `${JSON.stringify(question)}\n`).join(''));
    const answers: Answer[] = [];
    for await (const line of createInterface({ input: running.stdout })) answers.push(JSON.parse(line) as Answer);
    const code = await ended;
    if (code !== 0 || answers.length !== questions.length) throw new Error(`the Go program ended with ${code}`);
    return answers;
  }

  stop(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
