/** Throws or rejects when something is wrong; the message is shown to whoever asks. */
export type Check = () => void | Promise<void>;

/** The outcome of all checks, ready to be an HTTP answer. */
export interface Health {
  readonly healthy: boolean;
  /** One line per check as the API server prints them: `[+]caches ok`, `[-]leader failed: reason`. */
  readonly text: string;
}

/**
 * Named checks behind one answer, for `/healthz` and `/readyz`.
 *
 * @example
 * const readyz = new HealthChecks();
 * readyz.add('caches', () => { if (!reflector.hasSynced) throw new Error('not synced'); });
 * const { healthy, text } = await readyz.report();
 */
export class HealthChecks {
  readonly #checks = new Map<string, Check>();

  /** A later check of the same name replaces the earlier. */
  add(name: string, check: Check): void {
    this.#checks.set(name, check);
  }

  /** Runs all checks at once. Never rejects. */
  async report(): Promise<Health> {
    const lines = await Promise.all(
      [...this.#checks].map(async ([name, check]) => {
        try {
          await check();
          return { ok: true, line: `[+]${name} ok` };
        } catch (error) {
          return { ok: false, line: `[-]${name} failed: ${error instanceof Error ? error.message : String(error)}` };
        }
      }),
    );
    return { healthy: lines.every(({ ok }) => ok), text: lines.map(({ line }) => `${line}\n`).join('') };
  }
}
