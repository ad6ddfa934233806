import { randomInt, randomUUID } from 'node:crypto';

/** Where generated values come from. Tests bring their own. */
export interface Randomness {
  /** A whole number in [0, below), each as likely as the others. */
  below(count: number): number;
  /** A UUID of version 4. */
  uuid(): string;
}

/** The operating system's generator, without bias. */
export const systemRandomness: Randomness = { below: (count) => randomInt(count), uuid: () => randomUUID() };
