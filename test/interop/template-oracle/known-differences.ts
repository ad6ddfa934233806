import type { Answer, Question } from './question.ts';

/** A difference between Go and us that is meant. Each is a row of the table in the README of packages/template. */
interface KnownDifference {
  readonly reason: string;
  covers(question: Question, theirs: Answer, ours: Answer): boolean;
}

/** Nothing else may differ. */
export const knownDifferences: readonly KnownDifference[] = [
  {
    reason: 'a template for which Go has no end, or a huge output, ends at a limit',
    covers: (_question, theirs, ours) =>
      'error' in theirs && (theirs.stage === 'timeout' || theirs.stage === 'size') && 'error' in ours && ours.stage === 'limit',
  },
  {
    reason: 'templates call templates 1,000 deep at most, in Go 100,000',
    covers: (_question, theirs, ours) =>
      'error' in theirs &&
      theirs.error.includes('exceeded maximum template depth') &&
      'error' in ours &&
      ours.stage === 'limit' &&
      ours.error.includes('levels of depth'),
  },
  {
    reason: 'slice past the end of a list is an error; in Go it shows what lies behind the list in memory, as far as that goes',
    covers: (_question, _theirs, ours) =>
      'error' in ours && /error calling (mustS|s)lice: reflect\.Value\.Slice: slice index out of bounds$/.test(ours.error),
  },
  {
    reason: 'printf with a verb for numbers shows no private fields of a time; Go shows its three, among them an address',
    covers: (_question, theirs, ours) =>
      'output' in theirs && 'output' in ours && ours.output.includes('{}') && isFilled(ours.output, theirs.output),
  },
];

/** True when a text is another one with something in its empty braces. */
function isFilled(empty: string, text: string): boolean {
  const pattern = empty.split('{}').map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`));
  return new RegExp(`^${pattern.join(String.raw`\{[^{}]*\}`)}$`, 's').test(text);
}
