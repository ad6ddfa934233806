import { expect, test } from 'vitest';
import { startOpenBao } from './openbao.ts';

test('OpenBao keeps secrets, hands out tokens, and is gone after stop', async () => {
  const bao = await startOpenBao({ tls: true });
  await bao.admin.mount('old', 'kv', { version: '1' });
  await bao.admin.policy('reader', { 'secret/data/*': ['read'] });
  expect(await bao.admin.put('secret', 'a/b c', { password: 'x' })).toBe(1);
  const token = await bao.admin.token({ policies: ['reader'], ttl: '1m' });
  const answer = await fetch(`${bao.url}/v1/secret/data/a/b%20c`, { headers: { 'x-vault-token': token } });
  expect(await answer.json()).toMatchObject({ data: { data: { password: 'x' } } });
  expect(await bao.admin.isAlive(token)).toBe(true);
  expect(bao.tls?.url).toMatch(/^https:/);
  expect(await bao.diagnostics()).toContain('running');
  await bao.stop();
  await expect(fetch(bao.url)).rejects.toThrow('fetch failed');
});
