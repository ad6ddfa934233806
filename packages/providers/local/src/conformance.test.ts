import { chmod, mkdtemp, rename, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeKey, jumpingClock } from '@signet/provider/testing';
import type { KeyWorld } from '@signet/provider/testing';
import { local } from './local.ts';
import { changeRingFile, createRingFile } from './key-ring/file.ts';
import { newRing, rotated } from './key-ring/key-ring.ts';

const now = new Date('2026-03-01T00:00:00Z');
const silent = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: () => undefined };

async function start(): Promise<KeyWorld> {
  const directory = await mkdtemp(join(tmpdir(), 'signet-ring-'));
  const file = join(directory, 'ring.json');
  await createRingFile(file, newRing({ name: 'signet', now }));
  return {
    open: () => local.configure({ file }).open({ clock: jumpingClock(), logger: silent, random: () => 0.5, env: {} }),
    rotate: async () => void (await changeRingFile(file, (ring) => rotated(ring, now))),
    disable: async () => void (await changeRingFile(file, (ring) => ({ ...ring, isDisabled: true }))),
    async recreate() {
      await rm(file);
      await createRingFile(file, newRing({ name: 'signet', now }));
    },
    async goAway() {
      await rename(file, `${file}.away`);
      await writeFile(file, 'half of a r');
      await chmod(file, 0o600);
    },
    stop: () => rm(directory, { recursive: true }),
  };
}

describeKey('local', { start });
