/**
 * A positive number in decimal: 0.DIGITS × 10^point. Digits have no zero in front or at the end; none at all is zero.
 */
export interface Decimal {
  readonly digits: string;
  readonly point: number;
}

const zero: Decimal = { digits: '', point: 0 };

/** Where a float's digits end: after so many significant ones, or so many behind the decimal point. */
export interface Cut {
  readonly significant?: number;
  readonly fraction?: number;
}

/** mantissa × 2^exponent, exactly, for a finite positive double. */
export function binaryParts(value: number): { readonly mantissa: bigint; readonly exponent: number } {
  bits.setFloat64(0, value);
  const raw = bits.getBigUint64(0);
  const biased = Number((raw >> 52n) & 0x7ffn);
  const fraction = raw & 0xfffffffffffffn;
  return biased === 0
    ? { mantissa: fraction, exponent: -1074 }
    : { mantissa: fraction | 0x10000000000000n, exponent: biased - 1075 };
}

const bits = new DataView(new ArrayBuffer(8));

/** The fewest digits that read back as the same double, and of those the nearest. */
export function shortestDouble(value: number): Decimal {
  return value === 0 ? zero : fromExponential(value.toExponential());
}

/** The fewest digits that read back as the same float32 (the value must be one), and of those the nearest. */
export function shortestSingle(value: number): Decimal {
  if (value === 0) return zero;
  const { mantissa, exponent } = singleParts(value);
  // Everything below is in units of 2^(exponent-2), so that half and quarter gaps are whole.
  const wide = mantissa !== 0x800000n || exponent === -149;
  const middle = 4n * mantissa;
  const low = middle - (wide ? 2n : 1n);
  const high = middle + 2n;
  const even = (mantissa & 1n) === 0n;
  const up = exponent - 2 > 0 ? 1n << BigInt(exponent - 2) : 1n;
  const down = exponent - 2 < 0 ? 1n << BigInt(2 - exponent) : 1n;
  for (let scale = Math.floor(Math.log10(value)) + 1; ; scale--) {
    // A candidate is n × 10^scale; the two nearest n around the value are tried.
    const ten = 10n ** BigInt(Math.abs(scale));
    const numerator = scale < 0 ? up * ten : up;
    const denominator = scale < 0 ? down : down * ten;
    const floor = (middle * numerator) / denominator;
    const inside = (n: bigint): boolean => {
      const scaled = n * denominator;
      return even ? scaled >= low * numerator && scaled <= high * numerator : scaled > low * numerator && scaled < high * numerator;
    };
    const below = floor > 0n && inside(floor);
    const above = inside(floor + 1n);
    if (!below && !above) continue;
    const twice = 2n * middle * numerator - (2n * floor + 1n) * denominator;
    const nearerUp = twice > 0n || (twice === 0n && (floor & 1n) === 1n);
    const chosen = below && above ? (nearerUp ? floor + 1n : floor) : below ? floor : floor + 1n;
    const text = String(chosen);
    return trimmed(text, text.length + scale);
  }
}

function singleParts(value: number): { mantissa: bigint; exponent: number } {
  bits.setFloat32(0, value);
  const raw = bits.getUint32(0);
  const biased = (raw >>> 23) & 0xff;
  const fraction = BigInt(raw & 0x7fffff);
  return biased === 0 ? { mantissa: fraction, exponent: -149 } : { mantissa: fraction | 0x800000n, exponent: biased - 150 };
}

/**
 * A double cut at a number of significant digits or of digits behind the point, rounded half to even on its exact value.
 * JavaScript's own methods round exact halves up and stop at 100 digits; they serve where neither matters.
 */
export function rounded(value: number, cut: Cut): Decimal {
  if (value === 0) return zero;
  const quick = cut.significant !== undefined ? quickSignificant(value, cut.significant) : quickFraction(value, cut.fraction ?? 0);
  return quick ?? roundedExactly(value, cut);
}

function quickSignificant(value: number, count: number): Decimal | undefined {
  if (count < 1 || count > 100) return undefined;
  const made = fromExponential(value.toExponential(count - 1));
  return isHalf(value, count - made.point) || isHalf(value, count - made.point + 1) ? undefined : made;
}

function quickFraction(value: number, count: number): Decimal | undefined {
  if (count > 100 || value >= 1e21 || isHalf(value, count)) return undefined;
  const text = value.toFixed(count);
  const dot = text.indexOf('.');
  return dot < 0 ? trimmed(text, text.length) : trimmed(text.slice(0, dot) + text.slice(dot + 1), dot);
}

/** Whether a value may lie exactly between two decimals with so many digits behind the point. Never wrongly false. */
function isHalf(value: number, fraction: number): boolean {
  if (fraction >= 0) {
    // An exact half ends in a 5 one place further, and its binary form has exactly that many places.
    const scaled = value * 2 ** (fraction + 1);
    return scaled % 2 === 1;
  }
  return value >= 2 ** 53 || Number.isInteger(value);
}

/** The exact digits, cut by hand. */
function roundedExactly(value: number, cut: Cut): Decimal {
  const exact = exactly(value);
  const keep = cut.significant ?? exact.point + (cut.fraction ?? 0);
  if (keep >= exact.digits.length) return exact;
  if (keep < 0) return zero;
  const kept = exact.digits.slice(0, keep);
  const next = exact.digits.charCodeAt(keep) - 0x30;
  const half = next === 5 && keep + 1 === exact.digits.length;
  const odd = keep > 0 && (kept.charCodeAt(keep - 1) & 1) === 1;
  if (next < 5 || (half && !odd)) return trimmed(kept, exact.point);
  const raised = String(BigInt(`0${kept}`) + 1n).padStart(keep, '0');
  return trimmed(raised, exact.point + raised.length - keep);
}

/** All digits of a double: there are at most 767. */
export function exactly(value: number): Decimal {
  const { mantissa, exponent } = binaryParts(value);
  if (exponent >= 0) {
    const text = String(mantissa << BigInt(exponent));
    return trimmed(text, text.length);
  }
  const text = String(mantissa * 5n ** BigInt(-exponent));
  return trimmed(text, text.length + exponent);
}

/** Reads what toExponential writes: `d.ddde±x`. */
function fromExponential(text: string): Decimal {
  const e = text.indexOf('e');
  const digits = e > 1 ? text[0] + text.slice(2, e) : text.slice(0, 1);
  return trimmed(digits, Number(text.slice(e + 1)) + 1);
}

function trimmed(digits: string, point: number): Decimal {
  let start = 0;
  while (digits.charCodeAt(start) === 0x30) start++;
  let end = digits.length;
  while (end > start && digits.charCodeAt(end - 1) === 0x30) end--;
  return start === end ? zero : { digits: digits.slice(start, end), point: point - start };
}
