import type { Random } from './random.ts';

const characters = [
  'a',
  'b',
  'z',
  'A',
  'Z',
  '0',
  '9',
  ' ',
  ' ',
  '_',
  '-',
  '.',
  ',',
  '/',
  '\\',
  '"',
  "'",
  '`',
  '<',
  '>',
  '&',
  '=',
  '+',
  '%',
  '\n',
  '\t',
  '\r',
  '\0',
  '\u007f',
  '\u0085',
  '\u00a0',
  'é',
  'ß',
  'İ',
  'ı',
  'ſ',
  'ǆ',
  'ﬁ',
  'Σ',
  'ς',
  '日',
  '本',
  '\u2028',
  '\ufeff',
  '\u0301',
  '😀',
  '\u{10ffff}',
  '\ufffd',
];

/** A short text of odd characters, as JavaScript text. */
export function text(random: Random): string {
  const words = ['hello', 'World', 'HTTPServer', 'user_id', 'x-Y', 'ÄÖ', '42'];
  return Array.from({ length: random.below(8) }, () => (random.chance(0.3) ? random.pick(words) : random.pick(characters))).join(
    '',
  );
}

/** A number of many digits, perhaps with a fraction and an exponent. */
export function numeral(random: Random): string {
  const mantissa = `${random.chance(0.3) ? '-' : ''}${random.below(10 ** (1 + random.below(9)))}`;
  const fraction = random.chance(0.6) ? `.${String(random.below(10 ** 6))}` : '';
  const exponent = random.chance(0.25) ? `e${random.below(40) - 20}` : '';
  return mantissa + fraction + exponent;
}
