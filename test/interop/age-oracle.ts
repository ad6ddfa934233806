import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** What the Go program is asked. A passphrase, or keys: identities to open with, recipients to lock for, or the identity whose recipient is asked for. */
export interface AgeQuestion {
  readonly ask: 'open' | 'lock' | 'recipient';
  readonly bytes: Uint8Array;
  readonly passphrase?: string;
  readonly keys?: readonly string[];
  readonly armor?: boolean;
}

/** The reference implementation of the age file format (filippo.io/age). */
export class AgeOracle {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'signet-age-oracle-'));
  readonly #program = path.join(this.#folder, 'age-oracle');

  /** Compiles the program. The first time, the Go module cache must be able to get its modules; later it needs no network. */
  constructor() {
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
    const cwd = path.join(import.meta.dirname, 'age-oracle');
    execFileSync('go', ['build', '-buildvcs=false', '-o', this.#program, '.'], { cwd, env });
  }

  /** @throws with its words when it refuses */
  ask({ bytes, ...question }: AgeQuestion): Uint8Array {
    const input = JSON.stringify({ ...question, bytes: Buffer.from(bytes).toString('base64') });
    const answer = JSON.parse(execFileSync(this.#program, { input }).toString()) as { bytes: string | null; error?: string };
    if (answer.error !== undefined) throw new Error(answer.error);
    return Buffer.from(answer.bytes ?? '', 'base64');
  }

  stop(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
