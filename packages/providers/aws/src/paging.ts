import { providerErrors } from '@signet/provider';

/** One page of a listing. */
export interface Page<T> {
  readonly items: readonly T[];
  readonly next: string | undefined;
}

/**
 * Everything that a listing holds. Pages may be empty and still have a next one.
 *
 * @throws BAD_ANSWER when a page names itself as the next: it would never end
 */
export async function allPages<T>(call: string, ask: (token: string | undefined) => Promise<Page<T>>): Promise<readonly T[]> {
  const all: T[] = [];
  for (let token: string | undefined; ;) {
    const { items, next } = await ask(token);
    all.push(...items);
    if (next === undefined || next === '') return all;
    if (next === token) throw providerErrors.BAD_ANSWER({ because: `${call}: a page names itself as the next` });
    token = next;
  }
}
