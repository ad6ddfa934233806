/**
 * The name that was probably meant: the one with the fewest letters to change, at most a third of them. Upper and lower case count as the same.
 *
 * @example suggest('refreshIntervall', ['refreshInterval', 'target']) // 'refreshInterval'
 */
export function suggest(name: string, names: Iterable<string>): string | undefined {
  const allowed = Math.max(1, Math.floor(name.length / 3));
  let best: { readonly name: string; readonly distance: number } | undefined;
  for (const other of names) {
    if (Math.abs(other.length - name.length) > allowed) continue;
    const distance = distanceOf(name.toLowerCase(), other.toLowerCase());
    if (distance <= allowed && other !== name && (!best || distance < best.distance)) best = { name: other, distance };
  }
  return best?.name;
}

/** How many letters have to be put in, taken out, changed or swapped with their neighbour. */
function distanceOf(one: string, other: string): number {
  const rows: number[][] = [Array.from({ length: other.length + 1 }, (_, at) => at)];
  const at = (row: number, column: number): number => rows[row]?.[column] ?? 0;
  for (let i = 1; i <= one.length; i++) {
    rows.push([i]);
    for (let j = 1; j <= other.length; j++) {
      const changed = at(i - 1, j - 1) + (one[i - 1] === other[j - 1] ? 0 : 1);
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1] ? at(i - 2, j - 2) + 1 : changed;
      rows[i]?.push(Math.min(changed, swapped, at(i - 1, j) + 1, at(i, j - 1) + 1));
    }
  }
  return at(one.length, other.length);
}
