import { GoError } from '../../go/error.ts';
import { parseFloat, parseInt } from '../../go/strconv.ts';
import { Integer } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';

/** How Sprig makes numbers of anything. What is not a number counts as 0. The two function sets use different versions of one library. */
export interface Cast {
  readonly toInt64: (value: Value) => bigint;
  readonly toFloat64: (value: Value) => number;
}

const least = -(2n ** 63n);

/** Go's conversion of a float64 on amd64: what does not fit is the least int64. */
function truncate(value: number): bigint {
  return Math.abs(value) < 2 ** 63 ? BigInt(Math.trunc(value)) : least;
}

/** The result, or 0 for a text that Go cannot parse. */
function orZero<T>(zero: T, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (error instanceof GoError) return zero;
    throw error;
  }
}

const plain = /^-?[1-9][0-9]{0,15}$/;

/** The integers a version knows: the basic types, and named ones only when asked for. */
function integerOf(value: Value, named: 'all' | 'calendar'): bigint | undefined {
  if (!(value instanceof Integer)) return undefined;
  const { text, kind } = value.type;
  return text === kind || named === 'all' || text === 'time.Month' || text === 'time.Weekday' ? value.value : undefined;
}

function makeCast(named: 'all' | 'calendar', whole: (text: string) => string): Cast {
  const ofText = (text: string): bigint => (plain.test(text) ? BigInt(text) : orZero(0n, () => parseInt(whole(text), 0, 64)));
  return {
    toInt64: (value) => {
      switch (typeof value) {
        case 'bigint':
          return value;
        case 'number':
          return truncate(value);
        case 'string':
          return ofText(value);
        case 'boolean':
          return value ? 1n : 0n;
        default:
          return BigInt.asIntN(64, integerOf(value, named) ?? 0n);
      }
    },
    toFloat64: (value) => {
      switch (typeof value) {
        case 'number':
          return value;
        case 'bigint':
          return Number(value);
        case 'string':
          return orZero(0, () => parseFloat(value));
        case 'boolean':
          return value ? 1 : 0;
        default:
          return Number(integerOf(value, named) ?? 0n);
      }
    },
  };
}

const zeroFraction = /\.0+$/;
const fraction = /^([-+]?[0-9]*)\.[0-9]*$/;

/** As sealed-secrets has it (cast 1.7): `"3.0"` is 3, `"3.7"` is no integer; a duration is no number. */
export const sprigCast: Cast = makeCast('calendar', (text) => text.replace(zeroFraction, ''));

/** As External Secrets has it (cast 1.10): `"3.7"` is 3; a duration is its nanoseconds. */
export const esoCast: Cast = makeCast('all', (text) => text.replace(fraction, '$1'));
