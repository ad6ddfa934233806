import { readFileSync } from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { answerHere } from './question.ts';
import type { Answer } from './question.ts';
import { questions } from './questions.ts';

/** One answer a line. */
const recorded = readFileSync(path.join(import.meta.dirname, 'answers.txt'), 'utf8')
  .split('\n')
  .filter((line) => line !== '')
  .map((line): Answer => JSON.parse(line));

test('every question has its answer', () => {
  expect(recorded).toHaveLength(questions.length);
});

// Source: Go 1.26 encoding/base64, encoding/json, regexp, fmt, unicode; robfig/cron v3.0.1.
test.each(questions.map((question, index) => [JSON.stringify(question), question, recorded[index]] as const))(
  'Go agrees on %s',
  (_, question, answer) => {
    expect(answerHere(question)).toEqual(answer);
  },
);
