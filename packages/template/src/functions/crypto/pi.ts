/**
 * The first binary digits of pi after the point, in words of 32 bits, most significant first. Blowfish begins with them, so they
 * are computed (Machin's formula) rather than kept as a table.
 */
export function digitsOfPi(words: number): Int32Array {
  const guard = 64n;
  const one = 1n << (BigInt(words * 32) + guard);
  const pi = 16n * inverseTangent(5n, one) - 4n * inverseTangent(239n, one);
  const hex = ((pi % one) >> guard).toString(16).padStart(words * 8, '0');
  return Int32Array.from({ length: words }, (_, i) => Number.parseInt(hex.slice(i * 8, i * 8 + 8), 16) | 0);
}

/** arctan(1/x) times one. */
function inverseTangent(x: bigint, one: bigint): bigint {
  const square = x * x;
  let power = one / x;
  let sum = power;
  for (let n = 3n, sign = -1n; power > 0n; n += 2n, sign = -sign) {
    power /= square;
    sum += (sign * power) / n;
  }
  return sum;
}
