import { goError, GoError, shown } from './error.ts';

/**
 * What a number's parser returns instead of a value. `value` is what Go returns beside the error (the nearest number that fits, or
 * zero): callers that ignore the error use it.
 */
export class NumberError<Value extends bigint | number = bigint | number> extends GoError {
  readonly reason: 'syntax' | 'range';
  readonly value: Value;

  constructor(message: string, reason: 'syntax' | 'range', value: Value) {
    super(message);
    this.reason = reason;
    this.value = value;
  }
}

/** The error of a parser by its name: `strconv.Atoi: parsing "…": invalid syntax`. */
export function numberError<Value extends bigint | number>(
  name: string,
  reason: 'syntax' | 'range',
  value: Value,
): NumberError<Value> {
  const why = reason === 'syntax' ? 'invalid syntax' : 'value out of range';
  return new NumberError(goError`strconv.${shown(name)}: parsing "${undefined}": ${shown(why)}`.message, reason, value);
}

/** Whether underscores stand only between digits or after a base prefix, as in Go's literals. */
export function underscoresFit(text: string): boolean {
  const unsigned = text.replace(/^[+-]/, '');
  const prefix = /^0[bBoOxX]/.test(unsigned);
  const hex = /^0[xX]/.test(unsigned);
  // A prefix counts as a digit, every other sign ends a run of digits.
  const shape = (prefix ? `0${unsigned.slice(2)}` : unsigned).replace(hex ? /[\da-fA-F]/g : /\d/g, '0');
  return !/(?:^|[^0])_|_(?:$|[^0])/.test(shape);
}
