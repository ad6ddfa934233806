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

const underscore = 0x5f;

/** Whether underscores stand only between digits or after a base prefix, as in Go's literals. */
export function underscoresFit(text: string): boolean {
  let at = text.startsWith('-') || text.startsWith('+') ? 1 : 0;
  const prefix = text.charCodeAt(at) === 0x30 ? text.charAt(at + 1).toLowerCase() : '';
  const hasPrefix = prefix === 'x' || prefix === 'b' || prefix === 'o';
  if (hasPrefix) at += 2;
  // A prefix counts as a digit; what is no digit ends a run of them.
  let isAfterDigit = hasPrefix;
  for (; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === underscore) {
      if (!isAfterDigit || !isDigit(text.charCodeAt(at + 1), prefix === 'x')) return false;
      isAfterDigit = false;
    } else isAfterDigit = isDigit(code, prefix === 'x');
  }
  return true;
}

function isDigit(code: number, isHex: boolean): boolean {
  const letter = code | 0x20;
  return (code >= 0x30 && code <= 0x39) || (isHex && letter >= 0x61 && letter <= 0x66);
}
