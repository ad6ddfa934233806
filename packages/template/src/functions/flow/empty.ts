import { Bytes, Complex, GoMap, Integer, Slice } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';

/** True for what Sprig counts as not given: nil, false, 0, and strings, lists and maps without anything in them. */
export function isEmpty(value: Value | undefined): boolean {
  switch (typeof value) {
    case 'string':
      return value === '';
    case 'boolean':
      return !value;
    case 'bigint':
      return value === 0n;
    case 'number':
      return value === 0;
    case 'undefined':
      return true;
    default:
      if (value === null) return true;
      if (value instanceof GoMap) return value.entries.size === 0;
      if (value instanceof Slice) return value.items.length === 0;
      if (value instanceof Bytes) return value.text === '';
      if (value instanceof Integer) return value.value === 0n;
      if (value instanceof Complex) return value.real === 0 && value.imaginary === 0;
      return value.type.kind === 'ptr' && 'inner' in value && value.inner === null;
  }
}
