import { isSignetError } from '@signet/errors';
import { describe, expect, test } from 'vitest';
import { parseConfig } from './config.ts';
import { parseGoDuration } from '@signet/api/go-duration';

/** The code and message of what parsing throws. */
function refusal(argv: readonly string[], env: Record<string, string> = {}): string {
  try {
    parseConfig(argv, env);
    return 'accepted';
  } catch (error) {
    return isSignetError(error) ? `${error.code} ${error.message} (exit ${error.exit})` : String(error);
  }
}

// Source: flags of sealed-secrets v0.38 and their defaults.
describe('flags', () => {
  test('the defaults', () => {
    expect(parseConfig([], { POD_NAMESPACE: 'ns' })).toMatchObject({
      namespace: 'ns',
      namespaces: undefined,
      keyPrefix: 'sealed-secrets-key',
      keySize: 4096,
      keyTtlMs: 315_360_000_000,
      keyOrderPriority: 'CertNotBefore',
      updateStatus: true,
      skipRecreate: false,
      namespaceSelector: '',
      recreateSecrets: true,
      forbiddenSecretTypes: new Set(),
      listenAddr: ':8080',
      listenMetricsAddr: ':8081',
      readTimeoutMs: 120_000,
      logLevel: 'info',
      logFormat: 'text',
      leaderElect: true,
      show: undefined,
      notes: [],
    });
  });

  test.each([
    [['--update-status=false'], {}, false],
    [['--update-status', 'false'], {}, false],
    [['--update-status'], { SEALED_SECRETS_UPDATE_STATUS: 'false' }, true],
    [[], { SEALED_SECRETS_UPDATE_STATUS: 'f' }, false],
    [[], { SEALED_SECRETS_UPDATE_STATUS: '' }, true],
  ] as const)('%j with %j: the command line wins over the environment', (argv, env, expected) => {
    expect(parseConfig(argv, env).updateStatus).toBe(expected);
  });

  test.each([
    [[], undefined],
    [['--all-namespaces=false'], ['own']],
    [['--additional-namespaces=a, b,,own'], ['own', 'a', 'b']],
    [
      ['--all-namespaces', '--additional-namespaces=a'],
      ['own', 'a'],
    ],
    [['--namespace-selector=team=a'], ['own']],
    [
      ['--namespace-selector=team=a', '--additional-namespaces=a'],
      ['own', 'a'],
    ],
    [['--namespace-selector='], undefined],
  ] as const)('namespaces of %j', (argv, expected) => {
    expect(parseConfig(argv, { POD_NAMESPACE: 'own' }).namespaces).toEqual(expected);
  });

  test('labels of new keys; an entry without = is an error, not a crash (#1386)', () => {
    expect(parseConfig(['--privatekey-labels=a=b,c=d=e'], {}).privateKeyLabels).toEqual({ a: 'b', c: 'd=e' });
    expect(refusal(['--privatekey-labels=a'])).toMatch(/^SIGNET_CONTROLLER_FLAG_INVALID .*--privatekey-labels.*exit 2/);
  });

  test.each([
    [['--key-size=big']],
    [['--key-size=1024']],
    [['--key-ttl=10']],
    [['--key-prefix=Bad_Name']],
    [['--log-format=xml']],
    [['--update-status=maybe']],
    [['--listen-addr=8080']],
    [['--key-order-priority=Random']],
  ])('%j is refused', (argv) => {
    expect(refusal(argv)).toMatch(/^SIGNET_CONTROLLER_FLAG_INVALID .*\(exit 2\)$/);
  });

  test('a bad value in the environment is refused too', () => {
    expect(refusal([], { SEALED_SECRETS_KEY_SIZE: 'x' })).toMatch(/FLAG_INVALID/);
  });

  test.each([[['--no-such-flag']], [['word']]])('%j is unknown', (argv) => {
    expect(refusal(argv)).toMatch(/^SIGNET_CONTROLLER_FLAG_UNKNOWN .*\(exit 2\)$/);
  });
});

describe('flags of the peer', () => {
  // What the chart of sealed-secrets passes with its default and commonly set values.
  test("a chart's usual arguments do not stop the program", () => {
    const { notes } = parseConfig(
      [
        '--update-status',
        '--key-prefix=sealed-secrets-key',
        '--key-renew-period=0',
        '--rate-limit=2',
        '--rate-limit-burst=2',
        '--max-unseal-retries=10',
        '--watch-for-secrets',
        '--listen-addr=:8080',
        '--listen-metrics-addr=:8081',
        '--log-level=DEBUG',
        '--log-format=json',
      ],
      {},
    );
    expect(notes.map((note) => note.split(' ')[0])).toEqual(['--max-unseal-retries', '--watch-for-secrets']);
  });
});

describe('when keys are renewed', () => {
  const period = (...argv: string[]): number => parseConfig(argv, {}).keyRenewPeriodMs;

  test('every 720 h, or as told; the old name of the flag counts where the new one is not given', () => {
    expect(period()).toBe(2_592_000_000);
    expect(period('--key-renew-period=24h')).toBe(86_400_000);
    expect(period('--key-renew-period=0')).toBe(0);
    expect(period('--rotate-period=1h')).toBe(3_600_000);
    expect(period('--rotate-period=0')).toBe(0);
    expect(period('--rotate-period=1h', '--key-renew-period=2h')).toBe(7_200_000);
  });

  test('a period that fills the cluster with keys is remarked upon', () => {
    expect(parseConfig(['--key-renew-period=1m'], {}).notes).toEqual([expect.stringContaining('every 60 s')]);
    expect(parseConfig(['--key-renew-period=1h', '--accept-deprecated-v1-data'], {}).notes).toEqual([]);
  });

  test('a cutoff is a time of RFC 1123 with a numeric zone', () => {
    expect(parseConfig([], {}).keyCutoff).toBeUndefined();
    expect(parseConfig(['--key-cutoff-time=Mon, 02 Jan 2006 15:04:05 -0700'], {}).keyCutoff).toBe(Date.UTC(2006, 0, 2, 22, 4, 5));
  });

  test.each(['now', '2006-01-02', 'Mon, 02 Jan 2006 15:04:05 MST', 'Mon, 42 Jan 2006 15:04:05 -0700'])('%s is none', (text) => {
    expect(refusal([`--key-cutoff-time=${text}`])).toMatch(/^SIGNET_CONTROLLER_FLAG_INVALID .*--key-cutoff-time.*\(exit 2\)$/);
  });
});

test('--version and --help are printed, not run', () => {
  expect(parseConfig(['--version'], {}).show).toMatch(/^controller version: v\d+\.\d+\.\d+\n$/);
  expect(parseConfig(['--help'], {}).show).toContain('--additional-namespaces');
});

// Source: Go's time.ParseDuration.
test.each([
  ['720h', 2_592_000_000],
  ['1m30s', 90_000],
  ['1.5h', 5_400_000],
  ['-1s', -1000],
  ['0', 0],
  ['100ms', 100],
  ['', undefined],
  ['10', undefined],
  ['1d', undefined],
  ['h', undefined],
])('duration %j is %j ms', (text, expected) => {
  expect(parseGoDuration(text)).toBe(expected);
});
