import { generateSealingKey } from '@signet/sealing';
import type { GeneratedKey } from '@signet/sealing';

/** How the next key shall be. Times in milliseconds since 1970. */
export interface NextKeyOptions {
  readonly bits: number;
  readonly commonName: string;
  readonly validForMs: number;
  readonly now: number;
  /** NotBefore of the newest certificate there is. */
  readonly newest: Date | undefined;
}

/** Makes a key pair that will seal: newer than all others, though their clocks were ahead. It is not stored yet. */
export async function nextKey({ bits, commonName, validForMs, now, newest }: NextKeyOptions): Promise<GeneratedKey> {
  const notBefore = new Date(Math.max(now, (newest?.getTime() ?? 0) + 1000)); // certificates count whole seconds
  return generateSealingKey({ bits, commonName, validForMs, now: notBefore });
}
