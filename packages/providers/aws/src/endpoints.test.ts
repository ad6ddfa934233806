import { expect, test } from 'vitest';
import { endpointOf } from './endpoints.ts';

const own = { AWS_SECRETSMANAGER_ENDPOINT: 'https://own' };
const specific = { AWS_ENDPOINT_URL_SECRETS_MANAGER: 'https://specific' };
const general = { AWS_ENDPOINT_URL: 'https://general' };
const ignoring = { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' };

test.each([
  [{}, undefined],
  [{ ...own, ...specific, ...general }, 'https://own'],
  [{ ...specific, ...general }, 'https://specific'],
  [general, 'https://general'],
  [{ AWS_SECRETSMANAGER_ENDPOINT: '', ...general }, 'https://general'],
  [{ AWS_SSM_ENDPOINT: 'https://ssm', AWS_STS_ENDPOINT: 'https://sts' }, undefined],
  [{ ...specific, ...general, ...ignoring }, undefined],
  [{ ...own, ...ignoring }, 'https://own'],
])('%j: Secrets Manager is at %s', (env, expected) => {
  expect(endpointOf('SecretsManager', env)).toBe(expected);
});
