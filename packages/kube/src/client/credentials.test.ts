import { writeFile } from 'node:fs/promises';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { eventually } from '../testing/eventually.ts';
import { get, giveObject, object, post, scriptedClients } from '../testing/scripted-client.ts';
import type { Script } from '../testing/scripted-server.ts';
import { manualClock } from './manual-clock.ts';

const { connect, folder, serve } = scriptedClients();

describe('who is asking', () => {
  const withToken =
    (token: string): Script =>
    (seen, reply) =>
      seen.headers.authorization === `Bearer ${token}` ? reply.json(200, object) : reply.refuse(401, 'Unauthorized');

  test('the token file is read again after a minute, and not before', async () => {
    const clock = manualClock();
    const file = path.join(await folder(), 'token');
    await writeFile(file, 'one\n');
    const server = await serve(giveObject);
    const client = connect(server, { tokenFile: file }, { clock });
    await get(client);
    await writeFile(file, 'two\n');
    await clock.advance(59_000);
    await get(client);
    await clock.advance(1000);
    await get(client);
    expect(server.seen.map((seen) => seen.headers.authorization)).toEqual(['Bearer one', 'Bearer one', 'Bearer two']);
  });

  test('after a 401 the token file is read at once, and the request repeated once', async () => {
    const file = path.join(await folder(), 'token');
    await writeFile(file, 'one');
    const server = await serve(withToken('one'));
    const client = connect(server, { tokenFile: file });
    await get(client);
    server.script = withToken('two');
    await expect(get(client)).rejects.toMatchObject({ status: 401, code: 'SIGNET_KUBE_API_UNAUTHORIZED' });
    await writeFile(file, 'two');
    await expect(post(client)).resolves.toEqual(object);
    expect(server.seen.map((seen) => seen.headers.authorization?.slice(7))).toEqual(['one', 'one', 'one', 'two']);
  });

  test('two requests are refused with the old token, one long after the other: both are repeated with the new one', async () => {
    const file = path.join(await folder(), 'token');
    await writeFile(file, 'one');
    const refusals: (() => void)[] = [];
    const server = await serve((seen, reply) => {
      if (seen.headers.authorization === 'Bearer two') reply.json(200, object);
      else refusals.push(() => reply.refuse(401, 'Unauthorized'));
    });
    const client = connect(server, { tokenFile: file });
    const [first, second] = [get(client), get(client)];
    await eventually('both are under way', () => refusals.length === 2);
    await writeFile(file, 'two');
    refusals[0]?.();
    await expect(Promise.race([first, second])).resolves.toEqual(object);
    refusals[1]?.();
    await expect(Promise.all([first, second])).resolves.toEqual([object, object]);
  });

  test('headers() is asked to renew after a 401', async () => {
    const asked: (boolean | undefined)[] = [];
    const headers = async (o?: { renew: boolean }): Promise<Record<string, string>> => {
      asked.push(o?.renew);
      return { authorization: o?.renew ? 'Bearer fresh' : 'Bearer stale' };
    };
    const server = await serve(withToken('fresh'));
    await expect(get(connect(server, { headers }))).resolves.toEqual(object);
    expect(asked).toEqual([false, true]);
  });

  test('impersonation, name and password, user agent', async () => {
    const server = await serve(giveObject);
    const impersonate = { user: 'alice', uid: 'u-1', groups: ['dev', 'ops'] };
    const client = connect(server, { username: 'me', password: 'pw', impersonate }, { userAgent: 'signet-test/1' });
    await get(client);
    expect(server.seen[0]?.headers).toMatchObject({
      authorization: `Basic ${Buffer.from('me:pw').toString('base64')}`,
      'user-agent': 'signet-test/1',
      'impersonate-user': 'alice',
      'impersonate-uid': 'u-1',
      'impersonate-group': 'dev, ops',
    });
  });

  test('a token file that is missing is named', async () => {
    const file = path.join(await folder(), 'token');
    const server = await serve(giveObject);
    await expect(get(connect(server, { tokenFile: file }))).rejects.toMatchObject({
      code: 'SIGNET_KUBE_FILE_UNREADABLE',
      message: `cannot read the token file ${file} (ENOENT)`,
    });
  });
});
