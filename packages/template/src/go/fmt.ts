import type { Budget } from '../run.ts';
import { Printer } from './fmt-printer.ts';
import { formatFloat } from './strconv-float.ts';
import { typeOf } from './value.ts';
import type { Value } from './value.ts';

export { sprintf } from './fmt-format.ts';

/** A value as `%v` prints it: what a template's action puts out. */
export function formatValue(value: Value, budget?: Budget): string {
  switch (typeof value) {
    case 'string':
      return value;
    case 'bigint':
      return value.toString();
    case 'boolean':
      return value ? 'true' : 'false';
    case 'number':
      return formatFloat(value, 'g', -1);
    default: {
      if (value === null) return '<nil>';
      const printer = new Printer(budget);
      printer.print(value, 'v');
      return printer.out;
    }
  }
}

/** fmt.Sprint: a space only between operands of which neither is a string. */
export function sprint(values: readonly Value[], budget?: Budget): string {
  let out = '';
  let before = true;
  values.forEach((value, i) => {
    const isString = typeOf(value)?.kind === 'string';
    if (i > 0 && !isString && !before) out += ' ';
    out += paid(value, budget);
    before = isString;
  });
  return out;
}

/** fmt.Sprintln: spaces between all operands, a newline at the end. */
export function sprintln(values: readonly Value[], budget?: Budget): string {
  return `${values.map((value) => paid(value, budget)).join(' ')}\n`;
}

/** The same long text can be an operand many times. */
function paid(value: Value, budget: Budget | undefined): string {
  const text = formatValue(value, budget);
  if (text.length > 4096) budget?.make(text.length);
  return text;
}
