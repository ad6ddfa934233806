/**
 * The keys that a template of keys and values gives, as far as its text tells: those at the beginning of a line. Incomplete where an action
 * stands there, which may make any number of keys.
 */
export function literalKeys(text: string): { readonly keys: readonly string[]; readonly isComplete: boolean } {
  const keys: string[] = [];
  let isComplete = true;
  for (const line of text.split('\n')) {
    const [, plain, quoted] = /^(?:([-._a-zA-Z0-9]+)|"([-._a-zA-Z0-9]+)")\s*:(?:\s|$)/.exec(line) ?? [];
    const key = plain ?? quoted;
    if (key !== undefined) keys.push(key);
    else if (/^(?:\{\{|[{?&!])/.test(line) || /\{\{-?\s*range\b/.test(line)) isComplete = false;
  }
  return { keys: [...new Set(keys)], isComplete };
}
