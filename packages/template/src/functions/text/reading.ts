import type { Run } from '../../run.ts';

/** How much of a text is gone through in the time of one step: some 200 ns. */
export type BytesPerStep = 0.5 | 1 | 2 | 4 | 8 | 1024;

/**
 * Counts the work of going through a text, so that a template cannot go through a large one again and again for nothing.
 *
 * @param bytesPerStep 0.5 to 8 where each rune is looked at, 1024 where the engine searches or copies
 */
export function countReading(run: Run, text: string, bytesPerStep: BytesPerStep): void {
  if (text.length >= bytesPerStep) run.budget.step(Math.floor(text.length / bytesPerStep));
}

/** Counts the work of looking for a part in a text with `Search`: a single byte is found much faster than a longer part. */
export function countSearch(run: Run, text: string, part: string): void {
  const length = text.length + part.length;
  if (length >= 64) run.budget.step(Math.floor(length / (part.length < 2 ? 1024 : 64)));
}
