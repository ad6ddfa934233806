import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** A SealedSecret that was opened whole. Values are base64. */
export interface OpenedObject {
  readonly namespace: string;
  readonly name: string;
  readonly values: Readonly<Record<string, string>>;
}

/** Opens whole files of SealedSecrets in Go: read by Kubernetes' own reader, opened by Go's standard library. */
export class FileOracle {
  readonly #folder = mkdtempSync(path.join(tmpdir(), 'signet-file-oracle-'));
  readonly #program = path.join(this.#folder, 'go-oracle-files');

  /** Compiles the program. The first time, the Go module cache must be able to get its modules; later it needs no network. */
  constructor() {
    const env = { ...process.env, GOTOOLCHAIN: 'local', GOWORK: 'off', GOFLAGS: '-mod=readonly', CGO_ENABLED: '0' };
    const cwd = path.join(import.meta.dirname, 'go-oracle-files');
    execFileSync('go', ['build', '-buildvcs=false', '-o', this.#program, '.'], { cwd, env });
  }

  /** All SealedSecrets of a text. @throws with Go's words when one item does not open */
  open(text: string, pem: string): readonly OpenedObject[] {
    const answer = JSON.parse(execFileSync(this.#program, { input: `${JSON.stringify({ pem, text })}\n` }).toString()) as {
      readonly objects: readonly OpenedObject[] | null;
      readonly error?: string;
    };
    if (answer.error !== undefined) throw new Error(answer.error);
    return answer.objects ?? [];
  }

  stop(): void {
    rmSync(this.#folder, { recursive: true });
  }
}
