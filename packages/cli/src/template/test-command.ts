import type { SignetError } from '@signet/errors';
import type { Io } from '../console/io.ts';
import type { Input } from '../console/read-inputs.ts';
import { oneLine, placeText, report } from '../console/report.ts';
import { exitCodes, Refusals, refusalsOf } from '../errors.ts';
import { templateCommandErrors } from './errors.ts';
import { checkExternalSecret } from './external-secret.ts';
import { findTests } from './find-tests.ts';
import { readManifests } from './read-manifests.ts';
import { runTest } from './run-test.ts';
import { checkSealedSecret } from './sealed-secret.ts';
import type { Outcome } from './template-test.ts';
import { readTestFile } from './test-file.ts';

/** Options of `signet template test`. */
export interface TestFlags {
  readonly manifests?: boolean | undefined;
  readonly verbose?: boolean | undefined;
  readonly output?: 'text' | 'json' | undefined;
  readonly errorFormat?: 'text' | 'json' | undefined;
}

/**
 * `signet template test`: runs test files and parses the templates of manifests.
 *
 * @returns the exit code: 0, 1 when a test failed, 2 when a file could not be used; the others are run all the same
 */
export async function testCommand(names: readonly string[], flags: TestFlags, io: Io): Promise<number> {
  const unusable: SignetError[] = [];
  const usable = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch (error) {
      unusable.push(...refusalsOf(error));
      return undefined;
    }
  };
  const outcomes: Outcome[] = [];
  const found = await usable(() => findTests(names, { manifests: flags.manifests ?? false }, io));
  for (const file of found?.testFiles ?? []) {
    const tests = await usable(() => readTestFile(file, io));
    for (const test of tests ?? []) outcomes.push(runTest(test));
  }
  outcomes.push(...((await usable(async () => parseOutcomes(found?.manifests ?? []))) ?? []));
  if (outcomes.length === 0 && unusable.length === 0) unusable.push(templateCommandErrors.NO_TESTS({}));

  const failed = outcomes.filter(({ problem }) => problem !== undefined).length;
  await io.out(flags.output === 'json' ? jsonText(outcomes) : plainText(outcomes, flags.verbose ?? false));
  if (unusable.length === 0) return failed === 0 ? exitCodes.ok : exitCodes.refused;
  report(new Refusals(unusable), io, { format: flags.errorFormat ?? 'text' });
  return exitCodes.usage;
}

/** One outcome for each template of manifests: whether it parses. */
function parseOutcomes(manifests: readonly Input[]): Outcome[] {
  const { objects, sources } = readManifests(manifests);
  return objects.flatMap((object) => {
    const checked =
      object.kind === 'ExternalSecret'
        ? checkExternalSecret(object, { sources, delimiters: undefined })
        : checkSealedSecret(object);
    return checked.map(({ template, error }) => ({
      name: `${template.field} parses`,
      place: error?.at ?? object.place(template.at),
      problem: error?.message,
    }));
  });
}

function jsonText(outcomes: readonly Outcome[]): string {
  const tests = outcomes.map(({ name, place, problem, details }) => ({
    file: place.file,
    line: place.line,
    name,
    passed: problem === undefined,
    ...(problem !== undefined && { problem, details: details ?? [] }),
  }));
  const failed = tests.filter(({ passed }) => !passed).length;
  return `${JSON.stringify({ passed: tests.length - failed, failed, tests }, null, 2)}\n`;
}

function plainText(outcomes: readonly Outcome[], verbose: boolean): string {
  const failed = outcomes.filter(({ problem }) => problem !== undefined);
  const lines = (verbose ? outcomes : failed).flatMap(({ name, place: { file, line }, problem, details = [] }) => {
    const where = placeText({ ...(file !== undefined && { file }), ...(line !== undefined && { line }) });
    if (problem === undefined) return [oneLine(`ok   ${where}: ${name}`)];
    return [oneLine(`FAIL ${where}: ${name}: ${problem}`), ...details.map((detail) => oneLine(`     ${detail}`))];
  });
  return [...lines, `${outcomes.length - failed.length} passed, ${failed.length} failed`, ''].join('\n');
}
