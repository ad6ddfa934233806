const letter = /\p{L}/u;
const digit = /\p{Nd}/u;

/**
 * Order of mapping keys in YAML as kubectl and kubeseal write it: at the first difference, two letters compare by code point,
 * a letter comes after anything else, and numbers compare by their value, so that `key2` stands before `key10`.
 */
export function naturalOrder(left: string, right: string): number {
  const a = Array.from(left);
  const b = Array.from(right);
  const length = Math.min(a.length, b.length);
  let at = 0;
  while (at < length && a[at] === b[at]) at += 1;
  if (at === length) return a.length - b.length;

  const [x = '', y = ''] = [a[at], b[at]];
  const letters = Number(letter.test(x)) - Number(letter.test(y));
  if (letters !== 0) return letters;
  if (!letter.test(x)) {
    const [m, n] = [numberAt(a, at), numberAt(b, at)];
    // A difference that starts with a zero inside a longer number is a difference of length, not of value.
    const inside = (x === '0' || y === '0') && hasNonZeroBefore(a, at);
    if (!inside && m.value !== n.value) return m.value < n.value ? -1 : 1;
    if (m.end !== n.end) return m.end - n.end;
    if (inside && m.value !== n.value) return m.value < n.value ? -1 : 1;
  }
  return (x.codePointAt(0) ?? 0) - (y.codePointAt(0) ?? 0);
}

/** The number that starts at `from`, 0 when none does, and where its digits end. */
function numberAt(chars: readonly string[], from: number): { value: bigint; end: number } {
  let end = from;
  while (end < chars.length && digit.test(chars[end] ?? '')) end += 1;
  const digits = chars.slice(from, end).join('');
  return { value: /^[0-9]+$/.test(digits) ? BigInt(digits) : 0n, end };
}

function hasNonZeroBefore(chars: readonly string[], from: number): boolean {
  for (let at = from - 1; at >= 0 && digit.test(chars[at] ?? ''); at -= 1) if (chars[at] !== '0') return true;
  return false;
}
