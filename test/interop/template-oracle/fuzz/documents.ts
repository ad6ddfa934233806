import type { Random } from './random.ts';
import { numeral, text } from './words.ts';

/** A JSON document, seldom a broken one. */
export function json(random: Random, depth: number): string {
  if (random.chance(0.04)) return random.pick(['', '{', '[1,', 'nul', "'a'", '{a:1}', '01', '1.', '"\t"', '"\\q"', '[1 2]', '+1']);
  if (depth > 0 && random.chance(0.35))
    return `[${Array.from({ length: random.below(4) }, () => json(random, depth - 1)).join(', ')}]`;
  if (depth > 0 && random.chance(0.4)) {
    const entries = Array.from(
      { length: random.below(4) },
      () => `${JSON.stringify(random.pick(['a', 'b', 'c', 'é', '<']))}: ${json(random, depth - 1)}`,
    );
    return `{${entries.join(',')}}`;
  }
  return random.pick([
    () => JSON.stringify(text(random)),
    () => numeral(random).replace(/^(-?)0+(?=\d)/, '$1'),
    () => 'true',
    () => 'false',
    () => 'null',
    () => '"\\u00e9\\ud83d\\ude00\\ud800"',
  ])();
}

const scalars = [
  '1',
  '-7',
  '0x1f',
  '0o17',
  '017',
  '1.5',
  '1e3',
  '.5',
  '1_000',
  'yes',
  'no',
  'true',
  'off',
  'null',
  '~',
  '',
  'text',
  'two words',
  "'single'",
  '"double\\n"',
  '2001-01-01',
  'é日',
  'a: b',
  '- x',
  '# c',
  'x # c',
  '[1, 2]',
  '{a: 1, b: [x]}',
  '&x 1',
  '*x',
  '!!str 5',
  '!!int "5"',
  '"\\u00e9"',
  '@a',
  '%a',
  '`a',
  '.inf',
  '-.inf',
  '.nan',
  '1:30',
  '0b11',
  '=',
  '<<',
  '?',
  'a,b',
  "it''s",
  "'it''s'",
  '12345678901234567890',
  '1.10',
  '"1"',
];

/** A YAML map of odd scalars. */
export function yaml(random: Random, depth: number, indent: number): string {
  const pad = ' '.repeat(indent);
  const lines = Array.from({ length: 1 + random.below(3) }, () => {
    const key = random.pick(['a', 'b', 'c', 'd e', '"q"', '1', 'true', 'é', '<<']);
    if (depth > 0 && random.chance(0.3)) return `${pad}${key}:\n${yaml(random, depth - 1, indent + 2)}`;
    if (random.chance(0.15))
      return `${pad}${key}: ${random.pick(['|', '>', '|-', '>-', '|+', '|2'])}\n${pad}  ${random.pick(scalars)}\n${pad}   x\n`;
    if (random.chance(0.15)) return `${pad}${key}:\n${pad}- ${random.pick(scalars)}\n${pad}- ${random.pick(scalars)}`;
    return `${pad}${key}: ${random.pick(scalars)}`;
  });
  return lines.join('\n');
}
