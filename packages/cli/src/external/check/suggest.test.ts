import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

test.each([
  ['refreshIntervall', ['refreshInterval', 'refreshPolicy'], 'refreshInterval'],
  ['secretkey', ['secretKey', 'remoteRef'], 'secretKey'],
  ['remoteRfe', ['secretKey', 'remoteRef'], 'remoteRef'],
  ['kye', ['key', 'kind'], 'key'],
  ['owner', ['Owner', 'Orphan', 'None'], 'Owner'],
  ['colour', ['name', 'kind'], undefined],
  ['x', [], undefined],
])('%s among %j: %s', (name, names, expected) => {
  expect(suggest(name, names)).toBe(expected);
});

test('one letter more, less or swapped is always found, and a name is never its own suggestion', () => {
  const name = fc.stringMatching(/^[a-z]{4,12}$/);
  fc.assert(
    fc.property(name, fc.nat(), (meant, at) => {
      const cut = at % meant.length;
      expect(suggest(`${meant.slice(0, cut)}x${meant.slice(cut)}`, [meant])).toBe(meant);
      expect(suggest(meant.slice(0, cut) + meant.slice(cut + 1), [meant])).toBe(meant);
      expect(suggest(meant, [meant])).toBeUndefined();
    }),
  );
});
