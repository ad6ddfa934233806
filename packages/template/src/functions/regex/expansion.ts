import { runeAt } from '../../go/utf8.ts';
import type { Run } from '../../run.ts';
import type { Match } from './regex.ts';

/** Text, or the groups of which the first that took part in the match is meant. */
type Piece = string | readonly number[];

const wordRune = /[\p{L}\p{Nd}_]/u;

/**
 * Reads a replacement as Regexp.Expand does: `$1`, `${1}`, `$name`, `${name}`, `$$`. A name is as long as it can be: `$1x` is the group
 * named `1x`, not group 1. A group that does not exist is empty; a `$` that begins nothing stands for itself.
 *
 * @returns what the replacement is for a match in a text
 */
export function expansion(
  template: string,
  names: ReadonlyMap<string, readonly number[]>,
  groups: number,
): (run: Run, text: string, match: Match) => string {
  const pieces: Piece[] = [];
  let rest = template;
  for (let dollar = rest.indexOf('$'); dollar !== -1; dollar = rest.indexOf('$')) {
    if (dollar > 0) pieces.push(rest.slice(0, dollar));
    rest = rest.slice(dollar);
    if (rest[1] === '$') {
      pieces.push('$');
      rest = rest.slice(2);
      continue;
    }
    const found = reference(rest);
    if (!found) {
      pieces.push('$');
      rest = rest.slice(1);
      continue;
    }
    rest = rest.slice(found.length);
    const meant = found.number === undefined ? names.get(found.name) : found.number <= groups ? [found.number] : undefined;
    if (meant) pieces.push(meant);
  }
  if (rest !== '') pieces.push(rest);
  return (run, text, match) => {
    run.budget.step(pieces.length);
    return pieces.map((piece) => (typeof piece === 'string' ? piece : groupText(text, match, piece))).join('');
  };
}

function groupText(text: string, match: Match, groups: readonly number[]): string {
  const group = groups.find((each) => (match[2 * each] ?? -1) >= 0);
  return group === undefined ? '' : text.slice(match[2 * group], match[2 * group + 1]);
}

interface Reference {
  readonly name: string;
  /** Set for a name of digits only. */
  readonly number: number | undefined;
  /** Bytes from the `$` on. */
  readonly length: number;
}

function reference(text: string): Reference | undefined {
  const inBraces = text[1] === '{';
  const from = inBraces ? 2 : 1;
  let end = from;
  while (end < text.length) {
    const rune = runeAt(text, end);
    if (!wordRune.test(String.fromCodePoint(rune.code))) break;
    end += rune.size;
  }
  const name = text.slice(from, end);
  if (name === '' || (inBraces && text[end] !== '}')) return undefined;
  return { name, number: groupNumber(name), length: inBraces ? end + 1 : end };
}

/** The number that a name is: digits without a leading zero, below 10^8; anything else is a name. */
function groupNumber(name: string): number | undefined {
  if (!/^\d+$/.test(name)) return undefined;
  const isNumber = name.length <= 9 && !(name.length > 1 && name.startsWith('0'));
  return isNumber ? Number(name) : undefined;
}
