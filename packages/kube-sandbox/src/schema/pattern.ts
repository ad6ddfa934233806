const posixClasses: Readonly<Record<string, string>> = {
  alnum: 'a-zA-Z0-9',
  alpha: 'a-zA-Z',
  digit: '0-9',
  lower: 'a-z',
  upper: 'A-Z',
  space: '\\s',
  punct: '!-\\/:-@\\[-`{-~',
  xdigit: '0-9a-fA-F',
  word: '\\w',
};

const compiled = new Map<string, RegExp | Error>();

/**
 * A schema's `pattern` (RE2 syntax) as a JavaScript regular expression. Leading flags, POSIX classes, `\A`, `\z` and one-letter
 * Unicode classes are translated; the rest of the syntax is common to both.
 *
 * @throws SyntaxError when the pattern is no regular expression
 */
export function patternOf(source: string): RegExp {
  const known = compiled.get(source);
  if (known instanceof Error) throw known;
  if (known) return known;
  try {
    const pattern = compile(source);
    compiled.set(source, pattern);
    return pattern;
  } catch (error) {
    compiled.set(source, error as Error);
    throw error;
  }
}

function compile(source: string): RegExp {
  const flagged = /^\(\?([ims]+)\)/.exec(source);
  const flags = flagged?.[1] ?? '';
  const body = source
    .slice(flagged?.[0].length ?? 0)
    .replaceAll(/\[:(\^?)(\w+):\]/g, (whole, negated: string, name: string) => {
      const set = Object.hasOwn(posixClasses, name) ? posixClasses[name] : undefined;
      return set === undefined || negated !== '' ? whole : set;
    })
    .replaceAll(/\\(A|z|p[A-Z]|P[A-Z])/g, (_, escape: string) => {
      if (escape === 'A') return '^';
      if (escape === 'z') return '$';
      return `\\${escape[0] ?? ''}{${escape[1] ?? ''}}`;
    })
    .replaceAll('(?P<', '(?<');
  try {
    return new RegExp(body, `${flags}u`);
  } catch {
    // RE2 allows needless escapes such as \- and \_ that the unicode mode refuses.
    return new RegExp(body, flags);
  }
}
