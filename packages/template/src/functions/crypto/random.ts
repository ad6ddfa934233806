import { Buffer } from 'node:buffer';
import { encodeBase64 } from '../../go/base64.ts';
import { goError } from '../../go/error.ts';
import type { Run } from '../../run.ts';
import { variable } from '../function.ts';
import type { FunctionTable, GoFunction } from '../function.ts';

const digits = '0123456789';
const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const printable = String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i));

/** Asking the system for chance takes as long as some eight steps. */
const stepsOfDraw = 8;

/** The longest slice that Go makes at all; beyond, `make` panics at once. */
const longestSlice = 1n << 47n;

/** Characters drawn evenly from an alphabet; a count below one gives none, as Sprig drops the error of its library. */
function drawn(alphabet: string): GoFunction {
  return variable('func(int) string', (run, count) => {
    if (count <= 0n) return '';
    run.budget.make(Number(count));
    run.budget.step(stepsOfDraw + Math.ceil(Number(count) / 8));
    return draw(run, alphabet, Number(count));
  });
}

/** Bytes that would prefer the first characters of the alphabet are thrown away. */
function draw(run: Run, alphabet: string, count: number): string {
  const limit = 256 - (256 % alphabet.length);
  let text = '';
  while (text.length < count) {
    const missing = count - text.length;
    for (const byte of run.random(Math.min(65_536, missing + Math.ceil(missing / 4) + 8))) {
      if (byte < limit && text.length < count) text += alphabet[byte % alphabet.length];
    }
  }
  return text;
}

/** An even integer from 0 to below the bound (at most 2^63). */
function below(run: Run, bound: bigint): bigint {
  const range = 1n << 64n;
  const limit = range - (range % bound);
  for (;;) {
    const number = Buffer.from(run.random(8)).readBigUInt64BE();
    if (number < limit) return number % bound;
  }
}

/** Random text, bytes (in base64), numbers and UUIDs, all from `run.random`. */
export const randomFunctions: FunctionTable = {
  randAlphaNum: drawn(digits + letters),
  randAlpha: drawn(letters),
  randNumeric: drawn(digits),
  randAscii: drawn(printable),

  randBytes: variable('func(int) (string, error)', (run, count) => {
    if (count < 0n || count > longestSlice) throw goError`runtime error: makeslice: len out of range`;
    run.budget.make(Number(count) * 2);
    run.budget.step(stepsOfDraw + Math.ceil(Number(count) / 64));
    return encodeBase64(run.random(Number(count)));
  }),

  randInt: variable('func(int, int) int', (run, from, to) => {
    run.budget.step(stepsOfDraw);
    const span = BigInt.asIntN(64, to - from);
    if (span <= 0n) throw goError`invalid argument to Intn`;
    return BigInt.asIntN(64, from + below(run, span));
  }),

  uuidv4: variable('func() string', (run) => {
    run.budget.step(stepsOfDraw);
    const bytes = Buffer.from(run.random(16));
    bytes[6] = 0x40 | ((bytes[6] ?? 0) & 0x0f);
    bytes[8] = 0x80 | ((bytes[8] ?? 0) & 0x3f);
    return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})/, '$1-$2-$3-$4-');
  }),
};
