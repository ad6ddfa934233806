import { execFileSync, spawn } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { templateName } from './question.ts';
import type { Answer, FunctionSet, Question } from './question.ts';

const source = path.join(import.meta.dirname, 'go');

/** How the program is built for a set: its pinned versions, and its function map. */
const builds: Readonly<Record<FunctionSet, readonly string[]>> = {
  'sealed-secrets': [],
  'external-secrets': ['-modfile=external-secrets.mod', '-tags=external'],
};

interface RawAnswer {
  readonly id: number;
  readonly output: string | null;
  readonly error?: string;
  readonly stage?: Exclude<Extract<Answer, { stage: unknown }>['stage'], 'limit' | 'defect'>;
}

/** How long Go took, in nanoseconds for one compile and one rendering, and what it rendered. */
export interface GoTimes {
  readonly compileNs: number;
  readonly renderNs: number;
  readonly output: string;
}

/** Go's text/template with the real Sprig, built once for each set that is asked for. */
export class TemplateOracle {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'signet-template-oracle-'));
  readonly #programs = new Map<FunctionSet, string>();

  /** Compiles the program. The first time, the Go module cache must be able to get Sprig; later it needs no network. */
  #program(set: FunctionSet): string {
    const known = this.#programs.get(set);
    if (known !== undefined) return known;
    const program = path.join(this.#folder, set);
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
    execFileSync('go', ['build', '-buildvcs=false', ...builds[set], '-o', program, '.'], { cwd: source, env });
    this.#programs.set(set, program);
    return program;
  }

  /** Go's answers, in the order of the questions. */
  async solve(questions: readonly Question[]): Promise<Answer[]> {
    const answers: Answer[] = [];
    for (const set of new Set(questions.map((question) => question.set))) {
      const lines = questions.flatMap((question, id) => (question.set === set ? [lineOf(question, id)] : []));
      for (const raw of await this.#ask<RawAnswer>(set, [], lines)) {
        answers[raw.id] =
          raw.error === undefined
            ? { output: fromBase64(raw.output ?? '') }
            : { error: fromBase64(raw.error), stage: raw.stage ?? 'panic' };
      }
    }
    if (answers.length !== questions.length) throw new Error('Go has not answered every question');
    return answers;
  }

  /** The type of every function as Go prints it. */
  async signatures(set: FunctionSet): Promise<Readonly<Record<string, string>>> {
    const [types = {}] = await this.#ask<Record<string, string>>(set, ['functions'], []);
    return types;
  }

  async bench(question: Question, iterations: number): Promise<GoTimes> {
    const line = JSON.stringify({ ...(JSON.parse(lineOf(question, 0)) as object), iterations });
    const [times] = await this.#ask<GoTimes>(question.set, ['bench'], [line]);
    if (!times) throw new Error('Go has not measured');
    return { ...times, output: fromBase64(times.output) };
  }

  stop(): void {
    rmSync(this.#folder, { recursive: true });
  }

  async #ask<T>(set: FunctionSet, args: readonly string[], lines: readonly string[]): Promise<T[]> {
    const running = spawn(this.#program(set), args, { stdio: ['pipe', 'pipe', 'inherit'], env: { ...process.env, TZ: 'UTC' } });
    const ended = new Promise<number | null>((resolve) => {
      running.once('close', resolve);
    });
    // A program that ends early is known by its code.
    running.stdin.on('error', () => undefined);
    running.stdin.end(lines.map((line) => `${line}\n`).join(''));
    const answers: T[] = [];
    for await (const line of createInterface({ input: running.stdout })) answers.push(JSON.parse(line) as T);
    const code = await ended;
    if (code !== 0) throw new Error(`the Go program ended with ${code}`);
    return answers;
  }
}

function lineOf({ template, data, missingKey, delimiters }: Question, id: number): string {
  const bytes = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, toBase64(value)]));
  return JSON.stringify({ id, name: templateName, template: toBase64(template), data: bytes, missingKey, delimiters });
}

const toBase64 = (text: string): string => Buffer.from(text, 'latin1').toString('base64');
const fromBase64 = (text: string): string => Buffer.from(text, 'base64').toString('latin1');
