import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { topics } from './cases/index.ts';
import type { TemplateOracle } from './oracle.ts';
import { functionSets } from './question.ts';
import type { Answer, FunctionSet } from './question.ts';

const folder = path.join(import.meta.dirname, 'testdata');

/** Go's answers to every listed case, by topic: `=OUTPUT`, or `!STAGE ERROR`. Byte strings. */
export type RecordedAnswers = Readonly<Record<string, readonly string[]>>;

/** The type of every function, as Go prints it, for each set. */
export type RecordedSignatures = Readonly<Record<FunctionSet, Readonly<Record<string, string>>>>;

const read = (file: string): unknown => JSON.parse(readFileSync(path.join(folder, file), 'utf8'));

export const recordedAnswers = (): RecordedAnswers => read('answers.json') as RecordedAnswers;
export const recordedSignatures = (): RecordedSignatures => read('signatures.json') as RecordedSignatures;

/** An answer as one line of the record. */
const lineOf = (answer: Answer): string => ('output' in answer ? `=${answer.output}` : `!${answer.stage} ${answer.error}`);

/** The answer that a line of the record is. */
export function answerOf(line: string): Answer {
  const [, stage, error] = /^!(parse|execute|timeout|size|panic) ([^]*)$/.exec(line) ?? [];
  return stage === undefined || error === undefined ? { output: line.slice(1) } : { error, stage: stage as 'parse' };
}

/** What Go says now. */
export async function ask(oracle: TemplateOracle): Promise<{ answers: RecordedAnswers; signatures: RecordedSignatures }> {
  const solved = await oracle.solve(topics.flatMap(({ questions }) => questions));
  const answers: Record<string, readonly string[]> = {};
  let at = 0;
  for (const { name, questions } of topics) {
    if (answers[name]) throw new Error(`two topics are called "${name}"`);
    answers[name] = solved.slice(at, (at += questions.length)).map(lineOf);
  }
  const [sealed, external] = await Promise.all(functionSets.map((set) => oracle.signatures(set)));
  return { answers, signatures: { 'sealed-secrets': sealed ?? {}, 'external-secrets': external ?? {} } };
}

/** Writes the record, one answer a line. */
export function write({ answers, signatures }: Awaited<ReturnType<typeof ask>>): void {
  const rows = Object.entries(answers).map(
    ([name, lines]) => `${JSON.stringify(name)}: [\n${lines.map((line) => JSON.stringify(line)).join(',\n')}\n]`,
  );
  writeFileSync(path.join(folder, 'answers.json'), `{\n${rows.join(',\n')}\n}\n`);
  writeFileSync(path.join(folder, 'signatures.json'), `${JSON.stringify(signatures, undefined, 1)}\n`);
}
