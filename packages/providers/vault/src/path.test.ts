import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Aspect } from './path.ts';
import { escapedPath, pathOf } from './path.ts';

// Source: external-secrets v2.9 behaviour (vault provider: data and metadata paths).
describe('where a secret is found', () => {
  const rows: readonly (readonly [mount: string | undefined, version: 'v1' | 'v2', aspect: Aspect, key: string, path: string])[] = [
    ['secret', 'v2', 'data', 'foo', 'secret/data/foo'],
    ['secret', 'v2', 'data', 'a/b/c', 'secret/data/a/b/c'],
    ['secret', 'v2', 'data', '/foo', 'secret/data/foo'],
    ['secret', 'v2', 'data', 'foo//bar/', 'secret/data/foo/bar'],
    ['secret/path', 'v2', 'data', 'foo', 'secret/path/data/foo'],
    ['secret/path', 'v2', 'data', 'secret/path/foo', 'secret/path/data/foo'],
    ['secret/path', 'v2', 'data', 'secret/path/data/foo', 'secret/path/data/foo'],
    ['secret', 'v2', 'data', 'data/foo', 'secret/data/data/foo'], // without the mount before it, data is a name
    ['secret', 'v2', 'data', 'secret', 'secret/data/secret'], // a secret of the mount's name
    ['secret', 'v2', 'data', 'secrets/foo', 'secret/data/secrets/foo'], // no prefix of segments
    ['secret', 'v2', 'metadata', 'foo', 'secret/metadata/foo'],
    ['secret', 'v2', 'metadata', 'secret/data/foo', 'secret/metadata/foo'],
    ['secret', 'v2', 'list', '', 'secret/metadata'],
    ['secret', 'v2', 'list', 'secret', 'secret/metadata'],
    ['secret', 'v2', 'list', 'team/', 'secret/metadata/team'],
    ['secret', 'v1', 'data', 'foo', 'secret/foo'],
    ['secret', 'v1', 'data', 'secret/foo', 'secret/foo'],
    ['secret', 'v1', 'data', 'secret/data/foo', 'secret/data/foo'], // version v1 knows no data/
    ['secret', 'v1', 'list', '', 'secret'],
    [undefined, 'v2', 'data', 'secret/path/foo', 'secret/data/path/foo'],
    [undefined, 'v2', 'data', 'secret/path/data/foo', 'secret/path/data/foo'],
    [undefined, 'v2', 'data', 'secret/data', 'secret/data/data'], // data at the end is a name
    [undefined, 'v2', 'metadata', 'secret/data/foo', 'secret/metadata/foo'],
    [undefined, 'v2', 'metadata', 'secret/foo', 'secret/metadata/foo'],
    [undefined, 'v2', 'list', 'secret/team', 'secret/metadata/team'],
    [undefined, 'v2', 'list', 'secret/data', 'secret/metadata'],
    [undefined, 'v1', 'data', 'secret/path/foo', 'secret/path/foo'],
  ];

  test.each(rows)('mount %s, %s, %s of %s -> %s', (mount, version, aspect, key, path) => {
    expect(pathOf({ mount, version }, key, aspect)).toBe(path);
  });

  test.each(['', '/', '..', 'a/../b', './a', 'secret/../../sys/mounts'])('the key %j is refused', (key) => {
    expect(() => pathOf({ mount: 'secret', version: 'v2' }, key, 'data')).toThrow(/^key: it/);
  });

  test('a search of everything needs a mount', () => {
    expect(() => pathOf({ mount: undefined, version: 'v2' }, '', 'list')).toThrow('the store names no mount');
  });

  test('promise 10: no key leads out of the mount', () => {
    const name = fc.string({ minLength: 1, unit: 'grapheme' });
    fc.assert(
      fc.property(fc.array(name, { minLength: 1 }), (names) => {
        const key = names.join('/');
        fc.pre(key.split('/').some(Boolean) && !key.split('/').some((each) => each === '.' || each === '..'));
        const { pathname } = new URL(escapedPath(pathOf({ mount: 'm', version: 'v2' }, key, 'data')), 'http://server/v1/');
        expect(pathname.startsWith('/v1/m/data/')).toBe(true);
      }),
    );
  });
});

test('what is sent is escaped segment by segment', () => {
  expect(escapedPath('secret/data/a b/c?d#e%2F/ü')).toBe('secret/data/a%20b/c%3Fd%23e%252F/%C3%BC');
});
