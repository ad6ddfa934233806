import { goError } from './error.ts';
import { unixSeconds } from './time-instant.ts';
import type { Instant } from './time-instant.ts';

/**
 * Time.MarshalBinary as a Go string: version, seconds and nanoseconds big-endian, minutes east of UTC (-1 is UTC itself), and a byte
 * of seconds when the offset has some.
 *
 * @throws GoError for an offset that 16 bits of minutes cannot hold
 */
export function binaryTime(time: Instant): string {
  const { offset } = time.location.at(Number(unixSeconds(time)));
  const minutes = time.location.kind === 'utc' ? -1 : Math.trunc(offset / 60);
  if (time.location.kind !== 'utc' && (minutes === -1 || minutes < -32_768 || minutes > 32_767))
    throw goError`Time.MarshalBinary: unexpected zone offset`;
  const seconds = time.location.kind === 'utc' ? 0 : offset % 60;
  const head =
    bigEndian(seconds === 0 ? 1n : 2n, 1) +
    bigEndian(time.seconds, 8) +
    bigEndian(BigInt(time.nanos), 4) +
    bigEndian(BigInt(minutes), 2);
  return seconds === 0 ? head : head + bigEndian(BigInt(seconds), 1);
}

function bigEndian(value: bigint, length: number): string {
  let text = '';
  for (let shift = BigInt(8 * (length - 1)); shift >= 0n; shift -= 8n)
    text += String.fromCharCode(Number((value >> shift) & 0xffn));
  return text;
}
