import type { World } from '@signet/provider/testing';
import { describeStore } from '@signet/provider/testing';
import { afterAll, afterEach, beforeAll } from 'vitest';
import type { OpenBao } from '../../../../test/harness/openbao.ts';
import { startOpenBao } from '../../../../test/harness/openbao.ts';
import type { BaoWorldOptions } from './testing/bao-world.ts';
import { startBaoWorld } from './testing/bao-world.ts';

let bao: OpenBao;

beforeAll(async () => {
  bao = await startOpenBao();
});
afterAll(async () => bao.stop());
afterEach(async ({ task }) => {
  if (task.result?.state === 'fail') console.error(await bao.diagnostics());
});

const start = (options: Omit<BaoWorldOptions, 'bao'>) => async (): Promise<World> => startBaoWorld({ ...options, bao });

const noVersions = { 'deleted version': 'version v1 of the engine keeps no versions' };

// The server takes requests up to 32 MiB and stores entries up to 1 MiB: the value, its name and quotes have to fit in.
const largestBytes = 1_000_000;

describeStore('vault, engine v2', { start: start({ provider: 'vault', version: 'v2' }), binary: false, largestBytes });
describeStore('vault, engine v1', {
  start: start({ provider: 'vault', version: 'v1' }),
  binary: false,
  largestBytes,
  cannot: noVersions,
});
describeStore('openBao, engine v2', { start: start({ provider: 'openBao', version: 'v2' }), binary: false, largestBytes });
describeStore('openBao, engine v1', {
  start: start({ provider: 'openBao', version: 'v1' }),
  binary: false,
  largestBytes,
  cannot: noVersions,
});
