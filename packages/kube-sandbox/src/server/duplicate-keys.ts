const tokens = /\s*(?:("(?:[^"\\]|\\.)*")|([{}[\],:])|[^\s{}[\],:"]+)/y;

interface Level {
  readonly isObject: boolean;
  readonly seen: Set<string>;
  key: string;
  index: number;
}

/**
 * Paths of keys that stand twice in one object of a JSON text, such as `data.a` and `spec.ports[0].name`. The text must be
 * well-formed; JSON.parse keeps the last of such keys and says nothing.
 */
export function duplicateKeys(json: string): string[] {
  const found: string[] = [];
  const stack: Level[] = [];
  tokens.lastIndex = 0;
  let expectsKey = false;
  for (let match = tokens.exec(json); match; match = tokens.exec(json)) {
    const [, text, sign] = match;
    const top = stack.at(-1);
    if (sign === '{' || sign === '[') {
      stack.push({ isObject: sign === '{', seen: new Set(), key: '', index: 0 });
      expectsKey = sign === '{';
    } else if (sign === '}' || sign === ']') {
      stack.pop();
      expectsKey = false;
    } else if (sign === ',' && top) {
      if (top.isObject) expectsKey = true;
      else top.index++;
    } else if (text !== undefined && expectsKey && top) {
      top.key = JSON.parse(text) as string;
      if (top.seen.has(top.key)) found.push(pathOf(stack));
      top.seen.add(top.key);
      expectsKey = false;
    }
    if (tokens.lastIndex >= json.length) break;
  }
  return [...new Set(found)];
}

function pathOf(stack: readonly Level[]): string {
  return stack
    .map((level) => (level.isObject ? `.${level.key}` : `[${level.index}]`))
    .join('')
    .replace(/^\./, '');
}
