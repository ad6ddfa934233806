import { randomBytes } from 'node:crypto';
import { inspect } from 'node:util';
import type { Logger } from '@signet/kube/client';

/** Part of every secret value of a run, and of nothing else. */
const mark = `Zq${randomBytes(6).toString('hex')}`;
let made = 0;

/** A secret value: at random, different from all others, and marked at both ends and in the middle so that a part of it is known too. */
export function canary(): string {
  made++;
  return `${mark}.${randomBytes(6).toString('base64url')}.${mark}.${randomBytes(6).toString('base64url')}.${mark}`;
}

/** How many were made. */
export function canaries(): number {
  return made;
}

/** The mark as it could slip out, in lower case: plain, base64 at each of three offsets, hexadecimal, bytes in decimal. */
const forms: readonly string[] = [
  mark,
  ...[0, 1, 2].map((offset) => {
    const text = Buffer.from('\0'.repeat(offset) + mark).toString('base64');
    return text.slice(offset === 0 ? 0 : offset + 1, Math.floor(((offset + mark.length) * 8) / 6));
  }),
  Buffer.from(mark).toString('hex'),
  [...Buffer.from(mark)].join(' '),
  [...Buffer.from(mark)].join(','),
].map((form) => form.toLowerCase());

/** What stands around each value, or part of a value, that is in a text; at most ten. */
export function leaks(where: string, text: string): string[] {
  const lower = text.toLowerCase();
  const found: string[] = [];
  for (const form of forms)
    for (let at = lower.indexOf(form); at !== -1 && found.length < 10; at = lower.indexOf(form, at + 200))
      found.push(`${where}: ${text.slice(Math.max(0, at - 120), at + 60)}`);
  return found;
}

/** Keeps everything that is logged, down to what only an inspector gets out of an error. */
export function hearingLogger(lines: string[]): Logger {
  const say = (fields: object, message: string): void => {
    lines.push(`${message} ${inspect(fields, { depth: 8, maxStringLength: null, maxArrayLength: null })}`);
  };
  return { debug: say, info: say, warn: say, error: say };
}
