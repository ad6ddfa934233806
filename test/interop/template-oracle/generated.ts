import { utf8 } from './cases/case.ts';
import { mutated } from './fuzz/mutation.ts';
import { Random } from './fuzz/random.ts';
import { draft } from './fuzz/statement.ts';
import { sequence, textOf } from './fuzz/tree.ts';
import type { Tree } from './fuzz/tree.ts';
import type { Question } from './question.ts';

/** A template made by chance, with the tree it was written from. */
export interface Generated {
  readonly question: Question;
  readonly tree: Tree;
}

/** With a mistake, these could come to speak of the time of day, of chance, or of the order of a map. */
const wary = /\b(date\w*|htmlDate\w*|keys|values|encryptAES)\b/;

/** How many of a hundred templates get mistakes. */
const mistaken = 0.2;

/** The template with a number, of a seed. */
export function generated(seed: number, index: number): Generated {
  const random = new Random((seed + Math.imul(index, 0x9e37_79b1)) >>> 0);
  const { tree, question } = draft(random);
  if (!random.chance(mistaken) || wary.test(textOf(tree))) return { question: questionOf(question, tree), tree };
  // The tree of a mistaken text is the text in pieces.
  const pieces = mutated(random, textOf(tree)).match(/[\w.$]+|./gsu) ?? [];
  const broken = sequence(pieces.map((piece) => ({ kind: 'statement', parts: [piece] })));
  return { question: questionOf(question, broken), tree: broken };
}

/** The question with the text of a tree. */
export function questionOf(question: Omit<Question, 'template'>, tree: Tree): Question {
  return { ...question, template: utf8(textOf(tree)) };
}
