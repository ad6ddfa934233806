/**
 * True when our error is Go's with nothing but values and literals hidden: `…` stands for anything.
 *
 * @param go what Go says, in full
 */
export function saysTheSame(go: string, ours: string): boolean {
  const parts = ours.split('…');
  let at = 0;
  for (const [i, part] of parts.entries()) {
    const found = i === parts.length - 1 && i > 0 ? go.lastIndexOf(part) : go.indexOf(part, at);
    if (found < at || (i === 0 && found !== 0)) return false;
    at = found + part.length;
  }
  return at === go.length;
}
