/** Polls until the check gives something true, and hands that back; fails with the reason after `withinMs`. */
export async function eventually<T>(what: string, check: () => T | undefined | false, withinMs: number = 10_000): Promise<T> {
  const deadline = Date.now() + withinMs;
  for (;;) {
    const result = check();
    if (result !== undefined && result !== false) return result;
    if (Date.now() > deadline) throw new Error(`promised: ${what}; not seen within ${withinMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
}
