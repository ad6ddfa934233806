import { Buffer } from 'node:buffer';
import { hash } from 'node:crypto';
import { fn } from '../function.ts';
import type { FunctionTable, GoFunction } from '../function.ts';

/** Bytes that a hash function gets through in about the time of one step. */
const bytesPerStep = 64;

function digest(algorithm: 'sha1' | 'sha256' | 'sha512'): GoFunction {
  return fn('func(string) string', (run, input) => {
    run.budget.step(1 + Math.ceil(input.length / bytesPerStep));
    return hash(algorithm, Buffer.from(input, 'latin1'), 'hex');
  });
}

/** RFC 1950 section 8.2. */
function adler32(bytes: string): number {
  let low = 1;
  let high = 0;
  for (let i = 0; i < bytes.length; i++) {
    low = (low + bytes.charCodeAt(i)) % 65_521;
    high = (high + low) % 65_521;
  }
  return high * 65_536 + low;
}

/** Digests of byte strings, in lower hex; adler32sum in decimal, as Sprig prints it. */
export const hashFunctions: FunctionTable = {
  sha1sum: digest('sha1'),
  sha256sum: digest('sha256'),
  sha512sum: digest('sha512'),
  adler32sum: fn('func(string) string', (run, input) => {
    run.budget.step(1 + Math.ceil(input.length / bytesPerStep));
    return String(adler32(input));
  }),
};
