import { smaller, textOf } from './fuzz/tree.ts';

import { questionOf } from './generated.ts';
import type { Generated } from './generated.ts';
import type { Question } from './question.ts';

/**
 * The smallest template found that still differs: piece by piece is left out or simplified as long as the difference stays.
 *
 * @param differs tells for each question of a round whether Go and we differ
 */
export async function shrink(
  { question, tree }: Generated,
  differs: (questions: readonly Question[]) => Promise<readonly boolean[]>,
): Promise<Question> {
  let best = { question, tree };
  for (let round = 0; round < 60; round++) {
    const length = textOf(best.tree).length;
    const candidates: Generated[] = [];
    const seen = new Set<string>();
    for (const candidate of smaller(best.tree)) {
      const text = textOf(candidate);
      if (text.length >= length || seen.has(text)) continue;
      seen.add(text);
      candidates.push({ tree: candidate, question: questionOf(question, candidate) });
      if (candidates.length >= 400) break;
    }
    candidates.sort((a, b) => a.question.template.length - b.question.template.length);
    const still = await differs(candidates.map((candidate) => candidate.question));
    const next = candidates.find((_, index) => still[index]);
    if (!next) break;
    best = next;
  }
  return best.question;
}
