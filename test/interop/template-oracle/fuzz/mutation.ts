import type { Random } from './random.ts';

const pieces = [
  '{{',
  '}}',
  '{{-',
  '-}}',
  '{{ end }}',
  '{{ else }}',
  '{{ if ',
  '{{ range ',
  '{{ with 1 }}',
  '{{/*',
  '*/}}',
  '(',
  ')',
  '|',
  ' | ',
  '"',
  '`',
  "'",
  '$',
  '$x',
  '.',
  '.a',
  ':=',
  '=',
  ',',
  ' ',
  '\n',
  '1',
  '-1',
  '0x',
  '1.5',
  'nil',
  'true',
  'nope',
  'upper',
  'define "q"',
  'template "q"',
  'block',
  'break',
  'continue',
  'else if',
  '\\',
  '\0',
  'é',
  '😀',
  '@',
  '%',
  '-',
  '+',
  '/',
  '*',
];

/** A text with one to three mistakes in it. */
export function mutated(random: Random, text: string): string {
  let result = text;
  for (let rounds = 1 + random.below(3); rounds > 0; rounds--) {
    const at = random.below(result.length + 1);
    const end = Math.min(result.length, at + 1 + random.below(random.chance(0.7) ? 3 : 20));
    const insert = random.pick([
      () => '',
      () => random.pick(pieces),
      () => result.slice(at, end).repeat(2),
      () => random.pick(pieces) + result.slice(at, end),
    ])();
    result = result.slice(0, at) + insert + result.slice(random.chance(0.5) ? end : at);
  }
  return result;
}
