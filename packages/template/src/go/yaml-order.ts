const letter = /^\p{L}$/u;
const digit = /^\p{Nd}$/u;

const codeOf = (rune: string | undefined): number => rune?.codePointAt(0) ?? 0;
const digitAt = (runes: readonly string[], at: number): boolean => at >= 0 && at < runes.length && digit.test(runes[at] ?? '');

/** The number at a place, and where it ends. It wraps around as an int64 does. */
function numberAt(runes: readonly string[], from: number, start: bigint): { value: bigint; end: number } {
  let value = start;
  let end = from;
  for (; digitAt(runes, end); end++) value = BigInt.asIntN(64, value * 10n + BigInt(codeOf(runes[end]) - 48));
  return { value, end };
}

/** How go-yaml orders keys (JavaScript text, not bytes): numbers in them by value, letters after everything else. */
export function compareKeys(left: string, right: string): number {
  const a = Array.from(left);
  const b = Array.from(right);
  const shorter = Math.min(a.length, b.length);
  let i = 0;
  while (i < shorter && a[i] === b[i]) i++;
  if (i === shorter) return a.length - b.length;
  const [one = '', other = ''] = [a[i], b[i]];
  const isLetter = letter.test(one);
  if (isLetter && letter.test(other)) return codeOf(one) - codeOf(other);
  if (isLetter || letter.test(other)) return isLetter ? 1 : -1;
  let start = 0n;
  if (one === '0' || other === '0') {
    for (let at = i - 1; digitAt(a, at); at--) {
      if (a[at] !== '0') {
        start = 1n;
        break;
      }
    }
  }
  const ours = numberAt(a, i, start);
  const theirs = numberAt(b, i, start);
  if (ours.value !== theirs.value) return ours.value < theirs.value ? -1 : 1;
  return ours.end === theirs.end ? codeOf(one) - codeOf(other) : ours.end - theirs.end;
}
