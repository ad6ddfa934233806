import { goError } from '../../go/error.ts';
import type { Value } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { formatValue } from '../../go/fmt.ts';
import { NumberError } from '../../go/strconv-number.ts';
import { atoi as goAtoi } from '../../go/strconv.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import type { Cast } from './cast.ts';
import { add, divide, multiply, subtract, toDecimal, toFloat } from './decimal.ts';
import type { Decimal } from './decimal.ts';
import { powerOfTen } from './power-of-ten.ts';

const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);

function notZero(divisor: bigint): bigint {
  if (divisor === 0n) throw goError`runtime error: integer divide by zero`;
  return divisor;
}

const octalDigits = /^([-+]?)([0-7]+)$/;

/** strconv.Atoi with its error thrown away: a number that is too large is the largest there is. */
function atoi(text: string): bigint {
  try {
    return goAtoi(text);
  } catch (error) {
    if (error instanceof NumberError && typeof error.value === 'bigint') return error.value;
    throw error;
  }
}

/** Reads octal digits: `0777` is 511. */
function fromOctal(run: Run, value: Value): bigint {
  const match = octalDigits.exec(formatValue(value, run.budget));
  if (!match) return 0n;
  const digits = (match[2] ?? '').replace(/^0+/, '');
  if (digits.length > 22) return 0n;
  const number = BigInt(`0o${digits === '' ? '0' : digits}`) * (match[1] === '-' ? -1n : 1n);
  return number === wrap(number) ? number : 0n;
}

/** Rounds to places after the point. What is left counts as up from `from` on; below zero the floor is taken, as Sprig does. */
function round(value: number, places: number, from: number): number {
  const power = powerOfTen(places);
  const shifted = power * value;
  const rest = Number.isFinite(shifted) ? shifted - Math.trunc(shifted) : NaN;
  return (rest >= from ? Math.ceil(shifted) : Math.floor(shifted)) / power;
}

/** Go's math.Max, or math.Min: as JavaScript's, but an infinity beats NaN. */
function extreme(numbers: readonly number[], pick: (a: number, b: number) => number, infinity: number): number {
  return numbers.reduce((a, b) => (a === infinity || b === infinity ? infinity : pick(a, b)));
}

type Operation = (run: Run, a: Decimal, b: Decimal) => Decimal;

/** Sprig's arithmetic on numbers as one set of functions casts them. */
export function arithmeticFunctions({ toInt64, toFloat64 }: Cast): FunctionTable {
  const fold = (run: Run, first: number, values: readonly Value[], operation: Operation): number => {
    run.budget.step(values.length);
    let result = toDecimal(first);
    for (const value of values) result = operation(run, result, toDecimal(toFloat64(value)));
    return toFloat(result);
  };
  const decimals = (operation: Operation) =>
    fn('func(interface {}, ...interface {}) float64', (run, first, ...rest) => fold(run, toFloat64(first), rest, operation));
  const most = fn('func(interface {}, ...interface {}) int64', (_run, first, ...rest) =>
    rest.map(toInt64).reduce((a, b) => (b > a ? b : a), toInt64(first)),
  );
  return {
    atoi: fn('func(string) int', (_run, text) => atoi(text)),
    int: fn('func(interface {}) int', (_run, value) => toInt64(value)),
    int64: fn('func(interface {}) int64', (_run, value) => toInt64(value)),
    float64: fn('func(interface {}) float64', (_run, value) => toFloat64(value)),
    toDecimal: fn('func(interface {}) int64', fromOctal),
    add1: fn('func(interface {}) int64', (_run, value) => wrap(toInt64(value) + 1n)),
    add: fn('func(...interface {}) int64', (_run, ...values) =>
      wrap(values.reduce<bigint>((sum, value) => sum + toInt64(value), 0n)),
    ),
    sub: fn('func(interface {}, interface {}) int64', (_run, a, b) => wrap(toInt64(a) - toInt64(b))),
    div: fn('func(interface {}, interface {}) int64', (_run, a, b) => wrap(toInt64(a) / notZero(toInt64(b)))),
    mod: fn('func(interface {}, interface {}) int64', (_run, a, b) => toInt64(a) % notZero(toInt64(b))),
    mul: fn('func(interface {}, ...interface {}) int64', (_run, a, ...rest) =>
      rest.reduce<bigint>((product, value) => wrap(product * toInt64(value)), toInt64(a)),
    ),
    add1f: fn('func(interface {}) float64', (run, value) => fold(run, toFloat64(value), [1], add)),
    addf: fn('func(...interface {}) float64', (run, ...values) => fold(run, 0, values, add)),
    subf: decimals(subtract),
    mulf: decimals(multiply),
    divf: decimals(divide),
    biggest: most,
    max: most,
    min: fn('func(interface {}, ...interface {}) int64', (_run, first, ...rest) =>
      rest.map(toInt64).reduce((a, b) => (b < a ? b : a), toInt64(first)),
    ),
    maxf: fn('func(interface {}, ...interface {}) float64', (_run, ...values) =>
      extreme(values.map(toFloat64), Math.max, Infinity),
    ),
    minf: fn('func(interface {}, ...interface {}) float64', (_run, ...values) =>
      extreme(values.map(toFloat64), Math.min, -Infinity),
    ),
    ceil: fn('func(interface {}) float64', (_run, value) => Math.ceil(toFloat64(value))),
    floor: fn('func(interface {}) float64', (_run, value) => Math.floor(toFloat64(value))),
    round: fn('func(interface {}, int, ...float64) float64', (_run, value, places, ...from) =>
      round(toFloat64(value), Number(places), from[0] ?? 0.5),
    ),
  };
}
