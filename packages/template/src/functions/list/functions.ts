import { anySlice } from '../../go/value.ts';
import type { Slice, Value } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { isEmpty } from '../flow/empty.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';
import { esoCast, sprigCast } from '../number/cast.ts';
import type { Cast } from '../number/cast.ts';
import { itemsOf } from './items.ts';
import { has, uniq, without } from './searching.ts';
import { chunk, concat, initial, part, rest } from './slicing.ts';

const first = (_run: Run, list: Value): Value => itemsOf(list, 'Cannot find first on type')[0] ?? null;
const last = (_run: Run, list: Value): Value => itemsOf(list, 'Cannot find last on type').at(-1) ?? null;
const append = (run: Run, list: Value, item: Value): Slice => added(run, itemsOf(list, 'Cannot push on type'), [item]);
const prepend = (run: Run, list: Value, item: Value): Slice => added(run, [item], itemsOf(list, 'Cannot prepend on type'));
const reverse = (_run: Run, list: Value): Slice => anySlice(itemsOf(list, 'Cannot find reverse on type').toReversed());
const compact = (run: Run, list: Value): Slice => {
  const items = itemsOf(list, 'Cannot compact on type');
  run.budget.step(items.length >> 1);
  return anySlice(items.filter((item) => !isEmpty(item)));
};

/** Both lists in one. A template that adds to a list over and over copies it each time, which counts. */
function added(run: Run, a: readonly Value[], b: readonly Value[]): Slice {
  run.budget.make((a.length + b.length) * 8);
  return anySlice([...a, ...b]);
}

function slices(cast: Cast): FunctionTable {
  return {
    slice: fn('func(interface {}, ...interface {}) interface {}', (_run, list, ...bounds) => part(cast, list, bounds)),
    mustSlice: fn('func(interface {}, ...interface {}) (interface {}, error)', (_run, list, ...bounds) => part(cast, list, bounds)),
  };
}

/**
 * Sprig's functions on lists. Each `must...` returns the error with which the bare one panics: a template sees no difference.
 */
export const listFunctions: FunctionTable = {
  list: fn('func(...interface {}) []interface {}', (_run, ...items) => anySlice(items)),
  tuple: fn('func(...interface {}) []interface {}', (_run, ...items) => anySlice(items)),
  first: fn('func(interface {}) interface {}', first),
  mustFirst: fn('func(interface {}) (interface {}, error)', first),
  last: fn('func(interface {}) interface {}', last),
  mustLast: fn('func(interface {}) (interface {}, error)', last),
  rest: fn('func(interface {}) []interface {}', (_run, list) => rest(list)),
  mustRest: fn('func(interface {}) ([]interface {}, error)', (_run, list) => rest(list)),
  initial: fn('func(interface {}) []interface {}', (_run, list) => initial(list)),
  mustInitial: fn('func(interface {}) ([]interface {}, error)', (_run, list) => initial(list)),
  append: fn('func(interface {}, interface {}) []interface {}', append),
  mustAppend: fn('func(interface {}, interface {}) ([]interface {}, error)', append),
  push: fn('func(interface {}, interface {}) []interface {}', append),
  mustPush: fn('func(interface {}, interface {}) ([]interface {}, error)', append),
  prepend: fn('func(interface {}, interface {}) []interface {}', prepend),
  mustPrepend: fn('func(interface {}, interface {}) ([]interface {}, error)', prepend),
  reverse: fn('func(interface {}) []interface {}', reverse),
  mustReverse: fn('func(interface {}) ([]interface {}, error)', reverse),
  compact: fn('func(interface {}) []interface {}', compact),
  mustCompact: fn('func(interface {}) ([]interface {}, error)', compact),
  uniq: fn('func(interface {}) []interface {}', uniq),
  mustUniq: fn('func(interface {}) ([]interface {}, error)', uniq),
  without: fn('func(interface {}, ...interface {}) []interface {}', (run, list, ...others) => without(run, list, others)),
  mustWithout: fn('func(interface {}, ...interface {}) ([]interface {}, error)', (run, list, ...others) =>
    without(run, list, others),
  ),
  has: fn('func(interface {}, interface {}) bool', has),
  mustHas: fn('func(interface {}, interface {}) (bool, error)', has),
  chunk: fn('func(int, interface {}) [][]interface {}', chunk),
  mustChunk: fn('func(int, interface {}) ([][]interface {}, error)', chunk),
  concat: fn('func(...interface {}) interface {}', (run, ...lists) => concat(run, lists)),
  ...slices(sprigCast),
};

/** What the ExternalSecret set does differently with lists: bounds of a slice are cast as its numbers are. Merge over `listFunctions`. */
export const esoListFunctions: FunctionTable = slices(esoCast);
