import { describe, expect, test } from 'vitest';
import { outcomeOf } from '../../testing/outcome.ts';

describe('letters big and small', () => {
  const rows = [
    ['{{ upper "straße é ÿ ŉ" }}', 'STRAßE É Ÿ ŉ'],
    ['{{ upper "ǆ ᾳ ᾀ ﬁ İ ı" }}', 'Ǆ ᾼ ᾈ ﬁ İ I'],
    ['{{ lower "ÀÉÎ İ Σ ΑΣ ẞ" }}', 'àéî i σ ασ ß'],
    ['{{ printf "%q" (upper .bad) }}', '"A�É� B"'],
    ['{{ printf "%q" (lower .bad) }}', '"a�é� b"'],
    ['{{ upper "ƛ ɤ" }}', 'ƛ ɤ'],
    ['{{ title "hello wOrld\'s foo_bar baz-qux 1st éa ǆx" }}', "Hello WOrld'S Foo_bar Baz-Qux 1st Éa ǅx"],
    ['{{ title "" }}', ''],
    ['{{ title "ა x" }}', 'ა X'],
    ['{{ untitle "Hello World  ÉTÉ" }}', 'hello world  éTÉ'],
    ['{{ untitle "A\\tB\\nC" }}', 'a\tb\nc'],
    ['{{ printf "%q" (untitle .bad) }}', '"a�é� b"'],
    ['{{ swapcase "This Is A.Test ǅ éÉ ß" }}', 'tHIS iS a.tEST ǆ Éé ß'],
    ['{{ printf "%q" (swapcase .bad) }}', '"A�É� b"'],
    ['{{ initials "First Try" }}', 'FT'],
    ['{{ initials "  two   words\\tx\\n" }}', 'twx'],
    ['{{ initials "école élève" }}', 'ÃÃ'],
    ['{{ initials "" }}', ''],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});
