import { Command, CommanderError, Option } from 'commander';
import { addCert } from './certificate/commands.ts';
import type { Io } from './console/io.ts';
import { cliErrors, exitCodes } from './errors.ts';
import { addExternal } from './external/commands.ts';
import { addKeys } from './keys/commands.ts';
import { addCertificate, collectValues, errorFormat } from './program-options.ts';
import { addRepository } from './program-repository.ts';
import { version } from './version.ts';

const exitHelp = `
Exit codes:
  0    done
  1    the input or the certificate was refused; nothing was written; a template test failed; check found something;
       an ExternalSecret was not synced
  2    the command line, or a file of template tests, was not understood; an input of check or diff could not be used
  3    a cluster, a controller or a URL could not be reached, or said no
  70   a defect in Signet
  130  ended by Ctrl-C
`;

const testFileHelp = `
A test file (NAME.template-test.yaml):
  values: {user: ann}                  # text, {base64: ...} or {file: PATH}; for all tests of the file
  tests:
    - name: the address holds the user
      template: 'pg://{{ .user }}@db'  # or templateFile: PATH, or manifest: PATH with key: KEY
      output: pg://ann@db              # or outputBase64, matches (RE2), error (a part of the message)
Of a test or of the file: values, template, templateFile, manifest, object (a name, when the manifest holds several),
  functions (sealed-secrets, external-secrets), missingKey, delimiters, now, seed, allowMissing
Of a test: name, key, label or annotation (what a manifest's test is about), output, outputBase64, matches, error
`;

/**
 * The command tree of `signet`. A command's code is loaded when it runs, so that starting costs only this file.
 *
 * @param io handed to the command that runs
 * @param finish called with the exit code of a command that has one of its own
 */
export function program(io: Io, finish: (code: number) => void): Command {
  const root = new Command('signet');
  root
    .description('Sealed secrets for Kubernetes: seal values with a public key, keep them in git, open them only in the cluster.')
    .version(`signet version: ${version()}`, '-V, --version')
    .addOption(errorFormat())
    .addHelpText('after', exitHelp)
    .showSuggestionAfterError(true)
    .enablePositionalOptions();
  // Before any subcommand is made: they inherit both.
  root.exitOverride((error) => {
    throw error;
  });
  // Errors are shown by report(); what else commander writes to stderr is the help of a command that needs a subcommand.
  root.configureOutput({ writeErr: (text) => io.say(text), outputError: () => {} });
  addSeal(root, io);
  addSet(root, io);
  addEdit(root, io);
  addCert(root, io);
  addRepository(root, io, finish);
  addExternal(root, io, finish);
  addKeys(root, io);
  addTemplate(root, io, finish);
  addSandbox(root, io, finish);
  addController(root);
  root
    .command('kubeseal')
    .description('the command line of kubeseal (also installed under that name)')
    .helpOption(false)
    .allowUnknownOption();
  return root;
}

function addSeal(root: Command, io: Io): void {
  const seal = root.command('seal').description('seal the Secrets in manifests; everything else passes through untouched');
  seal
    .argument('[files...]', 'YAML or JSON files or folders; - or nothing reads stdin')
    .option('-f, --filename <file>', 'a file or folder (repeatable)', collectValues)
    .option('-R, --recursive', 'descend into folders')
    .option('-o, --output <format>', 'yaml or json (default: as the input)')
    .option('-w, --write <file>', 'write to a file, whole or not at all')
    .option('-i, --in-place', 'replace each input file by its sealed form')
    .option('-n, --namespace <name>', 'namespace of Secrets that name none')
    .option('--name <name>', 'name of the one Secret in the input')
    .option('--scope <scope>', 'strict, namespace-wide or cluster-wide (default: by annotation, else strict)')
    .option('--allow-empty-data', 'accept a Secret without data');
  addCertificate(seal).action(async (files: string[], _flags: object, command: Command) => {
    const { sealCommand } = await import('./seal/seal-command.ts');
    await sealCommand(files, command.optsWithGlobals(), io);
  });
  seal.enablePositionalOptions().passThroughOptions(false);
  const raw = seal.command('raw').description('seal one value from a file, stdin or a hidden prompt; prints base64');
  raw
    .option('-n, --namespace <name>', 'namespace of the Secret (strict, namespace-wide)')
    .option('--name <name>', 'name of the Secret (strict)')
    .option('--scope <scope>', 'strict (default), namespace-wide or cluster-wide')
    .option('--from-file <file>', 'read the value from a file');
  addCertificate(raw).action(async (flags: object, command: Command) => {
    const { rawCommand } = await import('./seal/raw-command.ts');
    await rawCommand({ ...command.parent?.opts(), ...flags }, io);
  });
}

function addSet(root: Command, io: Io): void {
  const set = root.command('set').description('seal one value into a SealedSecret of a file; every other byte of the file stays');
  addChoice(
    set
      .argument('<file>', 'YAML or JSON file with the SealedSecret')
      .argument('<key>', 'key of the value; the value comes from stdin, a hidden prompt, or --from-file')
      .option('--from-file <file>', 'read the value from a file')
      .option('--remove', 'take the key out instead')
      .option('--stdout', 'print the file as it would be and leave it as it is'),
  );
  addCertificate(set).action(async (file: string, key: string, flags: object) => {
    const { setCommand } = await import('./edit/set-command.ts');
    await setCommand(file, key, flags, io);
  });
}

function addEdit(root: Command, io: Io): void {
  const edit = root.command('edit').description('edit the values of a SealedSecret as text; only what was changed is sealed again');
  addChoice(
    edit
      .argument('<file>', 'YAML or JSON file with the SealedSecret')
      .option('--key <file>', 'private key of a backup, to show the values (repeatable); else they show as <sealed>', collectValues)
      .option('--allow-disk', 'where there is no memory-backed folder, keep the plaintext on disk while it is edited'),
  );
  addCertificate(edit).action(async (file: string, flags: object) => {
    const { editCommand } = await import('./edit/edit-command.ts');
    await editCommand(file, flags, io);
  });
}

/** Options that choose one SealedSecret of a file, and how to tell what was done. */
function addChoice(command: Command): Command {
  return command
    .option('--document <number>', 'the document of the file, the first being 1')
    .option('--name <name>', 'the SealedSecret of this name')
    .option('-n, --namespace <name>', 'the SealedSecret in this namespace; the namespace of one that names none')
    .addOption(new Option('-o, --output <format>', 'how to tell what was done').choices(['text', 'json']));
}

function addTemplate(root: Command, io: Io, finish: (code: number) => void): void {
  const template = root
    .command('template')
    .description('try templates of SealedSecrets and ExternalSecrets offline, with sample data');
  const render = template
    .command('render')
    .description('render templates over sample values; never put a real secret on a command line: --set is for made-up values');
  render
    .argument('[files...]', 'manifests (.yaml, .yml, .json, - for stdin), else files that are templates themselves')
    .option(
      '--values <file>',
      'sample values: a YAML or JSON mapping of text, {base64: ...} or {file: PATH} (repeatable)',
      collectValues,
    )
    .option('--set <key=value>', 'one sample value (repeatable)', collectValues)
    .option('--from-file <key=path>', 'one sample value from a file (repeatable)', collectValues)
    .option('--allow-missing', 'put <KEY> where a sample value is missing')
    .addOption(
      new Option('--functions <set>', 'treat every file as a template, with these functions').choices([
        'sealed-secrets',
        'external-secrets',
      ]),
    )
    .addOption(
      new Option('--missing-key <mode>', 'of a bare template (default: error with external-secrets, else default)').choices([
        'default',
        'zero',
        'error',
      ]),
    )
    .option('--delimiters <pair>', "delimiters, with a blank between: '[[ ]]' (not of SealedSecrets)")
    .option('--now <time>', 'the time that templates see, RFC 3339 (default: now)')
    .option('--seed <text>', 'makes chance repeatable, except in keys and certificates')
    .addOption(new Option('-o, --output <format>', 'yaml (default) or json').choices(['yaml', 'json']))
    .option('-w, --write <file>', 'write to a file, whole or not at all')
    .addOption(errorFormat())
    .action(async (files: string[], flags: object) => {
      const { renderCommand } = await import('./template/render-command.ts');
      await renderCommand(files, flags, io);
    });
  template
    .command('test')
    .description('run template tests: exit code 0, 1 when one failed, 2 when a file could not be used')
    .argument(
      '<files...>',
      'test files, folders of *.template-test.yaml, or manifests, whose templates are only parsed; - for stdin',
    )
    .option('--manifests', 'in folders, parse the templates of manifests too')
    .option('-v, --verbose', 'a line for each test that passed, too')
    .addOption(new Option('-o, --output <format>', 'text (default) or json').choices(['text', 'json']))
    .addOption(errorFormat())
    .addHelpText('after', testFileHelp)
    .action(async (files: string[], flags: object) => {
      const { testCommand } = await import('./template/test-command.ts');
      finish(await testCommand(files, flags, io));
    });
}

function addSandbox(root: Command, io: Io, finish: (code: number) => void): void {
  const sandbox = root.command('sandbox').description('a small Kubernetes API server on this machine, to try things out');
  sandbox
    .argument('[command...]', 'after --: run this with KUBECONFIG set, then stop')
    .option('--data <file>', 'keep the objects in this file')
    .option('--port <port>', 'port on 127.0.0.1 (default: a free one)')
    .option('--kubeconfig <file>', 'where to write the kubeconfig (default: a private temporary folder)')
    .addOption(errorFormat())
    .action(async (command: string[], flags: object) => {
      const { sandboxCommand } = await import('./sandbox/sandbox-command.ts');
      finish(await sandboxCommand(command, flags, io));
    });
}

function addController(root: Command): void {
  root
    .command('controller')
    .description('run the controller here against the kubeconfig; takes the flags of signet-controller')
    .helpOption(false)
    .allowUnknownOption();
}

/** What commander threw, as ours: an exit code when it has shown its text already, else an error to show. */
export function usageError(error: unknown): { readonly code: number } | { readonly error: unknown } {
  if (!(error instanceof CommanderError)) return { error };
  if (error.exitCode === 0) return { code: exitCodes.ok };
  if (error.code === 'commander.help') return { code: exitCodes.usage };
  return { error: cliErrors.USAGE({ problem: error.message.replace(/^error: /, '') }) };
}
