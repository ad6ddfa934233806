import { expect, test } from 'vitest';

/**
 * Declares tests that need something a developer's machine may lack. Without it they report what is missing and pass; with
 * `CI=true` they fail, so that nothing goes unproved there.
 */
export function needing(what: string, present: boolean, tests: () => void): void {
  if (present) {
    tests();
    return;
  }
  test(`${what} is there`, () => {
    console.warn(`NOT PROVED HERE: ${what} is missing`);
    expect(process.env['CI'], `${what} must be there on CI`).not.toBe('true');
  });
}
