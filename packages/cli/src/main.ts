import { processIo } from './console/io.ts';
import type { Io } from './console/io.ts';
import { report } from './console/report.ts';
import { exitCodes } from './errors.ts';

/** Runs a program of this package to its end and gives its exit code. Never rejects. */
export async function main(name: 'signet' | 'kubeseal', argv: readonly string[], io: Io = processIo()): Promise<number> {
  try {
    if (name === 'kubeseal' || argv[0] === 'kubeseal') {
      const { kubeseal } = await import('./kubeseal/kubeseal.ts');
      return await kubeseal(name === 'kubeseal' ? argv : argv.slice(1), io);
    }
    if (argv[0] === 'controller') {
      const { controllerCommand } = await import('./controller/controller-command.ts');
      return await controllerCommand(argv.slice(1), io);
    }
    return await signet(argv, io);
  } catch (error) {
    if (error instanceof Error && error.name === 'AbortError') return exitCodes.interrupted;
    return report(error, io, { format: errorFormatOf(argv) });
  }
}

async function signet(argv: readonly string[], io: Io): Promise<number> {
  const { program, usageError } = await import('./program.ts');
  let code: number = exitCodes.ok;
  const root = program(io, (own) => {
    code = own;
  });
  if (argv.length === 0) {
    io.say(root.helpInformation());
    return exitCodes.usage;
  }
  try {
    await root.parseAsync(argv, { from: 'user' });
  } catch (error) {
    const wrong = usageError(error);
    if ('error' in wrong) throw wrong.error;
    code = wrong.code;
  }
  return code;
}

function errorFormatOf(argv: readonly string[]): 'text' | 'json' {
  const at = argv.findIndex((argument) => argument === '--error-format');
  return argv.includes('--error-format=json') || (at !== -1 && argv[at + 1] === 'json') ? 'json' : 'text';
}
