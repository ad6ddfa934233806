import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { externalSecretsFunctions, sealedSecretsFunctions } from '@signet/template';
import { describe, expect, test } from 'vitest';
import { needing } from './needing.ts';
import { isSame } from './template-oracle/compare.ts';
import { answerHere } from './template-oracle/here.ts';
import type { Answer } from './template-oracle/question.ts';
import { recordedSignatures } from './template-oracle/recorded.ts';

/** The vectors folder beside the checkout: what the engine of external-secrets made of known templates. */
const vectors = process.env['SIGNET_VECTORS'] ?? path.resolve(import.meta.dirname, '../../../shared/vectors');
const file = path.join(vectors, 'templates/external-secrets.json');

interface Case {
  readonly id: string;
  readonly group: string;
  readonly data: string;
  readonly template?: string;
  readonly template_b64?: string;
  readonly output?: string;
  readonly output_b64?: string;
  readonly error?: string;
  readonly error_stage?: 'parse' | 'execute';
}

interface Vectors {
  readonly functions: Readonly<Record<'added' | 'go_builtins' | 'other' | 'sprig_allowed' | 'sprig_removed', readonly string[]>>;
  readonly datasets: Readonly<Record<string, { readonly text?: Record<string, string>; readonly base64?: Record<string, string> }>>;
  readonly cases: readonly Case[];
}

const bytes = (text: string | undefined, base64: string | undefined): string =>
  (base64 === undefined ? Buffer.from(text ?? '', 'utf8') : Buffer.from(base64, 'base64')).toString('latin1');

/** What the engine answered. The words before `template:` are its caller's. */
function expected(one: Case): Answer {
  if (one.error === undefined) return { output: bytes(one.output, one.output_b64) };
  const error = Buffer.from(one.error, 'utf8').toString('latin1');
  return { error: error.slice(Math.max(0, error.indexOf('template: '))), stage: one.error_stage ?? 'execute' };
}

needing(`the vectors folder beside the checkout (${file})`, existsSync(file), () => {
  const { functions, datasets, cases } = JSON.parse(readFileSync(file, 'utf8')) as Vectors;

  const data = Object.fromEntries(
    Object.entries(datasets).map(([name, { text = {}, base64 = {} }]) => [
      name,
      Object.fromEntries([
        ...Object.entries(text).map(([key, value]) => [bytes(key, undefined), bytes(value, undefined)]),
        ...Object.entries(base64).map(([key, value]) => [bytes(key, undefined), bytes(undefined, value)]),
      ]),
    ]),
  );

  describe.each([...new Set(cases.map(({ group }) => group))])('%s', (group) => {
    test.each(cases.filter((one) => one.group === group))('$id', (one) => {
      const template = bytes(one.template, one.template_b64);
      const ours = answerHere({ set: 'external-secrets', missingKey: 'error', template, data: data[one.data] ?? {} });
      const theirs = expected(one);
      // The name of the template is the caller's too.
      const same = isSame(theirs, ours) || ('error' in theirs && isSame({ ...theirs, error: renamed(theirs.error) }, ours));
      expect(same ? 'the same' : { template, ours }).toEqual(same ? 'the same' : { template, ours: theirs });
    });
  });

  // `break` and `continue` are actions, not functions, though Go lists them with those.
  const actions = new Set(['break', 'continue']);

  test('external-secrets: every function of its list is here, and what it removed is not', () => {
    const { added, go_builtins, other, sprig_allowed, sprig_removed } = functions;
    const listed = [...added, ...go_builtins, ...other, ...sprig_allowed].filter((name) => !actions.has(name));
    expect(Object.keys(externalSecretsFunctions).toSorted()).toEqual([...new Set(listed)].toSorted());
    expect(sprig_removed.filter((name) => name in externalSecretsFunctions)).toEqual([]);
  });

  test('sealed-secrets: the functions of Go and of Sprig are here, and no others', () => {
    const builtins = functions.go_builtins.filter((name) => !actions.has(name));
    const listed = [...builtins, ...Object.keys(recordedSignatures()['sealed-secrets'])];
    expect(Object.keys(sealedSecretsFunctions).toSorted()).toEqual([...new Set(listed)].toSorted());
  });
});

/** An error about the template called `k`. */
const renamed = (error: string): string =>
  error.replaceAll(/^template: [^:]*:/g, 'template: k:').replaceAll(/executing "[^"]*" at/g, 'executing "k" at');
