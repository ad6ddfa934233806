/** `metav1.Time`: UTC with whole seconds. Text that is no time stays, for validation to find. */
export function wholeSeconds(value: unknown): unknown {
  return rewrite(value, 0);
}

/** `metav1.MicroTime`: UTC with six digits. */
export function microSeconds(value: unknown): unknown {
  return rewrite(value, 6);
}

function rewrite(value: unknown, digits: 0 | 6): unknown {
  if (typeof value !== 'string') return value;
  const ms = Date.parse(value);
  if (Number.isNaN(ms)) return value;
  const fraction = /\.(\d+)/.exec(value)?.[1] ?? '';
  const seconds = new Date(ms).toISOString().slice(0, 19);
  return digits === 0 ? `${seconds}Z` : `${seconds}.${fraction.slice(0, 6).padEnd(6, '0')}Z`;
}

/** Rewrites fields of a structure in place, where they are present. */
export function rewriteFields(holder: unknown, fields: readonly string[], by: (value: unknown) => unknown): void {
  if (typeof holder !== 'object' || holder === null) return;
  const record = holder as Record<string, unknown>;
  for (const field of fields) if (record[field] !== undefined && record[field] !== null) record[field] = by(record[field]);
}
