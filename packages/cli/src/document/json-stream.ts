/**
 * Where the objects of a JSON stream lie, when `text` is one: JSON objects with only white space between them.
 *
 * @returns undefined when the text is anything else (YAML flow style included)
 */
export function jsonValues(text: string): { start: number; end: number }[] | undefined {
  const values: { start: number; end: number }[] = [];
  for (let at = skipBlanks(text, 0); at < text.length;) {
    if (text[at] !== '{') return undefined;
    const end = endOfObject(text, at);
    if (end === undefined || !isJson(text.slice(at, end))) return undefined;
    values.push({ start: at, end });
    at = skipBlanks(text, end);
  }
  return values.length > 0 ? values : undefined;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && ' \t\r\n'.includes(text.charAt(at))) at += 1;
  return at;
}

/** Offset after the bracket that closes the object at `from`; brackets inside strings do not count. */
function endOfObject(text: string, from: number): number | undefined {
  let depth = 0;
  for (let at = from; at < text.length; at += 1) {
    const char = text[at];
    if (char === '"') {
      at = endOfString(text, at);
    } else if (char === '{' || char === '[') {
      depth += 1;
    } else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return at + 1;
    }
  }
  return undefined;
}

/** Offset of the closing quote of the string that opens at `from`. */
function endOfString(text: string, from: number): number {
  let at = from + 1;
  while (at < text.length && text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
