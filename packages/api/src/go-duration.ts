const unitMs: Readonly<Record<string, number>> = {
  ns: 1e-6,
  us: 1e-3,
  µs: 1e-3,
  μs: 1e-3,
  ms: 1,
  s: 1000,
  m: 60_000,
  h: 3_600_000,
};

/** Go keeps durations as 64-bit nanoseconds: a longer one is no duration. */
const longestMs = 2 ** 63 / 1e6;

/**
 * Reads a duration as Go writes it: `720h`, `1m30s`, `-1.5h`, `0`.
 *
 * @returns milliseconds, or undefined when the text is no duration
 */
export function parseGoDuration(text: string): number | undefined {
  const [, sign = '', rest = ''] = /^([+-]?)(.*)$/s.exec(text) ?? [];
  if (rest === '0') return 0;
  if (!/^(?:(?:\d+\.?\d*|\.\d+)(?:ns|us|µs|μs|ms|s|m|h))+$/.test(rest)) return undefined;
  let total = 0;
  for (const [, number = '', unit = ''] of rest.matchAll(/(\d+\.?\d*|\.\d+)(ns|us|µs|μs|ms|s|m|h)/g))
    total += Number(number) * (unitMs[unit] ?? 0);
  if (total >= longestMs) return undefined;
  return sign === '-' ? -total : total;
}
