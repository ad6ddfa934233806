/**
 * Runs `work` for each item, at most `limit` at a time. After a failure nothing new is begun, what is under way ends, and the
 * failure is thrown.
 */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  { limit }: { readonly limit: number },
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  const failures: unknown[] = [];
  const runner = async (): Promise<void> => {
    while (failures.length === 0 && next < items.length) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failures.push(error);
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runner));
  if (failures.length > 0) throw failures[0];
  return results;
}
