import type { Answer, Question } from './question.ts';

/** A difference between Go and us that is meant. Each is a row of the table in the README of packages/template. */
interface KnownDifference {
  readonly reason: string;
  covers(question: Question, theirs: Answer, ours: Answer): boolean;
}

/** Nothing else may differ. */
export const knownDifferences: readonly KnownDifference[] = [];
