import { main } from '../../main.ts';

/** What a run of `signet` left behind. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  /** The same as bytes. */
  readonly bytes: Uint8Array;
  readonly said: string;
}

/** Runs `signet` in this process, at 2026-01-31T12:00:00Z. */
export async function runSignet(args: readonly string[], stdin: string | Uint8Array = ''): Promise<Ran> {
  const out: Uint8Array[] = [];
  const said: string[] = [];
  const code = await main('signet', args, {
    env: {},
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => (typeof stdin === 'string' ? new TextEncoder().encode(stdin) : stdin),
    out: async (text) => void out.push(typeof text === 'string' ? new TextEncoder().encode(text) : text),
    say: (text) => void said.push(text),
    now: () => new Date('2026-01-31T12:00:00Z'),
  });
  const bytes = Buffer.concat(out);
  return { code, out: bytes.toString(), bytes, said: said.join('') };
}
