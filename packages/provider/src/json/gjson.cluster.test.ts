import { execFileSync } from 'node:child_process';
import { afterAll, describe, expect, test } from 'vitest';
import { generated } from './gjson-oracle/generated.ts';
import { GjsonOracle } from './gjson-oracle/oracle.ts';
import { answerHere } from './gjson-oracle/question.ts';
import { askAll } from './gjson-oracle/record.ts';
import { recordedAnswers } from './gjson-oracle/recorded.ts';

/** Another run asks other questions. A failure names the seed: `SIGNET_TEST_SEED=...` repeats it. */
const seed = Number(process.env['SIGNET_TEST_SEED'] ?? Math.floor(Math.random() * 2 ** 31));
const count = 20_000;

describe('gjson itself', () => {
  execFileSync('go', ['version']);
  const oracle = new GjsonOracle();
  afterAll(() => oracle.stop());

  test('the answers on record are what gjson says', async () => {
    expect(await askAll(oracle), 'node packages/provider/src/json/gjson-oracle/record.ts').toEqual(recordedAnswers());
  });

  test(`${count} paths by chance find the same, SIGNET_TEST_SEED=${seed}`, async () => {
    const asked = Array.from({ length: count }, (_, index) => generated(seed, index));
    const theirs = await oracle.solve(asked);
    const differing = asked.flatMap((question, index) => {
      const ours = answerHere(question);
      return JSON.stringify(ours) === JSON.stringify(theirs[index]) ? [] : [{ ...question, ours, theirs: theirs[index] }];
    });
    expect(theirs.filter(({ text }) => text !== undefined).length).toBeGreaterThan(count / 5);
    expect(differing.slice(0, 10)).toEqual([]);
  });
});
