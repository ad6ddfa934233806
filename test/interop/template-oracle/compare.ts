import { knownDifferences } from './known-differences.ts';
import type { Answer, Question } from './question.ts';

/** What stands for a hidden value or literal in our errors, as the bytes of its UTF-8. */
const hidden = Buffer.from('…', 'utf8').toString('latin1');

/**
 * How our answer differs from Go's, in words, or nothing. Outputs must be the same bytes. Errors must come from the same stage
 * and have the same text, where a hidden part of ours stands for anything. A difference left on purpose is none.
 */
export function differenceOf(question: Question, theirs: Answer, ours: Answer): string | undefined {
  if (isSame(theirs, ours)) return undefined;
  if (knownDifferences.some((known) => known.covers(question, theirs, ours))) return undefined;
  return `template ${JSON.stringify(question.template)} (${question.set}${question.missingKey ? `, missingkey=${question.missingKey}` : ''})\n    Go   ${wordsOf(theirs)}\n    here ${wordsOf(ours)}`;
}

/** True when both say the same. */
export function isSame(theirs: Answer, ours: Answer): boolean {
  if ('output' in theirs || 'output' in ours) return 'output' in theirs && 'output' in ours && theirs.output === ours.output;
  return theirs.stage === ours.stage && matches(theirs.error, ours.error);
}

/** True when a text is what the pattern says, where the hidden mark stands for any bytes. */
function matches(text: string, pattern: string): boolean {
  const [first = '', ...rest] = pattern.split(hidden);
  if (rest.length === 0) return text === pattern;
  const last = rest.pop() ?? '';
  if (!text.startsWith(first)) return false;
  let at = first.length;
  for (const part of rest) {
    const found = text.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return text.length - last.length >= at && text.endsWith(last);
}

function wordsOf(answer: Answer): string {
  // Byte strings: shown as the text they are in UTF-8.
  return 'output' in answer
    ? JSON.stringify(shortened(answer.output))
    : `${answer.stage}: ${Buffer.from(shortened(answer.error), 'latin1').toString('utf8')}`;
}

const shortened = (text: string): string => (text.length > 1500 ? `${text.slice(0, 1500)}... (${text.length} bytes)` : text);
