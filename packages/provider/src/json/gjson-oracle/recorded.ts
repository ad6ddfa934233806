import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Answer } from './question.ts';

const file = path.join(import.meta.dirname, 'testdata', 'answers.json');

/** What gjson answered to every listed question, in order. */
export const recordedAnswers = (): readonly Answer[] => JSON.parse(readFileSync(file, 'utf8')) as readonly Answer[];

/** Writes the record, one answer a line. */
export function write(answers: readonly Answer[]): void {
  writeFileSync(file, `[\n${answers.map((answer) => JSON.stringify(answer)).join(',\n')}\n]\n`);
}
