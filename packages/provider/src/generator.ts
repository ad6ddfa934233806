/** Something that makes values anew each time it is asked. */
export interface Generator {
  /** Makes values by output key. `expiresAt`: when they end, milliseconds since the epoch. */
  generate(
    signal: AbortSignal,
  ): Promise<{ readonly values: ReadonlyMap<string, Uint8Array>; readonly expiresAt?: number | undefined }>;
}
