import { describe, expect, test } from 'vitest';
import { parseFlags } from './flags.ts';

// Source: the flag rules of kubeseal v0.38 (GNU-style flags of Go programs).
describe('parseFlags', () => {
  test.each<[readonly string[], string, string]>([
    [[], 'format', 'json'],
    [['-o', 'yaml'], 'format', 'yaml'],
    [['-oyaml'], 'format', 'yaml'],
    [['-o=yaml'], 'format', 'yaml'],
    [['--format', 'yaml'], 'format', 'yaml'],
    [['--format=yaml'], 'format', 'yaml'],
    [['--format=yaml', '--format', 'json'], 'format', 'json'],
    [['--cert', '--raw'], 'cert', '--raw'],
    [['--cert='], 'cert', ''],
    [['--scope', ''], 'scope', ''],
    [['-n', 'ns/web'], 'namespace', 'ns/web'],
  ])('%j: %s is %j', (argv, name, value) => expect(parseFlags(argv, {}).text(name)).toBe(value));

  test.each<[readonly string[], boolean]>([
    [['--raw'], true],
    [['--raw=true'], true],
    [['--raw=1'], true],
    [['--raw=false'], false],
    [['--raw', 'false'], true],
  ])('%j: raw is %s', (argv, on) => expect(parseFlags(argv, {}).on('raw')).toBe(on));

  test('lists grow by repetition and by commas', () => {
    expect(parseFlags(['--recovery-private-key', 'a,b', '--recovery-private-key=c'], {}).list('recovery-private-key')).toEqual([
      'a',
      'b',
      'c',
    ]);
  });

  test.each<[Record<string, string>, readonly string[], string]>([
    [{}, [], 'strict'],
    [{ SEALED_SECRETS_SCOPE: 'cluster-wide' }, [], 'cluster-wide'],
    [{ SEALED_SECRETS_SCOPE: 'cluster-wide' }, ['--scope', 'strict'], 'strict'],
    [{ SEALED_SECRETS_SCOPE: '' }, [], ''],
    [{ SEALED_SECRETS_SCOPE: 'nonsense' }, [], 'strict'],
  ])('with %j, %j the scope is %j', (env, argv, scope) => expect(parseFlags(argv, env).text('scope')).toBe(scope));

  test('only the command line counts as given', () => {
    expect(parseFlags([], { SEALED_SECRETS_NAMESPACE: 'a' }).given('namespace')).toBe(false);
    expect(parseFlags(['-n', 'a'], {}).given('namespace')).toBe(true);
  });

  test.each([
    [['--nonsense'], 'unknown flag: --nonsense'],
    [['-x'], "unknown shorthand flag: 'x' in -x"],
    [['--cert'], 'flag needs an argument: --cert'],
    [
      ['--scope', 'nonsense'],
      'invalid argument "nonsense" for "--scope" flag: must be one of: strict, namespace-wide, cluster-wide',
    ],
    [['--raw=maybe'], 'invalid argument "maybe" for "--raw" flag: strconv.ParseBool: parsing "maybe": invalid syntax'],
  ])('%j is refused', (argv, message) => expect(() => parseFlags(argv, {})).toThrow(message));
});
