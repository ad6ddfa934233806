import { afterAll, describe, expect, test } from 'vitest';
import { hasGo } from './go-oracle.ts';
import { needing } from './needing.ts';
import { topics } from './template-oracle/cases/index.ts';
import { differenceOf } from './template-oracle/compare.ts';
import { generated } from './template-oracle/generated.ts';
import { answerHere } from './template-oracle/here.ts';
import { TemplateOracle } from './template-oracle/oracle.ts';
import type { Question } from './template-oracle/question.ts';
import { ask, recordedAnswers, recordedSignatures } from './template-oracle/recorded.ts';
import { shrink } from './template-oracle/shrink.ts';

/** Another run tries other templates. A failure names the seed: `SIGNET_TEST_SEED=...` repeats it. */
const seed = Number(process.env['SIGNET_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 32));
const count = 20_000;

needing('Go', hasGo(), () => {
  console.log(`${count} templates by chance: SIGNET_TEST_SEED=${seed}`);
  const oracle = new TemplateOracle();
  afterAll(() => oracle.stop());

  test('the recorded answers and types of functions are what Go says', async () => {
    const { answers, signatures } = await ask(oracle);
    expect(signatures).toEqual(recordedSignatures());
    const recorded = recordedAnswers();
    const stale = topics.filter(({ name }) => JSON.stringify(answers[name]) !== JSON.stringify(recorded[name]));
    expect(
      stale.map(({ name }) => name),
      'node test/interop/template-oracle/record.ts',
    ).toEqual([]);
  });

  describe(`${count} templates made by chance, SIGNET_TEST_SEED=${seed}`, () => {
    const batch = 2500;
    test.each(Array.from({ length: count / batch }, (_, index) => index * batch))(`from %i on`, async (from) => {
      const cases = Array.from({ length: batch }, (_, index) => generated(seed, from + index));
      const theirs = await oracle.solve(cases.map(({ question }) => question));
      const failing = cases.filter(({ question }, index) =>
        differenceOf(question, theirs[index] ?? { output: '' }, answerHere(question)),
      );
      expect(theirs.filter((answer) => 'output' in answer).length).toBeGreaterThan(batch / 3);

      const reports: string[] = [];
      for (const one of failing.slice(0, 5)) reports.push(await report(await shrink(one, differing)));
      expect(`${failing.length} differ\n${reports.join('\n')}`).toBe('0 differ\n');
    });
  });

  async function differing(questions: readonly Question[]): Promise<boolean[]> {
    const theirs = await oracle.solve(questions);
    return questions.map(
      (question, index) => differenceOf(question, theirs[index] ?? { output: '' }, answerHere(question)) !== undefined,
    );
  }

  async function report(question: Question): Promise<string> {
    const [theirs = { output: '' }] = await oracle.solve([question]);
    return differenceOf(question, theirs, answerHere(question)) ?? '';
  }
});
