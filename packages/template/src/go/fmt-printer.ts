import type { GoFunction } from '../functions/function.ts';
import { defaultLimits } from '../limits.ts';
import { Budget } from '../run.ts';
import { formatComplex, formatDouble, formatHexInteger, formatInteger } from './fmt-number.ts';
import { Spec } from './fmt-spec.ts';
import { formatHex, formatPlain, formatString } from './fmt-text.ts';
import type { GoType, Kind } from './type.ts';
import { box, Bytes, Complex, GoMap, Integer, Slice, Struct, typeOf } from './value.ts';
import type { Value } from './value.ts';

/** Where a value that has an address would be: addresses differ from run to run in Go, here they are all the same. */
const address = 0xc000010000n;

const signedKinds: ReadonlySet<Kind> = new Set(['int', 'int8', 'int16', 'int32', 'int64']);

/** Prints values by verb, flag and type, as package fmt does, onto `out`. */
export class Printer {
  out = '';
  readonly spec: Spec;
  readonly #budget: Budget;
  #charged = 0;
  /** Inside the report of a bad verb methods are not called. */
  #isReporting = false;

  constructor(budget: Budget | undefined) {
    this.#budget = budget ?? new Budget(defaultLimits);
    this.spec = new Spec(this.#budget);
  }

  /** Prints an operand. */
  print(value: Value, verb: string): void {
    if (value === null) {
      if (verb === 'v' || verb === 'T') this.out += this.spec.pad('<nil>');
      else this.#bad(value, verb);
    } else if (verb === 'T') {
      this.out += formatPlain(this.spec, typeOf(value)?.text ?? '');
    } else if (verb === 'p') {
      this.#pointer(value, verb);
    } else if (value instanceof Bytes && !value.type.methods) {
      this.#bytes(value, verb);
    } else {
      this.#value(value, verb, 0);
    }
  }

  /** `%!d(string=hi)`: the verb is not one of the operand's. */
  #bad(value: Value, verb: string): void {
    const before = this.#isReporting;
    this.#isReporting = true;
    this.out += `%!${verb}(`;
    if (value === null) this.out += '<nil>';
    else {
      this.out += `${typeOf(value)?.text}=`;
      this.print(value, 'v');
    }
    this.out += ')';
    this.#isReporting = before;
  }

  #put(made: string | undefined, value: Value, verb: string): void {
    if (made === undefined) this.#bad(value, verb);
    else this.out += made;
  }

  #value(value: Value, verb: string, depth: number): void {
    const { spec } = this;
    switch (typeof value) {
      case 'string':
        return this.#put(formatString(spec, value, verb), value, verb);
      case 'bigint':
        return this.#put(formatInteger(spec, value, true, verb), value, verb);
      case 'number':
        return this.#put(formatDouble(spec, value, verb), value, verb);
      case 'boolean':
        return this.#put(verb === 't' || verb === 'v' ? spec.pad(String(value)) : undefined, value, verb);
      default:
        break;
    }
    if (value === null) {
      this.out += spec.sharpV ? 'interface {}(nil)' : '<nil>';
      return;
    }
    if (verb === 'w' && !this.#isReporting && (depth > 0 || !(value instanceof Bytes || value instanceof Integer)))
      return this.#bad(value, verb);
    if (value.type.methods && this.#method(value, value.type.methods, verb)) return;
    if (value instanceof Integer)
      return this.#put(formatInteger(spec, value.value, signedKinds.has(value.type.kind), verb), value, verb);
    if (value instanceof Complex) return this.#put(formatComplex(spec, value.real, value.imaginary, verb), value, verb);
    this.#enter(depth);
    if (value instanceof Bytes) return this.#byteSlice(value, verb);
    if (value instanceof Slice) return this.#slice(value, verb, depth);
    if (value instanceof GoMap) return this.#map(value, verb, depth);
    if (value instanceof Struct) return this.#struct(value, verb, depth);
  }

  /** Composite values may share parts, so that a small one prints without end: every part counts. */
  #enter(depth: number): void {
    this.#budget.step();
    this.charge();
    this.#budget.nest(depth);
  }

  /** Counts a directive of a format: reading it takes longer than what it prints. */
  beginDirective(): void {
    this.#budget.step(4);
  }

  /** Pays for what was printed since the last time. */
  charge(): void {
    this.#budget.make(this.out.length - this.#charged);
    this.#charged = this.out.length;
  }

  /** True when so much was printed that it is time to pay. */
  get isOwing(): boolean {
    return this.out.length - this.#charged > 4096;
  }

  /** Error and String for the verbs of strings, GoString for `%#v`. */
  #method(value: Value, methods: NonNullable<GoType['methods']>, verb: string): boolean {
    if (this.#isReporting) return false;
    const { spec } = this;
    if (spec.sharpV) {
      if (!methods['GoString']) return false;
      this.out += formatPlain(spec, this.#call(value, methods['GoString']));
      return true;
    }
    const method = methods['Error'] ?? methods['String'];
    if (!method || !'vsxXq'.includes(verb)) return false;
    if (value instanceof Struct && value.type.kind === 'ptr' && isNilPointer(value)) this.out += spec.pad('<nil>');
    else this.#put(formatString(spec, this.#call(value, method), verb), value, verb);
    return true;
  }

  #call(receiver: Value, method: (receiver: never) => GoFunction): string {
    const run = { now: () => 0, random: (length: number) => new Uint8Array(length), budget: this.#budget };
    return method(receiver as never).call(run) as string;
  }

  /** A []byte as an operand: a list of numbers, or a text for the verbs of strings. */
  #bytes(value: Bytes, verb: string): void {
    if (verb === 'v' || verb === 'd') {
      const { spec } = this;
      this.#budget.step(value.text.length);
      const bytes = Array.from(value.text, (char) => BigInt(char.charCodeAt(0)));
      if (spec.sharpV) {
        this.out += value.isNil ? '[]byte(nil)' : `[]byte{${bytes.map((byte) => formatHexInteger(spec, byte, true)).join(', ')}}`;
      } else {
        this.out += `[${bytes.map((byte) => formatInteger(spec, byte, false, verb) ?? '').join(' ')}]`;
      }
    } else if ('sxXq'.includes(verb)) this.#byteText(value, verb);
    else this.#value(value, verb, 0);
  }

  #byteText({ text }: Bytes, verb: string): void {
    if (verb === 'x' || verb === 'X') this.out += formatHex(this.spec, text, verb);
    else this.out += formatString(this.spec, text, verb) ?? '';
  }

  /** A []byte within another value. */
  #byteSlice(value: Bytes, verb: string): void {
    if ('sxXq'.includes(verb)) return this.#byteText(value, verb);
    const elem = value.type.elem;
    this.#budget.step(value.text.length);
    const items = Array.from(value.text, (char): Value => (elem ? new Integer(elem, BigInt(char.charCodeAt(0))) : null));
    this.#items(value.type, items, value.isNil, verb, 0);
  }

  #slice(value: Slice, verb: string, depth: number): void {
    this.#items(value.type, value.items, value.isNil, verb, depth);
  }

  #items(type: GoType, items: readonly Value[], isNil: boolean, verb: string, depth: number): void {
    const { sharpV } = this.spec;
    if (sharpV && isNil) {
      this.out += `${type.text}(nil)`;
      return;
    }
    this.out += sharpV ? `${type.text}{` : '[';
    items.forEach((item, i) => {
      if (i > 0) this.out += sharpV ? ', ' : ' ';
      this.#part(item, type.elem, verb, depth);
    });
    this.out += sharpV ? '}' : ']';
  }

  #map(value: GoMap, verb: string, depth: number): void {
    const { sharpV } = this.spec;
    if (sharpV && value.isNil) {
      this.out += `${value.type.text}(nil)`;
      return;
    }
    this.out += sharpV ? `${value.type.text}{` : 'map[';
    this.#budget.step(value.entries.size);
    value.sortedKeys().forEach((key, i) => {
      if (i > 0) this.out += sharpV ? ', ' : ' ';
      this.#part(key, undefined, verb, depth);
      this.out += ':';
      this.#part(value.entries.get(key) ?? null, value.type.elem, verb, depth);
    });
    this.out += sharpV ? '}' : ']';
  }

  #part(value: Value, type: GoType | undefined, verb: string, depth: number): void {
    this.#budget.step(2);
    if (this.isOwing) this.charge();
    if (value === null && this.spec.sharpV) this.out += `${type?.text ?? 'interface {}'}(nil)`;
    else this.#value(value, verb, depth + 1);
  }

  #struct(value: Struct, verb: string, depth: number): void {
    const isPointer = value.type.kind === 'ptr';
    const type = isPointer ? value.type.elem : value.type;
    if (isPointer && (depth > 0 || isNilPointer(value))) return this.#pointer(value, verb);
    if (isPointer) this.out += '&';
    const { sharpV, plusV } = this.spec;
    this.out += sharpV ? `${type?.text}{` : '{';
    Object.entries(value.type.fields ?? type?.fields ?? {}).forEach(([name, field], i) => {
      if (i > 0) this.out += sharpV ? ', ' : ' ';
      if (plusV || sharpV) this.out += `${name}:`;
      this.#part(box(field.type, field.read(value.inner as never)), field.type, verb, depth);
    });
    this.out += '}';
  }

  #pointer(value: Value, verb: string): void {
    const { spec } = this;
    const type = typeOf(value);
    const isNil =
      (value instanceof Slice || value instanceof GoMap || value instanceof Bytes ? value.isNil : undefined) ?? isNilPointer(value);
    if (!type || !['slice', 'map', 'ptr', 'func'].includes(type.kind)) return this.#bad(value, verb);
    const at = isNil ? 0n : address;
    if (verb === 'v') {
      if (spec.sharpV) this.out += `(${type.text})(${isNil ? 'nil' : formatHexInteger(spec, at, true)})`;
      else this.out += isNil ? spec.pad('<nil>') : formatHexInteger(spec, at, !spec.sharp);
    } else if (verb === 'p') this.out += formatHexInteger(spec, at, !spec.sharp);
    else this.#put('bdoxX'.includes(verb) ? formatInteger(spec, at, false, verb) : undefined, value, verb);
  }
}

function isNilPointer(value: Value): boolean {
  return value instanceof Struct && (value.inner === null || value.inner === undefined);
}
