import { providerErrors } from '../errors.ts';
import type { JsonMember, JsonNode } from './node.ts';

/** Levels of arrays and objects. Real secrets have less than ten. */
const maxDepth = 500;

/** Values in one text. Each takes some ten times the memory of its text, and whoever runs a backend chooses what it answers. */
const maxValues = 500_000;

/** Not thrown outwards: the text is no JSON. */
class NotJson extends Error {}

const numberPattern = /-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?/y;

/**
 * Reads JSON (RFC 8259) and keeps the text of every value.
 *
 * @returns undefined when it is not JSON
 * @throws BAD_ANSWER when it is nested deeper than 500 levels, or has more than 500,000 values
 */
export function parseJson(text: string): JsonNode | undefined {
  try {
    return new Parser(text).document();
  } catch (error) {
    if (error instanceof NotJson) return undefined;
    throw error;
  }
}

class Parser {
  readonly #text: string;
  #at = 0;
  #values = 0;

  constructor(text: string) {
    this.#text = text;
  }

  document(): JsonNode {
    this.#space();
    const node = this.#value(0);
    this.#space();
    if (this.#at < this.#text.length) throw new NotJson();
    return node;
  }

  #value(depth: number): JsonNode {
    if (depth > maxDepth) throw providerErrors.BAD_ANSWER({ because: `JSON nested deeper than ${maxDepth} levels` });
    if (++this.#values > maxValues) throw providerErrors.BAD_ANSWER({ because: `JSON of more than ${maxValues} values` });
    switch (this.#text[this.#at]) {
      case '{':
        return this.#object(depth);
      case '[':
        return this.#array(depth);
      case '"': {
        const raw = this.#string();
        return { kind: 'string', raw, text: unquoted(raw) };
      }
      case 't':
        return this.#word('true');
      case 'f':
        return this.#word('false');
      case 'n':
        return this.#word('null');
      default:
        return this.#number();
    }
  }

  #object(depth: number): JsonNode {
    const start = this.#at++;
    const members: JsonMember[] = [];
    this.#space();
    if (this.#takes('}')) return { kind: 'object', raw: this.#text.slice(start, this.#at), members };
    for (;;) {
      if (this.#text[this.#at] !== '"') throw new NotJson();
      const rawName = this.#string();
      this.#space();
      if (!this.#takes(':')) throw new NotJson();
      this.#space();
      members.push({ name: unquoted(rawName), rawName, value: this.#value(depth + 1) });
      this.#space();
      if (this.#takes('}')) return { kind: 'object', raw: this.#text.slice(start, this.#at), members };
      if (!this.#takes(',')) throw new NotJson();
      this.#space();
    }
  }

  #array(depth: number): JsonNode {
    const start = this.#at++;
    const items: JsonNode[] = [];
    this.#space();
    if (this.#takes(']')) return { kind: 'array', raw: this.#text.slice(start, this.#at), items };
    for (;;) {
      items.push(this.#value(depth + 1));
      this.#space();
      if (this.#takes(']')) return { kind: 'array', raw: this.#text.slice(start, this.#at), items };
      if (!this.#takes(',')) throw new NotJson();
      this.#space();
    }
  }

  /** The string with its quotes. */
  #string(): string {
    const start = this.#at++;
    for (;;) {
      const code = this.#text.charCodeAt(this.#at++);
      if (code === 0x22) return this.#text.slice(start, this.#at);
      if (code === 0x5c) this.#at++;
      else if (!(code >= 0x20)) throw new NotJson(); // control characters, and NaN at the end
    }
  }

  #number(): JsonNode {
    numberPattern.lastIndex = this.#at;
    const raw = numberPattern.exec(this.#text)?.[0];
    if (raw === undefined) throw new NotJson();
    this.#at += raw.length;
    return { kind: 'number', raw };
  }

  #word(word: 'true' | 'false' | 'null'): JsonNode {
    if (!this.#text.startsWith(word, this.#at)) throw new NotJson();
    this.#at += word.length;
    return { kind: word, raw: word };
  }

  #takes(sign: string): boolean {
    if (this.#text[this.#at] !== sign) return false;
    this.#at++;
    return true;
  }

  #space(): void {
    for (;;) {
      const code = this.#text.charCodeAt(this.#at);
      if (code !== 0x20 && code !== 0x0a && code !== 0x0d && code !== 0x09) return;
      this.#at++;
    }
  }
}

/** What a string with quotes says. */
function unquoted(raw: string): string {
  if (!raw.includes('\\')) return raw.slice(1, -1);
  try {
    return JSON.parse(raw) as string;
  } catch {
    throw new NotJson();
  }
}
