/**
 * Whether a text is like a pattern: `*` any characters, `?` one, `\` takes the next as it is. In time of the product of both lengths at most.
 */
export function isLike(text: string, pattern: string): boolean {
  const signs = Array.from(text);
  const wanted = tokensOf(pattern);
  let at = 0;
  let want = 0;
  let star = -1;
  let resume = 0;
  while (at < signs.length) {
    const token = wanted[want];
    if (token === anything) {
      star = want++;
      resume = at;
    } else if (token !== undefined && (token === anyone || token === signs[at])) {
      at++;
      want++;
    } else if (star >= 0) {
      want = star + 1;
      at = ++resume;
    } else {
      return false;
    }
  }
  return wanted.slice(want).every((token) => token === anything);
}

const anything = Symbol('*');
const anyone = Symbol('?');

function tokensOf(pattern: string): readonly (string | symbol)[] {
  const signs = Array.from(pattern);
  const tokens: (string | symbol)[] = [];
  for (let at = 0; at < signs.length; at++) {
    const sign = signs[at] ?? '';
    if (sign === '*') tokens.push(anything);
    else if (sign === '?') tokens.push(anyone);
    // A `\` at the very end wants a sign that no text has.
    else if (sign === '\\') tokens.push(signs[++at] ?? Symbol('never'));
    else tokens.push(sign);
  }
  return tokens;
}
