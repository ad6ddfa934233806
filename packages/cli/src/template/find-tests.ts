import { basename } from 'node:path';
import type { Io } from '../console/io.ts';
import { readInputs } from '../console/read-inputs.ts';
import type { Input } from '../console/read-inputs.ts';

/** What a command line names to be tested. */
export interface Found {
  readonly testFiles: readonly Input[];
  readonly manifests: readonly Input[];
}

/**
 * Finds what to test: a file with a test file's name (`NAME.template-test.yaml`), and stdin, is one; another file is a manifest;
 * of a folder the test files are taken, with `manifests` all YAML and JSON files.
 *
 * @throws SIGNET_CLI_FILE_UNREADABLE and the errors of inputs
 */
export async function findTests(names: readonly string[], options: { readonly manifests: boolean }, io: Io): Promise<Found> {
  const testFiles: Input[] = [];
  const manifests: Input[] = [];
  for (const name of names) {
    for (const input of await readInputs([name], io, { recursive: true })) {
      if (input.path === undefined || isTestFile(input.path)) testFiles.push(input);
      else if (options.manifests || input.path === name) manifests.push(input);
    }
  }
  return { testFiles, manifests };
}

function isTestFile(path: string): boolean {
  return /\.template-test\.(?:ya?ml|json)$/.test(basename(path));
}
