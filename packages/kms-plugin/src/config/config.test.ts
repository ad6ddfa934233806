import { describe, expect, test } from 'vitest';
import { readConfig } from './read.ts';
import { checkChange } from './reload.ts';

const least = `
provider: signet
cluster: prod
socket: { path: /run/signet-kms/kms.sock }
key: { local: { file: /etc/signet-kms/ring.json } }
`;

describe('the configuration file', () => {
  test('has defaults that stay below what the API server waits', () => {
    expect(readConfig('c.yaml', least)).toEqual({
      provider: 'signet',
      cluster: 'prod',
      socket: { path: '/run/signet-kms/kms.sock', mode: '0660' },
      http: '127.0.0.1:8087',
      key: { backend: 'local', config: { file: '/etc/signet-kms/ring.json' }, generation: 0 },
      previous: [],
      watch: { intervalSeconds: 60, retrySeconds: 10, timeoutSeconds: 10 },
      calls: { timeoutSeconds: 2.5, limit: 256 },
      cache: { entries: 5000 },
      logLevel: 'info',
    });
  });

  test('names keys that were used before', () => {
    const { previous } = readConfig('c.yaml', `${least}previous: [{ local: { file: /old }, generation: 2 }]`);
    expect(previous).toEqual([{ backend: 'local', config: { file: '/old' }, generation: 2 }]);
  });

  test.each([
    ['a misspelt setting', `${least}retries: 3`, 'retries: there is no such setting'],
    ['a misspelt setting further in', `${least}watch: { interval: 3 }`, 'watch.interval: there is no such setting'],
    ['no provider', least.replace('provider: signet', ''), 'provider: '],
    ['a colon in the name of the provider', least.replace('signet\n', 'sig:net\n'), 'provider: it is not'],
    [
      'a socket that everybody may connect to',
      least.replace('sock }', 'sock, mode: "0666" }'),
      'socket.mode: it is not an octal mode without',
    ],
    ['a mode that is a number', least.replace('sock }', 'sock, mode: 0660 }'), 'socket.mode: '],
    ['a relative socket', least.replace('/run', 'run'), 'socket.path: it is not an absolute path'],
    ['health for everybody', `${least}http: 0.0.0.0:8087`, 'http: it is not a loopback address'],
    ['longer than the API server waits', `${least}calls: { timeoutSeconds: 3 }`, 'calls.timeoutSeconds: '],
    ['two backends for one key', least.replace('local:', 'vault: {}, local:'), 'key: it names no backend, or more than one'],
    ['no backend', least.replace(/key: .*/, 'key: {}'), 'key: it names no backend'],
    ['not YAML', 'a: [', 'the file: it is not YAML'],
    ['the same setting twice', `${least}provider: other`, 'the file: it is not YAML'],
    ['nothing', '', 'the file: '],
  ])('%s is refused', (_, text, message) => {
    expect(() => readConfig('c.yaml', text)).toThrow(`c.yaml: ${message}`);
  });

  test.each([
    ['provider', least.replace('provider: signet', 'provider: other')],
    ['cluster', least.replace('cluster: prod', 'cluster: other')],
    ['socket', least.replace('kms.sock', 'other.sock')],
    ['audit', `${least}audit: { file: /var/log/a }`],
  ])('kms 44: %s cannot change while the program runs', (field, text) => {
    expect(() => checkChange('c.yaml', readConfig('c.yaml', least), readConfig('c.yaml', text))).toThrow(
      `c.yaml: ${field}: it cannot change while signet-kms runs`,
    );
  });

  test('kms 44: the key can', () => {
    expect(() =>
      checkChange('c.yaml', readConfig('c.yaml', least), readConfig('c.yaml', least.replace('ring', 'next'))),
    ).not.toThrow();
  });
});
