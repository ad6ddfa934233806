import { fromRunes } from '../../go/utf8.ts';
import { codes } from './runes.ts';
import { isSpace, isUpper, lowerRune, upperRune } from './unicode.ts';

/** What parts words in `foo-bar baz_qux`. */
export function isConnector(code: number): boolean {
  return code === 45 || code === 95 || isSpace(code);
}

/**
 * `http_server` to `HttpServer`: the letter after a connector becomes big, the big letters that follow a big first one become small, and
 * the connector goes. Connectors at the front stay, and of several in a row all but the last stay, as do those at the end. A text of
 * nothing but connectors gets its last one twice: the oddity is Sprig's.
 */
export function pascalCase(text: string): string {
  const input = codes(text);
  const lead = input.findIndex((code) => !isConnector(code));
  if (lead < 0) return fromRunes([...input, ...input.slice(-1)]);

  const made = input.slice(0, lead);
  const first = input[lead] ?? 0;
  let isShouting = isUpper(first);
  let held = upperRune(first);
  for (const code of input.slice(lead + 1)) {
    const before = held;
    held = code;
    if (isConnector(before)) {
      if (isConnector(code)) {
        made.push(before);
        continue;
      }
      isShouting = isUpper(code);
      held = upperRune(code);
      continue;
    }
    if (isShouting) {
      if (isUpper(code)) held = lowerRune(code);
      else isShouting = false;
    }
    made.push(before);
  }
  made.push(held);
  return fromRunes(made);
}
