import { goError, shown } from '../../go/error.ts';
import type { Run } from '../../run.ts';

/** A decimal number, exact: `digits * 10 ** exponent`. */
export interface Decimal {
  readonly digits: bigint;
  readonly exponent: number;
}

/** Digits after the point that a quotient gets. */
const quotientPlaces = 16;

const shortest = /^(-?)([0-9]+)(?:\.([0-9]+))?(?:e([-+][0-9]+))?$/;

/** The decimal with the fewest digits that reads back as a float64. */
export function toDecimal(value: number): Decimal {
  const parts = shortest.exec(String(value));
  if (!parts) throw goError`Cannot create a Decimal from ${shown(Number.isNaN(value) ? 'NaN' : value > 0 ? '+Inf' : '-Inf')}`;
  const [, sign = '', whole = '', fraction = '', exponent = '0'] = parts;
  return { digits: BigInt(sign + whole + fraction), exponent: Number(exponent) - fraction.length };
}

/** The nearest float64. There is no negative zero. */
export function toFloat({ digits, exponent }: Decimal): number {
  return digits === 0n ? 0 : Number(`${digits}e${exponent}`);
}

function power(run: Run, exponent: number): bigint {
  run.budget.make(exponent);
  run.budget.step(exponent >> 3);
  return 10n ** BigInt(exponent);
}

/** Both with the lower exponent. */
function aligned(run: Run, a: Decimal, b: Decimal): readonly [bigint, bigint, number] {
  const exponent = Math.min(a.exponent, b.exponent);
  return [a.digits * power(run, a.exponent - exponent), b.digits * power(run, b.exponent - exponent), exponent];
}

/** The exact sum. */
export function add(run: Run, a: Decimal, b: Decimal): Decimal {
  const [left, right, exponent] = aligned(run, a, b);
  return { digits: left + right, exponent };
}

/** The exact difference. */
export function subtract(run: Run, a: Decimal, b: Decimal): Decimal {
  return add(run, a, { digits: -b.digits, exponent: b.exponent });
}

/** The exact product. */
export function multiply(run: Run, a: Decimal, b: Decimal): Decimal {
  run.budget.make(16);
  return { digits: a.digits * b.digits, exponent: a.exponent + b.exponent };
}

/**
 * The quotient to 16 digits after the point, halves away from zero.
 *
 * @throws GoError `decimal division by 0`
 */
export function divide(run: Run, a: Decimal, b: Decimal): Decimal {
  if (b.digits === 0n) throw goError`decimal division by 0`;
  const shift = a.exponent - b.exponent + quotientPlaces;
  const top = shift >= 0 ? a.digits * power(run, shift) : a.digits;
  const bottom = shift >= 0 ? b.digits : b.digits * power(run, -shift);
  const size = (value: bigint): bigint => (value < 0n ? -value : value);
  const quotient = (2n * size(top) + size(bottom)) / (2n * size(bottom));
  return { digits: top < 0n === bottom < 0n ? quotient : -quotient, exponent: -quotientPlaces };
}
