import { providerErrors } from '../errors.ts';

/** Longest path. What people write has less than a hundred characters. */
const maxPathLength = 4096;
/** Values looked at by one path. */
const maxSteps = 500_000;
/** Characters of JSON made by one path, besides some times the value itself: some modifiers double what they are given. */
const maxMade = 1 << 20;
const maxTimesMade = 4;

/** Counts what one path costs, and ends it at a limit: paths come from tenants. */
export class Work {
  #steps = 0;
  #left: number;

  /**
   * @param length of the value that the path is for, in characters
   * @throws INVALID_CONFIG for a path that is too long
   */
  constructor(path: string, length: number) {
    this.#left = maxMade + maxTimesMade * length;
    if (path.length > maxPathLength) throw tooMuch(`a path of more than ${maxPathLength} characters`);
  }

  step(): void {
    if (++this.#steps > maxSteps) throw tooMuch(`a path that looks at more than ${maxSteps} values`);
  }

  /** Counts text that a path makes, and hands it back. */
  made(text: string): string {
    this.#left -= text.length + 1;
    if (this.#left < 0) throw tooMuch('a path that makes much more JSON than it is given');
    return text;
  }
}

function tooMuch(because: string): Error {
  return providerErrors.INVALID_CONFIG({ field: 'property', because });
}
