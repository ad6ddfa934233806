import { expect, test } from 'vitest';
import { allPages } from './paging.ts';

test('all pages are read, empty ones in between too', async () => {
  const pages: Readonly<Record<string, { items: number[]; next: string | undefined }>> = {
    start: { items: [1, 2], next: 'a' },
    a: { items: [], next: 'b' },
    b: { items: [3], next: undefined },
  };
  const end = { items: [], next: undefined };
  expect(await allPages('List', async (token) => pages[token ?? 'start'] ?? end)).toEqual([1, 2, 3]);
});

test('a page that names itself as the next ends the listing with an error', async () => {
  await expect(allPages('List', async () => ({ items: [1], next: 'same' }))).rejects.toMatchObject({
    code: 'SIGNET_PROVIDER_BAD_ANSWER',
  });
});
