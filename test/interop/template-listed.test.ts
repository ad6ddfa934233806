import { describe, expect, test } from 'vitest';
import { topics } from './template-oracle/cases/index.ts';
import { differenceOf } from './template-oracle/compare.ts';
import { answerHere } from './template-oracle/here.ts';
import { answerOf, recordedAnswers, recordedSignatures } from './template-oracle/recorded.ts';
import { functionSets } from './template-oracle/question.ts';

// What Go and the real Sprig answered is recorded, so that a machine without Go proves the same. The record is made by
// `node test/interop/template-oracle/record.ts`; with Go, template-go.cluster.test.ts proves that it is what Go says.
const recorded = recordedAnswers();
const signatures = recordedSignatures();

test('at least 2,000 cases are listed, and each has a recorded answer', () => {
  expect(topics.reduce((sum, { questions }) => sum + questions.length, 0)).toBeGreaterThanOrEqual(2000);
  for (const { name, questions } of topics) expect(recorded[name], `${name}: record again`).toHaveLength(questions.length);
  expect(Object.keys(recorded)).toHaveLength(topics.length);
});

test.each(functionSets)('every function of %s is called by a listed case', (set) => {
  const text = topics.flatMap(({ questions }) => questions.map(({ template }) => template)).join('\n');
  const words = new Set(text.match(/[a-zA-Z_]\w*/g));
  expect(Object.keys(signatures[set]).filter((name) => !words.has(name))).toEqual([]);
});

describe('Go and we answer alike', () => {
  test.each(topics.map((topic) => [topic.name, topic] as const))('%s', (name, { questions }) => {
    const answers = recorded[name] ?? [];
    const differences = questions.flatMap((question, index) => {
      const difference = differenceOf(question, answerOf(answers[index] ?? ''), answerHere(question));
      return difference === undefined ? [] : [difference];
    });
    expect(differences.join('\n')).toBe('');
  });
});
