import { expect, test } from 'vitest';
import { proxyFromEnvironment } from './environment-proxy.ts';

// The rules of Go's golang.org/x/net/http/httpproxy, which kubectl follows.
const rows: readonly [string, Record<string, string>, 'proxied' | 'direct'][] = [
  ['https://k8s.corp:6443', {}, 'direct'],
  ['https://k8s.corp:6443', { HTTPS_PROXY: 'http://p' }, 'proxied'],
  ['https://k8s.corp:6443', { https_proxy: 'http://p' }, 'proxied'],
  ['https://k8s.corp:6443', { HTTP_PROXY: 'http://p' }, 'direct'],
  ['http://k8s.corp', { HTTP_PROXY: 'http://p' }, 'proxied'],
  ['https://127.0.0.1:6443', { HTTPS_PROXY: 'http://p' }, 'direct'],
  ['https://localhost:6443', { HTTPS_PROXY: 'http://p' }, 'direct'],
  ['https://[::1]:6443', { HTTPS_PROXY: 'http://p' }, 'direct'],
  ['https://k8s.corp', { HTTPS_PROXY: 'http://p', NO_PROXY: '*' }, 'direct'],
  ['https://k8s.corp', { HTTPS_PROXY: 'http://p', no_proxy: 'other, corp' }, 'direct'],
  ['https://k8s.corp', { HTTPS_PROXY: 'http://p', NO_PROXY: '.corp' }, 'direct'],
  ['https://corp', { HTTPS_PROXY: 'http://p', NO_PROXY: '.corp' }, 'proxied'],
  ['https://corp', { HTTPS_PROXY: 'http://p', NO_PROXY: 'corp' }, 'direct'],
  ['https://notcorp', { HTTPS_PROXY: 'http://p', NO_PROXY: 'corp' }, 'proxied'],
  ['https://K8S.Corp', { HTTPS_PROXY: 'http://p', NO_PROXY: 'k8s.corp' }, 'direct'],
  ['https://k8s.corp:6443', { HTTPS_PROXY: 'http://p', NO_PROXY: 'k8s.corp:6443' }, 'direct'],
  ['https://k8s.corp:6443', { HTTPS_PROXY: 'http://p', NO_PROXY: 'k8s.corp:443' }, 'proxied'],
  ['https://10.1.2.3', { HTTPS_PROXY: 'http://p', NO_PROXY: '10.0.0.0/8' }, 'direct'],
  ['https://11.1.2.3', { HTTPS_PROXY: 'http://p', NO_PROXY: '10.0.0.0/8' }, 'proxied'],
  ['https://10.1.2.3', { HTTPS_PROXY: 'http://p', NO_PROXY: '10.1.2.3' }, 'direct'],
  ['https://10.1.2.3', { HTTPS_PROXY: 'http://p', NO_PROXY: '2.3' }, 'proxied'],
  ['https://[fd00::7]', { HTTPS_PROXY: 'http://p', NO_PROXY: 'fd00::/8' }, 'direct'],
  ['https://[fd00::7]', { HTTPS_PROXY: 'http://p', NO_PROXY: 'fd00::7' }, 'direct'],
  ['https://k8s.corp', { HTTPS_PROXY: 'http://p', NO_PROXY: 'nonsense/99,,' }, 'proxied'],
];

test.each(rows)('%s with %j: %s', (server, env, expected) => {
  expect(proxyFromEnvironment(server, env) === undefined ? 'direct' : 'proxied').toBe(expected);
});
