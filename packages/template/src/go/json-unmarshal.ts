import type { Budget } from '../run.ts';
import { ByteWriter } from './byte-writer.ts';
import { GoError, goError, shown } from './error.ts';
import { Scanner } from './json-scan.ts';
import { anyMapType } from './type.ts';
import { isAscii, runeAt } from './utf8.ts';
import { anyMap, anySlice, GoMap } from './value.ts';
import type { Value } from './value.ts';

/** JSON that is well-formed but does not fit the type; `value` is what Go has decoded all the same (callers that ignore the error use it). */
export class UnmarshalError extends GoError {
  readonly value: Value;

  constructor(message: string, value: Value) {
    super(message);
    this.value = value;
  }
}

/** The words for JSON of one kind where Go wants another: `json: cannot unmarshal string into Go value of type map[string]interface {}`. */
function cannotUnmarshal(kind: string, type: string, value: Value = null): UnmarshalError {
  return new UnmarshalError(goError`json: cannot unmarshal ${shown(kind)} into Go value of type ${shown(type)}`.message, value);
}

/**
 * json.Unmarshal into an `interface {}`: maps, lists, float64, string, bool, nil. Of equal keys the last wins.
 *
 * @throws JsonError when the text is no JSON; UnmarshalError when a number is out of range
 */
export function unmarshal(text: string, budget?: Budget): Value {
  return new Reader(text, budget).whole();
}

/** json.Unmarshal into a `map[string]interface {}`; `null` leaves it nil. */
export function unmarshalMap(text: string, budget?: Budget): GoMap {
  const nil = new GoMap(anyMapType, new Map(), true);
  const value = read(text, budget);
  if (value.value instanceof GoMap) {
    if (value.error) throw new UnmarshalError(value.error.message, value.value);
    return value.value;
  }
  switch (value.first) {
    case 'n':
      return nil;
    case '"':
      throw cannotUnmarshal('string', anyMapType.text, nil);
    case '[':
      throw cannotUnmarshal('array', anyMapType.text, nil);
    case 't':
    case 'f':
      throw cannotUnmarshal('bool', anyMapType.text, nil);
    default:
      throw cannotUnmarshal('number', anyMapType.text, nil);
  }
}

function read(text: string, budget: Budget | undefined): { value: Value; error?: UnmarshalError; first: string } {
  const first = /[^ \t\r\n]/.exec(text)?.[0] ?? '';
  try {
    return { value: unmarshal(text, budget), first };
  } catch (error) {
    if (error instanceof UnmarshalError) return { value: error.value, error, first };
    throw error;
  }
}

/** An open list or object. */
type Level = { readonly items: Value[] } | { readonly entries: Map<string, Value>; key: string };

class Reader {
  readonly #scan: Scanner;
  readonly #budget: Budget | undefined;
  readonly #open: Level[] = [];
  #outOfRange = false;

  constructor(text: string, budget: Budget | undefined) {
    this.#scan = new Scanner(text);
    this.#budget = budget;
  }

  whole(): Value {
    // White space costs time too.
    this.#budget?.step(this.#scan.json.length >> 4);
    let value: Value | undefined;
    while (value === undefined) value = this.#value();
    this.#scan.end();
    if (this.#outOfRange)
      throw new UnmarshalError(
        goError`json: cannot unmarshal number ${undefined} into Go value of type ${shown('float64')}`.message,
        value,
      );
    return value;
  }

  /** Reads a value; undefined when it has begun a level that is still open. Levels are kept by hand: nesting may exceed JavaScript's stack. */
  #value(): Value | undefined {
    this.#budget?.step(2);
    const scan = this.#scan;
    switch (scan.peek()) {
      case '{': {
        scan.open();
        if (scan.peek() === '}') {
          scan.close();
          return this.#done(anyMap([]));
        }
        this.#budget?.step(2);
        const level = { entries: new Map<string, Value>(), key: '' };
        this.#open.push(level);
        level.key = this.#key();
        return undefined;
      }
      case '[':
        scan.open();
        if (scan.peek() === ']') {
          scan.close();
          return this.#done(anySlice([]));
        }
        this.#open.push({ items: [] });
        return undefined;
      case '"':
        return this.#done(stringValue(scan.string(), this.#budget));
      case 't':
        scan.word('true');
        return this.#done(true);
      case 'f':
        scan.word('false');
        return this.#done(false);
      case 'n':
        scan.word('null');
        return this.#done(null);
      default:
        return this.#done(this.#number());
    }
  }

  #number(): Value {
    const code = this.#scan.json.charCodeAt(this.#scan.at);
    if (code !== 0x2d && !(code >= 0x30 && code <= 0x39)) throw this.#scan.refuse('looking for beginning of value');
    const number = Number(this.#scan.number());
    if (Number.isFinite(number)) return number;
    this.#outOfRange = true;
    return null;
  }

  #key(): string {
    if (this.#scan.peek() !== '"') throw this.#scan.refuse('looking for beginning of object key string');
    const key = stringValue(this.#scan.string(), this.#budget);
    if (this.#scan.peek() !== ':') throw this.#scan.refuse('after object key');
    this.#scan.at++;
    return key;
  }

  /** Puts a finished value into the level around it, closing levels as they end. */
  #done(finished: Value): Value | undefined {
    const scan = this.#scan;
    let value = finished;
    for (;;) {
      const level = this.#open.at(-1);
      if (!level) return value;
      if ('items' in level) {
        level.items.push(value);
        const next = scan.peek();
        if (next === ',') {
          scan.at++;
          return undefined;
        }
        if (next !== ']') throw scan.refuse('after array element');
        value = anySlice(level.items);
      } else {
        level.entries.set(level.key, value);
        const next = scan.peek();
        if (next === ',') {
          scan.at++;
          level.key = this.#key();
          return undefined;
        }
        if (next !== '}') throw scan.refuse('after object key:value pair');
        value = anyMap(level.entries);
      }
      scan.close();
      this.#open.pop();
    }
  }
}

const escapes: Readonly<Record<string, number>> = { b: 8, f: 12, n: 10, r: 13, t: 9 };

/** What stands between quotes, with escapes resolved and what is not UTF-8 or half a surrogate pair replaced by U+FFFD. */
function stringValue(inner: string, budget: Budget | undefined): string {
  if (isAscii(inner) && !inner.includes('\\')) return inner;
  // Each character has to be looked at.
  budget?.step(inner.length >> 3);
  const out = new ByteWriter(inner.length);
  for (let at = 0; at < inner.length;) {
    const byte = inner.charCodeAt(at);
    if (byte !== 0x5c) {
      const rune = byte < 0x80 ? undefined : runeAt(inner, at);
      out.rune(rune?.code ?? byte);
      at += rune?.size ?? 1;
      continue;
    }
    const kind = inner.charAt(at + 1);
    if (kind !== 'u') {
      out.byte(escapes[kind] ?? kind.charCodeAt(0));
      at += 2;
      continue;
    }
    const unit = hexAt(inner, at);
    at += 6;
    const low = unit >= 0xd800 && unit < 0xdc00 && inner.startsWith('\\u', at) ? hexAt(inner, at) : 0;
    if (low >= 0xdc00 && low < 0xe000) {
      out.rune(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00));
      at += 6;
    } else out.rune(unit >= 0xd800 && unit < 0xe000 ? 0xfffd : unit);
  }
  return out.text();
}

function hexAt(inner: string, at: number): number {
  return Number.parseInt(inner.slice(at + 2, at + 6), 16);
}
