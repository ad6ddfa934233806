import { providerErrors } from '../errors.ts';

/** Longest path. What people write has less than a hundred characters. */
const maxPathLength = 4096;
/** Values looked at by one path: a tenth of a second of work. */
const maxSteps = 2_000_000;
/** Characters of JSON made by one path: some modifiers double what they are given. */
const maxMade = 32 << 20;

/** Counts what one path costs, and ends it at a limit: paths come from tenants. */
export class Work {
  #steps = 0;
  #made = 0;

  /** @throws INVALID_CONFIG for a path that is too long */
  constructor(path: string) {
    if (path.length > maxPathLength) throw tooMuch(`a path of more than ${maxPathLength} characters`);
  }

  step(): void {
    if (++this.#steps > maxSteps) throw tooMuch(`a path that looks at more than ${maxSteps} values`);
  }

  /** Counts text that a path makes, and hands it back. */
  made(text: string): string {
    this.#made += text.length + 1;
    if (this.#made > maxMade) throw tooMuch(`a path that makes more than ${maxMade} characters`);
    return text;
  }
}

function tooMuch(because: string): Error {
  return providerErrors.INVALID_CONFIG({ field: 'property', because });
}
