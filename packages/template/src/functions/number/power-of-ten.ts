/** `value * 2 ** exponent`, rounded once. */
function scale(value: number, exponent: number): number {
  if (exponent > 900) return value * 2 ** 900 * 2 ** Math.min(exponent - 900, 900);
  if (exponent < -900) return value * 2 ** Math.max(exponent + 100, -1000) * 2 ** -100;
  return value * 2 ** exponent;
}

/**
 * Go's `math.Pow(10, places)`, which is not always the float64 nearest to the power: it squares the mantissa 0.625 over and over, and
 * each product is rounded.
 */
export function powerOfTen(places: number): number {
  if (Math.abs(places) > 400) return places > 0 ? Infinity : 0;
  let mantissa = 1;
  let exponent = 0;
  let square = 0.625;
  let squareExponent = 4;
  for (let rest = Math.abs(places); rest > 0; rest = Math.floor(rest / 2)) {
    if (rest % 2 === 1) {
      mantissa *= square;
      exponent += squareExponent;
    }
    square *= square;
    squareExponent *= 2;
    if (square < 0.5) {
      square += square;
      squareExponent--;
    }
  }
  return places < 0 ? scale(1 / mantissa, -exponent) : scale(mantissa, exponent);
}
