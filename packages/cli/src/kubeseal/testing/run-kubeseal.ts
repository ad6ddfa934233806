import { kubeseal } from '../kubeseal.ts';

/** How a run of kubeseal ended, and what it wrote. */
export interface Ran {
  readonly code: number;
  readonly out: string;
  /** stderr. */
  readonly said: string;
}

/** What surrounds a run besides its arguments. */
export interface Around {
  /** stdin, which is no terminal. */
  readonly input?: string;
  /** Default: nothing. */
  readonly env?: Readonly<Record<string, string>>;
  /** Default: the machine's clock. */
  readonly now?: Date;
}

/** Runs kubeseal in this process. */
export async function runKubeseal(args: readonly string[], { input = '', env = {}, now }: Around = {}): Promise<Ran> {
  const out: string[] = [];
  const said: string[] = [];
  const code = await kubeseal(args, {
    env,
    signal: new AbortController().signal,
    stdinIsTty: false,
    stderrIsTty: false,
    columns: 0,
    readStdin: async () => new TextEncoder().encode(input),
    out: async (text) => void out.push(String(text)),
    say: (text) => void said.push(text),
    now: () => now ?? new Date(),
  });
  return { code, out: out.join(''), said: said.join('') };
}
