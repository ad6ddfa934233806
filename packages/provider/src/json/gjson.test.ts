import { expect, test } from 'vitest';
import { questions } from './gjson-oracle/cases.ts';
import { answerHere } from './gjson-oracle/question.ts';
import { recordedAnswers } from './gjson-oracle/recorded.ts';

// The answers were given by gjson 1.18 and Go's encoding/json; that they still are is checked where there is Go.

const recorded = recordedAnswers();

test('every question has an answer on record', () => {
  expect(recorded).toHaveLength(questions.length);
});

test.each(questions.map((question, index) => [question.path ?? '(members)', question.json.slice(0, 40), index] as const))(
  'as gjson: %s of %s',
  (_path, _json, index) => {
    const question = questions[index];
    expect(question && answerHere(question)).toEqual(recorded[index]);
  },
);
