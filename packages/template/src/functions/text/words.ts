import { fn, variable } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { fromRunes } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import { pascalCase } from './pascal-case.ts';
import { countReading } from './reading.ts';
import { codes } from './runes.ts';
import { connectWords } from './word-case.ts';

/** Random bytes that are fetched together: one fetch for each rune would take longer than all the rest. */
const mostFetched = 1024;

/** Draws numbers, each as likely as the others. */
class Chance {
  readonly #run: Run;
  #bytes: Uint8Array = new Uint8Array();
  #at = 0;

  constructor(run: Run) {
    this.#run = run;
  }

  /** A number below a limit: draws again what would favour the small ones. */
  below(limit: number): number {
    const fair = 2 ** 32 - (2 ** 32 % limit);
    for (;;) {
      const drawn = this.#draw(4 * limit);
      if (drawn < fair) return drawn % limit;
      this.#run.budget.step();
    }
  }

  #draw(wanted: number): number {
    if (this.#at >= this.#bytes.length) {
      this.#bytes = this.#run.random(Math.min(wanted, mostFetched));
      this.#at = 0;
    }
    let drawn = 0;
    for (let i = 0; i < 4; i++) drawn = drawn * 256 + (this.#bytes[this.#at++] ?? 0);
    return drawn;
  }
}

/** The runes in another order (Fisher and Yates). */
function shuffle(run: Run, text: string): string {
  countReading(run, text, 1);
  const chance = new Chance(run);
  const runes = codes(text);
  for (let i = runes.length - 1; i > 0; i--) {
    const j = chance.below(i + 1);
    const held = runes[i] ?? 0;
    runes[i] = runes[j] ?? 0;
    runes[j] = held;
  }
  return fromRunes(runes);
}

function reworded(run: Run, text: string, make: (text: string) => string): string {
  countReading(run, text, 0.5);
  return make(text);
}

/** Words and letters put differently. */
export const wordFunctions: FunctionTable = {
  snakecase: fn('func(string) string', (run, text) => reworded(run, text, (words) => connectWords(words, '_'))),
  kebabcase: fn('func(string) string', (run, text) => reworded(run, text, (words) => connectWords(words, '-'))),
  camelcase: fn('func(string) string', (run, text) => reworded(run, text, pascalCase)),
  shuffle: variable('func(string) string', shuffle),
  plural: fn('func(string, string, int) string', (_run, one, many, count) => (count === 1n ? one : many)),
  hello: fn('func() string', () => 'Hello!'),
};
