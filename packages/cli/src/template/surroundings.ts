import type { Surroundings } from '@signet/template';
import { createHash } from 'node:crypto';

/** What makes time and chance repeatable. */
export interface Fixed {
  /** Milliseconds since 1970. */
  readonly nowMs: number;
  /** Undefined: chance is chance. */
  readonly seed: string | undefined;
}

/**
 * Time that stands still and, with a seed, chance that repeats itself. Made anew for each object, so that an object renders alike
 * whatever stands before it. Keys and certificates are made by the system's own generator, which takes no seed.
 */
export function surroundingsOf({ nowMs, seed }: Fixed): Partial<Surroundings> {
  return { now: () => nowMs, ...(seed !== undefined && { random: seeded(seed) }) };
}

function seeded(seed: string): (length: number) => Uint8Array {
  let block = 0;
  let rest = Buffer.alloc(0);
  return (length) => {
    const chunks = [rest];
    for (let have = rest.length; have < length; have += 32) {
      chunks.push(createHash('sha256').update(`${seed}/${block++}`).digest());
    }
    const bytes = Buffer.concat(chunks);
    rest = bytes.subarray(length);
    return bytes.subarray(0, length);
  };
}

/** A time of RFC 3339, in milliseconds since 1970; undefined when it is none. */
export function parseTime(text: string): number | undefined {
  if (!/^\d{4}-\d\d-\d\d[Tt]\d\d:\d\d:\d\d(?:\.\d+)?(?:[Zz]|[-+]\d\d:\d\d)$/.test(text)) return undefined;
  const time = Date.parse(text.toUpperCase());
  return Number.isNaN(time) ? undefined : time;
}
