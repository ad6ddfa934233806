type Step =
  | { readonly key: string }
  | { readonly index: number }
  | { readonly every: true }
  | { readonly where: string[]; readonly equals: string };

const stepPattern =
  /\.((?:[^.[\]\\]|\\.)+)|\[(\d+)\]|\[\*\]|\['((?:[^'\\]|\\.)+)'\]|\["((?:[^"\\]|\\.)+)"\]|\[\?\(@\.([\w.-]+)\s*==\s*(?:"([^"]*)"|'([^']*)')\)\]/y;

/**
 * Parses the subset of Kubernetes JSONPath that printer columns use: `.a.b`, `.a\.b`, `['a.b']`, `[0]`, `[*]`,
 * `[?(@.type=="Ready")]`.
 *
 * @returns a function that finds all values of a path in an object; undefined for a path outside the subset
 */
export function parseJsonPath(path: string): ((object: unknown) => unknown[]) | undefined {
  const steps: Step[] = [];
  const text = path.startsWith('.') || path.startsWith('[') ? path : `.${path}`;
  stepPattern.lastIndex = 0;
  while (stepPattern.lastIndex < text.length) {
    const match = stepPattern.exec(text);
    if (!match) return undefined;
    const [, dotted, index, single, double, where, left, right] = match;
    if (dotted !== undefined) steps.push({ key: unescape(dotted) });
    else if (index !== undefined) steps.push({ index: Number(index) });
    else if (where !== undefined) steps.push({ where: where.split('.'), equals: left ?? right ?? '' });
    else if (single !== undefined || double !== undefined) steps.push({ key: unescape(single ?? double ?? '') });
    else steps.push({ every: true });
  }
  return (object) => {
    let found: unknown[] = [object];
    for (const step of steps) found = found.flatMap((value) => take(value, step));
    return found;
  };
}

function unescape(key: string): string {
  return key.replaceAll(/\\(.)/g, '$1');
}

function take(value: unknown, step: Step): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  if ('key' in step) {
    const member = Object.hasOwn(value, step.key) ? (value as Record<string, unknown>)[step.key] : undefined;
    return member === undefined ? [] : [member];
  }
  const items: unknown[] = Array.isArray(value) ? value : Object.values(value);
  if ('every' in step) return items;
  if ('index' in step) return Array.isArray(value) && step.index < items.length ? [items[step.index]] : [];
  return items.filter((item) => {
    let at: unknown = item;
    for (const key of step.where) at = typeof at === 'object' && at !== null ? (at as Record<string, unknown>)[key] : undefined;
    return String(at) === step.equals;
  });
}
