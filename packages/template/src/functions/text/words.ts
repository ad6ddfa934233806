import { fn, variable } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { fromRunes } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import { pascalCase } from './pascal-case.ts';
import { codes } from './runes.ts';
import { connectWords } from './word-case.ts';

/** A number below a limit, each as likely: draws again what would favour the small ones. */
function below(run: Run, limit: number): number {
  const fair = 2 ** 32 - (2 ** 32 % limit);
  for (;;) {
    const drawn = run.random(4).reduce((sum, byte) => sum * 256 + byte, 0);
    if (drawn < fair) return drawn % limit;
    run.budget.step();
  }
}

/** The runes in another order (Fisher and Yates). */
function shuffle(run: Run, text: string): string {
  const runes = codes(text);
  run.budget.step(runes.length);
  for (let i = runes.length - 1; i > 0; i--) {
    const j = below(run, i + 1);
    const held = runes[i] ?? 0;
    runes[i] = runes[j] ?? 0;
    runes[j] = held;
  }
  return fromRunes(runes);
}

/** Words and letters put differently. */
export const wordFunctions: FunctionTable = {
  snakecase: fn('func(string) string', (_run, text) => connectWords(text, '_')),
  kebabcase: fn('func(string) string', (_run, text) => connectWords(text, '-')),
  camelcase: fn('func(string) string', (_run, text) => pascalCase(text)),
  shuffle: variable('func(string) string', shuffle),
  plural: fn('func(string, string, int) string', (_run, one, many, count) => (count === 1n ? one : many)),
  hello: fn('func() string', () => 'Hello!'),
};
