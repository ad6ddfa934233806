import { isSignetError } from '@signet/errors';
import { CommanderError } from 'commander';
import { createProgram } from './program.ts';

/** The world outside, injected. */
export interface Outside {
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly stdout: { write(text: string): unknown };
  readonly stderr: { write(text: string): unknown };
}

/** Runs the program to its end. @returns the exit code: 0, 2 for wrong arguments or configuration, 1 for everything else */
export async function main(outside: Outside): Promise<number> {
  const { stderr } = outside;
  try {
    await createProgram(outside).parseAsync([...outside.argv], { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!isSignetError(error)) {
      stderr.write(`error: ${error instanceof Error ? error.message : String(error)}\n`);
      return 1;
    }
    stderr.write(`error: ${error.message}  ${error.code}\n  fix ${error.next}\n`);
    return error.exit;
  }
}
