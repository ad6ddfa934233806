import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Answer, Question } from './question.ts';

/** Go's answers, in order. Needs Go; its module cache has to have, or to get, the scheduler of `go.mod`. */
export function askGo(questions: readonly Question[]): readonly Answer[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'signet-gather-oracle-'));
  try {
    const program = path.join(folder, 'oracle');
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
    execFileSync('go', ['build', '-buildvcs=false', '-o', program, '.'], { cwd: import.meta.dirname, env });
    const output = execFileSync(program, { input: JSON.stringify(questions), maxBuffer: 256 << 20 });
    return JSON.parse(output.toString()) as Answer[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}
