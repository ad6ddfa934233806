import { goError } from '../../go/error.ts';
import { toGo } from '../../go/utf8.ts';
import { typeOf } from '../../go/value.ts';
import type { Value } from '../../go/value.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { deepCopy } from './deep-copy.ts';
import { deepEqual } from './deep-equal.ts';
import { isEmpty } from './empty.ts';

const typeName = (value: Value): string => toGo(typeOf(value)?.text ?? '<nil>');
const kindName = (value: Value): string => typeOf(value)?.kind ?? 'invalid';

/** Choices, and questions about types. */
export const flowFunctions: FunctionTable = {
  default: fn('func(interface {}, ...interface {}) interface {}', (_run, instead, ...given) =>
    isEmpty(given[0]) ? instead : (given[0] ?? null),
  ),
  empty: fn('func(interface {}) bool', (_run, value) => isEmpty(value)),
  coalesce: fn('func(...interface {}) interface {}', (_run, ...values) => values.find((value) => !isEmpty(value)) ?? null),
  all: fn('func(...interface {}) bool', (_run, ...values) => !values.some(isEmpty)),
  any: fn('func(...interface {}) bool', (_run, ...values) => !values.every(isEmpty)),
  ternary: fn('func(interface {}, interface {}, bool) interface {}', (_run, yes, no, condition) => (condition ? yes : no)),
  fail: fn('func(string) (string, error)', (_run, message) => {
    throw goError`${message}`;
  }),
  deepCopy: fn('func(interface {}) interface {}', (run, value) => deepCopy(run.budget, value)),
  mustDeepCopy: fn('func(interface {}) (interface {}, error)', (run, value) => deepCopy(run.budget, value)),
  deepEqual: fn('func(interface {}, interface {}) bool', (run, a, b) => deepEqual(run.budget, a, b)),
  typeOf: fn('func(interface {}) string', (_run, value) => typeName(value)),
  typeIs: fn('func(string, interface {}) bool', (_run, name, value) => name === typeName(value)),
  typeIsLike: fn('func(string, interface {}) bool', (_run, name, value) => {
    const actual = typeName(value);
    return name === actual || `*${name}` === actual;
  }),
  kindOf: fn('func(interface {}) string', (_run, value) => kindName(value)),
  kindIs: fn('func(string, interface {}) bool', (_run, name, value) => name === kindName(value)),
};
