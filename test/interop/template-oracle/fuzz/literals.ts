import type { Type } from './functions.ts';
import { json, yaml } from './documents.ts';
import type { Random } from './random.ts';
import { numeral, text } from './words.ts';

/** Literals made by chance, for the types whose values are endless: JavaScript text of a Go literal. */
export const made: Partial<Record<Type, (random: Random) => string>> = {
  string: (random) => quoted(text(random)),
  number: (random) => (random.chance(0.3) ? quoted(numeral(random)) : numeral(random)),
  int: integer,
  float: (random) => numeral(random),
  pattern: (random) => quoted(pattern(random, 2)),
  replacement: (random) => quoted(several(random, ['$', '${1}', '$1', '${n}', '$$', 'x', '$0', '{', '}', 'é', '${', '$9', '_'])),
  format: (random) => quoted(several(random, [...verbs(random), ...verbs(random), ' ', '|', 'x', '%%', 'é'])),
  layout: (random) => quoted(several(random, layoutPieces)),
  date: (random) => quoted(date(random)),
  duration: (random) =>
    quoted(several(random, ['-', '1h', '2.5m', '30s', '1.25s', '7ms', '900us', '12ns', '3', '.5h', 'h', '400000h'])),
  json: (random) => quoted(json(random, 3)),
  yaml: (random) => quoted(yaml(random, 2, 0)),
  version: (random) => quoted(several(random, ['v', '1', '.', '0', '.', '2', '10', '-', 'beta', 'rc.1', '+', 'b5', '01', 'x'])),
  constraint: (random) =>
    quoted(
      several(random, [
        '>=',
        '<',
        '=',
        '!=',
        '^',
        '~',
        '~>',
        '1',
        '.2',
        '.3',
        '.x',
        '*',
        ' ',
        ', ',
        ' || ',
        ' - ',
        '2.0.0',
        '-beta',
        '0',
      ]),
    ),
  url: (random) =>
    quoted(
      several(random, [
        'http',
        'https',
        ':',
        '//',
        '/',
        '@',
        'u:p@',
        'host',
        ':80',
        '[::1]',
        '?',
        'a=b',
        '&',
        '#',
        'f',
        '%41',
        '%zz',
        ' ',
        'é',
        '..',
        '+',
        ';',
        '*',
      ]),
    ),
  path: (random) => quoted(several(random, ['/', '/', '.', '..', 'a', 'b.c', 'é', '//', '.x', '\\', ' '])),
  base64: (random) => quoted(several(random, ['YWJj', 'YQ', '==', '=', '/+', '-_', '\n', 'é', '9', 'AAAA'])),
  separator: (random) => quoted(text(random).slice(0, random.below(3))),
};

const several = (random: Random, pieces: readonly string[]): string =>
  Array.from({ length: 1 + random.below(7) }, () => random.pick(pieces)).join('');

/** A Go string literal, in quotes; sometimes with a byte that is not UTF-8. */
function quoted(value: string): string {
  let literal = '';
  for (const character of value) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '"' || character === '\\') literal += `\\${character}`;
    else if (code < 0x20 || code === 0x7f) literal += `\\x${code.toString(16).padStart(2, '0')}`;
    else literal += character;
  }
  return `"${literal}"`;
}

function integer(random: Random): string {
  return random.pick([
    () => String(random.below(300) - 100),
    () => `0x${random.below(70_000).toString(16)}`,
    () => `0b${random.below(20).toString(2)}`,
    () => `0o${random.below(600).toString(8)}`,
    () => String((BigInt(random.below(2 ** 32)) << 31n) + BigInt(random.below(2 ** 31)) - 2n ** 62n),
    () => `'${random.pick(['a', 'é', '😀', '0'])}'`,
  ])();
}

function verbs(random: Random): string[] {
  const verb = random.pick(['v', 'd', 's', 'q', 'x', 'X', 'f', 'e', 'g', 'G', 't', 'c', 'U', 'b', 'o', 'O', 'T', 'z']);
  const flags = several(random, ['', '', '+', '-', '#', ' ', '0']).slice(0, 3);
  const width = random.chance(0.4) ? String(random.below(14)) : '';
  const precision = random.chance(0.3) ? `.${random.chance(0.9) ? random.below(9) : ''}` : '';
  const index = random.chance(0.1) ? `[${random.below(4)}]` : '';
  return [`%${flags}${width}${precision}${index}${verb}`];
}

function pattern(random: Random, depth: number): string {
  const atoms = [
    'a',
    'l',
    'o',
    'é',
    '.',
    '\\d',
    '\\w',
    '\\s',
    '\\b',
    '^',
    '$',
    '[a-z]',
    '[^l]',
    '[[:upper:]]',
    '\\pL',
    ' ',
    ',',
    '\\.',
    '(?i)',
    '\\x{e9}',
    '(?s)',
    '\\B',
    '\\A',
    '\\z',
    '(?m)',
  ];
  return Array.from({ length: 1 + random.below(3) }, () => {
    const atom =
      depth > 0 && random.chance(0.3) ? `(${random.pick(['', '?:', '?P<n>'])}${pattern(random, depth - 1)})` : random.pick(atoms);
    return atom + random.pick(['', '', '', '', '*', '+', '?', '{2}', '{1,3}', '*?', '+?', '|']);
  }).join('');
}

const layoutPieces = [
  '2006',
  '06',
  '01',
  '1',
  'Jan',
  'January',
  '02',
  '2',
  '_2',
  '002',
  '__2',
  'Mon',
  'Monday',
  '15',
  '03',
  '3',
  '04',
  '4',
  '05',
  '5',
  'PM',
  'pm',
  '.000',
  '.999',
  ',00',
  'MST',
  'Z07:00',
  '-0700',
  '-07',
  'Z070000',
  '-',
  ':',
  ' ',
  'T',
  'x',
  '/',
];

const datePieces = [
  '2020',
  '99',
  '12',
  '7',
  '29',
  '30',
  'Feb',
  'march',
  'Tue',
  'Wednesday',
  '23',
  '59',
  ':',
  ':',
  '-',
  '-',
  ' ',
  'T',
  'Z',
  '+02:00',
  '-0330',
  'PM',
  'AM',
  '.5',
  'CET',
  'UTC',
  '060',
  '.123456789',
];

function date(random: Random): string {
  const two = (end: number): string => String(1 + random.below(end)).padStart(2, '0');
  if (random.chance(0.5)) return several(random, datePieces);
  const day = `${1900 + random.below(200)}-${two(13)}-${two(31)}`;
  return random.chance(0.5)
    ? day
    : `${day}T${two(23)}:${two(59)}:${two(60)}${random.pick(['', '.5', '.123456'])}${random.pick(['Z', '+05:30', '-08:00'])}`;
}
