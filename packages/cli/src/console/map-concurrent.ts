/** Runs `work` for each item, at most `limit` at a time. The first failure ends it: nothing new is begun, and it is thrown. */
export async function mapConcurrent<T, R>(
  items: readonly T[],
  { limit }: { readonly limit: number },
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  let next = 0;
  let failed = false;
  const runner = async (): Promise<void> => {
    while (!failed && next < items.length) {
      const index = next;
      next += 1;
      try {
        results[index] = await work(items[index] as T, index);
      } catch (error) {
        failed = true;
        throw error;
      }
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, runner));
  return results;
}
