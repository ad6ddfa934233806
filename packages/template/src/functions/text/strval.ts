import { formatValue } from '../../go/fmt.ts';
import { Bytes, Slice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import type { Budget } from '../../run.ts';

/** A value as the text Sprig takes it for: `%v`, but bytes are text. */
export function strval(value: Value, budget: Budget): string {
  if (typeof value === 'string') return value;
  if (value instanceof Bytes && value.type.text === '[]uint8') return value.text;
  return formatValue(value, budget);
}

/** A list as texts, leaving out nil; a single value is a list of one, nil is an empty list. */
export function strings(value: Value, budget: Budget): readonly string[] {
  if (value instanceof Slice) {
    if (value.type.text === '[]string') return value.items as readonly string[];
    const list: string[] = [];
    for (const item of value.items) if (item !== null) list.push(strval(item, budget));
    return list;
  }
  if (value instanceof Bytes) return Array.from(value.text, (byte) => String(byte.charCodeAt(0)));
  return value === null ? [] : [strval(value, budget)];
}
