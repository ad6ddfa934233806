import { expect, test } from 'vitest';
import { proxyOf } from './proxy.ts';

// Source: Go's http.ProxyFromEnvironment (golang.org/x/net/http/httpproxy).
const env = { HTTPS_PROXY: 'http://proxy:3128' };

test.each([
  ['https://vault.corp:8200', env, 'http://proxy:3128'],
  ['https://vault.corp', { https_proxy: 'proxy:3128' }, 'http://proxy:3128'],
  ['http://vault.corp', env, undefined],
  ['http://vault.corp', { HTTP_PROXY: 'http://plain' }, 'http://plain'],
  ['https://localhost', env, undefined],
  ['https://127.0.0.9', env, undefined],
  ['https://[::1]', env, undefined],
  ['https://vault.corp', { ...env, NO_PROXY: '*' }, undefined],
  ['https://vault.corp', { ...env, NO_PROXY: 'other, corp' }, undefined],
  ['https://vault.corp', { ...env, NO_PROXY: 'VAULT.corp' }, undefined],
  ['https://corp', { ...env, NO_PROXY: '.corp' }, 'http://proxy:3128'],
  ['https://vault.corp', { ...env, no_proxy: '*.corp' }, undefined],
  ['https://notcorp', { ...env, NO_PROXY: 'corp' }, 'http://proxy:3128'],
  ['https://vault.corp:8200', { ...env, NO_PROXY: 'vault.corp:8200' }, undefined],
  ['https://vault.corp', { ...env, NO_PROXY: 'vault.corp:8200' }, 'http://proxy:3128'],
  ['https://10.1.2.3', { ...env, NO_PROXY: '10.0.0.0/8' }, undefined],
  ['https://11.1.2.3', { ...env, NO_PROXY: '10.0.0.0/8,x/9,10.0.0.0/99' }, 'http://proxy:3128'],
  ['https://[fd00::1]', { ...env, NO_PROXY: 'fd00::/8' }, undefined],
  ['https://[fd00::1]', { ...env, NO_PROXY: 'fd00::1' }, undefined],
  ['https://vault.corp', {}, undefined],
])('%s with %j goes through %s', (server, given, expected) => {
  expect(proxyOf(new URL(server), given)).toBe(expected);
});
