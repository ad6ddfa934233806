import { typeOfText } from '../../go/type.ts';
import { Slice } from '../../go/value.ts';
import type { Run } from '../../run.ts';
import { fn } from '../function.ts';
import type { FunctionTable } from '../function.ts';

const intSliceType = typeOfText('[]int');

/** The ints from a start up or down to before a stop; none if the step leads away from it. */
function count(run: Run, start: bigint, stop: bigint, step: bigint): bigint[] {
  const numbers: bigint[] = [];
  if (stop < start ? step >= 0n : step <= 0n) return numbers;
  const rounds = (stop - start + (step > 0n ? step - 1n : step + 1n)) / step;
  const most = BigInt(Number.MAX_SAFE_INTEGER);
  run.budget.step(Number(rounds < most ? rounds : most));
  for (let i = 0n, value = start; i < rounds; i++, value += step) numbers.push(value);
  return numbers;
}

/** `seq last`, `seq first last`, `seq first step last`, as the command: the last is included. Other counts of arguments give nothing. */
function sequence(run: Run, bounds: readonly bigint[]): string {
  const wrap = (value: bigint): bigint => BigInt.asIntN(64, value);
  const [first = 0n, second = 0n, third = 0n] = bounds;
  const upTo = (start: bigint, end: bigint, step?: bigint): bigint[] => {
    const one = end < start ? -1n : 1n;
    return count(run, start, wrap(end + one), step ?? one);
  };
  switch (bounds.length) {
    case 1:
      return upTo(1n, first).join(' ');
    case 2:
      return upTo(first, second).join(' ');
    case 3:
      return third < first && second > 0n ? '' : upTo(first, third, second).join(' ');
    default:
      return '';
  }
}

const ints = (numbers: bigint[]): Slice => new Slice(intSliceType, numbers);

/** Lists of numbers. */
export const countingFunctions: FunctionTable = {
  until: fn('func(int) []int', (run, stop) => ints(count(run, 0n, stop, stop < 0n ? -1n : 1n))),
  untilStep: fn('func(int, int, int) []int', (run, start, stop, step) => ints(count(run, start, stop, step))),
  seq: fn('func(...int) string', (run, ...bounds) => sequence(run, bounds)),
};
