import { badRequest } from '../server/status-error.ts';

/** A predicate over the labels of an object. */
export type LabelSelector = (labels: Readonly<Record<string, string>> | undefined) => boolean;

type Token = { readonly kind: 'word' | 'op'; readonly text: string };

const tokenPattern = /\s*(?:(!=|==|=|!|,|\(|\)|<|>)|([^\s!=,()<>]+))/y;
const labelName = /^[A-Za-z0-9]([A-Za-z0-9_.-]{0,61}[A-Za-z0-9])?$/;

/**
 * Parses a label selector: `a=b`, `a==b`, `a!=b`, `a in (b,c)`, `a notin (b)`, `a`, `!a`, `a>1`, `a<1`, joined by commas that
 * mean "and" (Kubernetes labels and selectors). An absent label satisfies `!=` and `notin`.
 *
 * @throws a 400 Status for a selector that cannot be parsed
 */
export function parseLabelSelector(text: string): LabelSelector {
  const tokens = tokenize(text);
  const terms: LabelSelector[] = [];
  let at = 0;
  const next = (): Token | undefined => tokens[at++];
  const fail = (found: Token | undefined, expected: string): never => {
    throw badRequest(`unable to parse requirement: found '${found?.text ?? ''}', expected: ${expected}`);
  };

  const key = (token: Token | undefined): string => {
    if (!token || token.kind !== 'word') return fail(token, 'identifier');
    const name = token.text.includes('/') ? token.text.slice(token.text.indexOf('/') + 1) : token.text;
    if (!labelName.test(name))
      throw badRequest(
        `unable to parse requirement: <nil>: Invalid value: "${token.text}": name part must consist of alphanumeric characters, '-', '_' or '.', and must start and end with an alphanumeric character (e.g. 'MyName',  or 'my.name',  or '123-abc', regex used for validation is '([A-Za-z0-9][-A-Za-z0-9_.]*)?[A-Za-z0-9]')`,
      );
    return token.text;
  };
  const values = (): Set<string> => {
    const open = next();
    if (open?.text !== '(') throw badRequest(`unable to parse requirement: found '${open?.text ?? ''}' expected: '('`);
    const found = new Set<string>();
    for (let token = next(); ; token = next()) {
      if (token?.kind === 'word') found.add(token.text);
      else if (token?.text === ')') return found;
      else if (token?.text === ',') {
        // A comma with nothing on one of its sides stands for the empty value.
        if (tokens[at]?.kind !== 'word' || tokens[at - 2]?.text === '(') found.add('');
      } else fail(token, "',' or ')'");
    }
  };
  const value = (): string => (tokens[at]?.kind === 'word' ? (next() as Token).text : '');

  while (at < tokens.length) {
    const first = next();
    if (first?.kind === 'op' && first.text !== '!') {
      throw badRequest(`found '${first.text}', expected: !, identifier, or 'end of string'`);
    }
    if (first?.text === '!') {
      const name = key(next());
      terms.push((labels) => labels?.[name] === undefined);
    } else {
      const name = key(first);
      terms.push(requirement(name));
    }
    const comma = next();
    if (comma && comma.text !== ',') throw badRequest(`found '${comma.text}', expected: ',' or 'end of string'`);
    if (comma && at === tokens.length) fail(undefined, "identifier after ','");
  }
  return (labels) => terms.every((term) => term(labels));

  function requirement(name: string): LabelSelector {
    const op = tokens[at];
    if (!op || op.text === ',') return (labels) => labels?.[name] !== undefined;
    at++;
    switch (op.text) {
      case '=':
      case '==': {
        const wanted = value();
        return (labels) => labels?.[name] === wanted;
      }
      case '!=': {
        const unwanted = value();
        return (labels) => labels?.[name] !== unwanted;
      }
      case 'in': {
        const wanted = values();
        return (labels) => labels?.[name] !== undefined && wanted.has(labels[name]);
      }
      case 'notin': {
        const unwanted = values();
        return (labels) => labels?.[name] === undefined || !unwanted.has(labels[name]);
      }
      case '>':
      case '<': {
        const given = value();
        const limit = Number(given);
        if (!Number.isInteger(limit)) {
          const words = "for 'Gt', 'Lt' operators, the value must be an integer";
          throw badRequest(`unable to parse requirement: values[0]: Invalid value: ${JSON.stringify(given)}: ${words}`);
        }
        const sign = op.text === '>' ? 1 : -1;
        return (labels) => labels?.[name] !== undefined && sign * (Number(labels[name]) - limit) > 0;
      }
      default:
        return fail(op, 'in, notin, =, ==, !=, gt, lt');
    }
  }
}

function tokenize(text: string): Token[] {
  const tokens: Token[] = [];
  const trimmed = text.trimEnd();
  tokenPattern.lastIndex = 0;
  while (tokenPattern.lastIndex < trimmed.length) {
    const match = tokenPattern.exec(trimmed);
    if (!match) throw badRequest(`unable to parse requirement: ${JSON.stringify(text)}`);
    tokens.push(match[1] === undefined ? { kind: 'word', text: match[2] as string } : { kind: 'op', text: match[1] });
  }
  return tokens;
}
