import type { ChildProcess } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { SeenRequest } from '@signet/kube-sandbox';
import { endProgram, killAt, startProgram } from '../program.ts';
import { ExternalWorld } from './external-world.ts';

const secretPut = ({ method, path }: SeenRequest): boolean => method === 'PUT' && path.endsWith('/secrets/db');
const statusPut = ({ method, path }: SeenRequest): boolean => method === 'PUT' && path.endsWith('/externalsecrets/db/status');
const look = ({ method, path }: SeenRequest): boolean => method === 'GET' && path.endsWith('/externalsecrets/db');
const moments = [
  { before: 'it looks whether the ExternalSecret is the one it knows', wanted: look, isHandled: false },
  { before: 'the Secret is written', wanted: secretPut, isHandled: false },
  { before: 'the answer that the Secret was written', wanted: secretPut, isHandled: true },
  { before: 'the status is written', wanted: statusPut, isHandled: false },
  { before: 'the answer that the status was written', wanted: statusPut, isHandled: true },
];

describe('a controller killed at any moment of a refresh leaves the old or the new Secret, and its successor goes on', () => {
  test.concurrent.each(moments)('before $before', async ({ wanted, isHandled }) => {
    const world = await ExternalWorld.start();
    const directory = await mkdtemp(join(tmpdir(), 'signet-killed-'));
    const kubeconfig = join(directory, 'kubeconfig');
    const children: ChildProcess[] = [];
    try {
      await writeFile(kubeconfig, world.sandbox.kubeconfig(), { mode: 0o600 });
      const first = startProgram(kubeconfig);
      children.push(first);
      await world.write('db', { user: 'one', password: 'one' });
      await world.settles();

      const killed = killAt(world, first, wanted, isHandled);
      await world.write('db', { password: 'two', token: 'two' });
      await killed;
      await world.write('other', { password: 'written while nobody ran' });
      children.push(startProgram(kubeconfig));
      await world.settles();
      expect(world.promised.violations).toEqual([]);
    } finally {
      await Promise.all(children.map(async (child) => endProgram(child)));
      await world.stop();
      await rm(directory, { recursive: true });
    }
  });
});
