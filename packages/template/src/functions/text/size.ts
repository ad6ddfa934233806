/** A Go int as a JavaScript number for comparing with lengths; what is beyond 2^53 is as good as 2^53. */
export function toSize(value: bigint): number {
  const most = Number.MAX_SAFE_INTEGER;
  return value > BigInt(most) ? most : value < BigInt(-most) ? -most : Number(value);
}
