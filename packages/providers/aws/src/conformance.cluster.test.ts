import { describeStore } from '@signet/provider/testing';
import type { World } from '@signet/provider/testing';
import { afterAll, beforeAll } from 'vitest';
import type { Moto } from '../../../../test/harness/moto.ts';
import { startMoto } from '../../../../test/harness/moto.ts';
import type { Service } from './config.ts';
import { startAwsWorld } from './testing/aws-world.ts';

let moto: Moto;

beforeAll(async () => {
  moto = await startMoto();
});
afterAll(async () => moto.stop());

const start = (service: Service) => async (): Promise<World> => {
  await moto.reset();
  return startAwsWorld({ service, target: moto.url });
};

// Quotas: a secret has at most 65,536 bytes, an advanced parameter 8 KiB of text.
describeStore('aws SecretsManager', { start: start('SecretsManager'), binary: true, largestBytes: 65_000 });
describeStore('aws ParameterStore', { start: start('ParameterStore'), binary: false, largestBytes: 8_000 });
