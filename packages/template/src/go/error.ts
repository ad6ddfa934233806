/** What stands for a value in the text of an error: values and literals never appear there. */
export const hidden = '…';

/**
 * An error as a Go function returns it. The language wraps it: `error calling NAME: MESSAGE`. Interpolated parts are replaced by
 * `hidden` unless `shown` says that they cannot come from data or from a literal of the template (numbers of bytes, names of types).
 */
export class GoError extends Error {
  override readonly name = 'GoError';
}

/** Part of an error's text that may be shown: it is neither a value nor a literal. */
export class Shown {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** Marks a part of an error's text as safe to show: the name of a type, a function, an offset, a limit. Never a value. */
export function shown(part: string | number | bigint): Shown {
  return new Shown(String(part));
}

/**
 * Makes an error with Go's wording from a template literal. Every interpolation is hidden except what is `shown(...)`.
 *
 * @example throw goError`parsing time "${text}" as "${layout}": cannot parse "${rest}" as "${part}"`
 * @example throw goError`Cannot find first on type ${shown(kind)}`
 */
export function goError(parts: TemplateStringsArray, ...values: readonly unknown[]): GoError {
  let message = parts[0] ?? '';
  values.forEach((value, i) => {
    message += (value instanceof Shown ? value.text : hidden) + (parts[i + 1] ?? '');
  });
  return new GoError(message);
}
