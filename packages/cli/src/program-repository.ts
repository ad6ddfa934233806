import { Option } from 'commander';
import type { Command } from 'commander';
import type { Io } from './console/io.ts';
import { addCluster, collectValues } from './program-options.ts';

const pathsHelp = 'files, folders (.yaml, .yml and .json at any depth) or patterns';

const checkHelp = `
Exit codes: 0 nothing found (notes do not count), 1 errors or warnings found, 2 an input could not be used,
  3 with --cluster: the controller could not be asked
A rule is named at the end of each finding: [plaintext-secret]. Reasons and next steps: docs/reference/errors.md
`;

/** Adds the verbs that work on what a repository holds: check. */
export function addRepository(root: Command, io: Io, finish: (code: number) => void): void {
  addCheck(root, io, finish);
}

function addCheck(root: Command, io: Io, finish: (code: number) => void): void {
  const check = root
    .command('check')
    .description('find plaintext Secrets, damaged or misplaced SealedSecrets and broken templates in manifests, offline');
  check
    .argument('<paths...>', `${pathsHelp}; - for stdin`)
    .option('--cert <file|url>', 'compare items with this certificate, and check its dates')
    .option('--cluster', 'ask the controller for each SealedSecret whether it opens')
    .option('--ignore <rule>', 'leave findings of a rule out (repeatable)', collectValues)
    .addOption(excludeOption())
    .option('-v, --verbose', 'show notes too')
    .addOption(new Option('-o, --output <format>', 'text (default), json, or sarif (2.1.0)').choices(['text', 'json', 'sarif']))
    .addHelpText('after', checkHelp);
  addCluster(check).action(async (paths: string[], flags: object) => {
    const { checkCommand } = await import('./check/check-command.ts');
    finish(await checkCommand(paths, flags, io));
  });
}

function excludeOption(): Option {
  return new Option('--exclude <pattern>', 'leave files out, such as charts/** (repeatable)').argParser(collectValues);
}
