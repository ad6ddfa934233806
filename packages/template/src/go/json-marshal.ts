import { Buffer } from 'node:buffer';
import { defaultLimits } from '../limits.ts';
import { Budget } from '../run.ts';
import { GoError, goError, shown } from './error.ts';
import { indentJson } from './json-indent.ts';
import { jsonString } from './json-string.ts';
import type { GoType } from './type.ts';
import { box, Bytes, GoMap, Integer, Slice, Struct } from './value.ts';
import type { Typed, Value } from './value.ts';

/** How JSON is written. */
export interface MarshalOptions {
  /** Put before each level: json.MarshalIndent. Without it (and without `prefix`) the text is compact. */
  readonly indent?: string;
  /** Put before each line but the first. */
  readonly prefix?: string;
  /** Writes `<`, `>`, `&` as `\u003c` ... Default true; false is Encoder.SetEscapeHTML(false). */
  readonly escapeHtml?: boolean;
  readonly budget?: Budget | undefined;
}

/**
 * json.Marshal: maps by sorted keys, structs by fields in order, `[]byte` in base64, nil slices and maps as `null`.
 *
 * @throws GoError `json: unsupported value: NaN`, `json: unsupported type: ...`
 */
export function marshal(value: Value, options: MarshalOptions = {}): string {
  const writer = new Writer(options.escapeHtml ?? true, options.budget ?? new Budget(defaultLimits));
  writer.write(value, 0);
  const { indent, prefix } = options;
  return indent === undefined && prefix === undefined
    ? writer.out
    : indentJson(writer.out, prefix ?? '', indent ?? '', options.budget);
}

/** So many bytes of output may wait for being charged. */
const unpaid = 4096;

class Writer {
  out = '';
  readonly #escapeHtml: boolean;
  readonly #budget: Budget;
  readonly #open: Value[] = [];
  #charged = 0;

  constructor(escapeHtml: boolean, budget: Budget) {
    this.#escapeHtml = escapeHtml;
    this.#budget = budget;
  }

  write(value: Value, depth: number): void {
    switch (typeof value) {
      case 'string':
        this.out += jsonString(value, this.#escapeHtml, this.#budget);
        return;
      case 'bigint':
        this.out += value.toString();
        return;
      case 'boolean':
        this.out += value ? 'true' : 'false';
        return;
      case 'number':
        this.out += jsonNumber(value);
        return;
      default:
        if (value === null) this.out += 'null';
        else this.#typed(value, depth);
    }
  }

  #typed(value: Typed, depth: number): void {
    if (value.type.methods && this.#method(value, value.type.methods)) return;
    if (value instanceof Integer) this.out += value.value.toString();
    else if (value instanceof Bytes) {
      this.#budget.make(value.text.length);
      this.out += value.isNil ? 'null' : `"${Buffer.from(value.text, 'latin1').toString('base64')}"`;
    } else if (value instanceof Slice) this.#slice(value, depth);
    else if (value instanceof GoMap) this.#map(value, depth);
    else if (value instanceof Struct) this.#struct(value, depth);
    else throw goError`json: unsupported type: ${shown(value.type.text)}`;
  }

  /** MarshalJSON and MarshalText, as encoding/json calls them. */
  #method(value: Typed, methods: NonNullable<GoType['methods']>): boolean {
    const name = methods['MarshalJSON'] ? 'MarshalJSON' : 'MarshalText';
    const method = methods[name];
    if (!method) return false;
    if (value instanceof Struct && value.type.kind === 'ptr' && isNil(value)) {
      this.out += 'null';
      return true;
    }
    const run = { now: () => 0, random: (length: number) => new Uint8Array(length), budget: this.#budget };
    let made: Value;
    try {
      made = method(value as never).call(run);
    } catch (error) {
      if (!(error instanceof GoError)) throw error;
      throw new GoError(`json: error calling ${name} for type ${value.type.text}: ${error.message}`);
    }
    const text = made instanceof Bytes ? made.text : '';
    this.out += name === 'MarshalJSON' ? text : jsonString(text, this.#escapeHtml, this.#budget);
    return true;
  }

  #slice(value: Slice, depth: number): void {
    if (value.isNil) {
      this.out += 'null';
      return;
    }
    this.#enter(value, depth);
    this.out += '[';
    value.items.forEach((item, i) => {
      if (i > 0) this.out += ',';
      this.#part(item, depth);
    });
    this.out += ']';
    this.#open.pop();
  }

  #map(value: GoMap, depth: number): void {
    if (value.isNil) {
      this.out += 'null';
      return;
    }
    this.#enter(value, depth);
    this.out += '{';
    this.#budget.step(value.entries.size);
    value.sortedKeys().forEach((key, i) => {
      if (i > 0) this.out += ',';
      this.out += `${jsonString(key, this.#escapeHtml, this.#budget)}:`;
      this.#part(value.entries.get(key) ?? null, depth);
    });
    this.out += '}';
    this.#open.pop();
  }

  #struct(value: Struct, depth: number): void {
    if (isNil(value)) {
      this.out += 'null';
      return;
    }
    this.#enter(value, depth);
    this.out += '{';
    const fields = value.type.fields ?? value.type.elem?.fields ?? {};
    Object.entries(fields).forEach(([name, field], i) => {
      if (i > 0) this.out += ',';
      this.out += `${jsonString(name, this.#escapeHtml, this.#budget)}:`;
      this.#part(box(field.type, field.read(value.inner as never)), depth);
    });
    this.out += '}';
    this.#open.pop();
  }

  #part(value: Value, depth: number): void {
    this.#budget.step(2);
    if (this.out.length - this.#charged > unpaid) this.#charge();
    this.write(value, depth + 1);
  }

  /** Shared parts are written each time, and a map can be put into itself: everything counts and depth ends. */
  #enter(value: Typed, depth: number): void {
    this.#charge();
    if (depth >= this.#budget.limits.depth && this.#open.includes(value)) {
      throw goError`json: unsupported value: encountered a cycle via ${shown(value.type.text)}`;
    }
    this.#budget.nest(depth);
    this.#open.push(value);
  }

  #charge(): void {
    this.#budget.make(this.out.length - this.#charged);
    this.#charged = this.out.length;
  }
}

/** A float as encoding/json writes it: as ECMAScript does, except for the minus zero. */
function jsonNumber(value: number): string {
  if (!Number.isFinite(value))
    throw goError`json: unsupported value: ${shown(value !== value ? 'NaN' : value > 0 ? '+Inf' : '-Inf')}`;
  return Object.is(value, -0) ? '-0' : String(value);
}

function isNil({ inner }: Struct): boolean {
  return inner === null || inner === undefined;
}
