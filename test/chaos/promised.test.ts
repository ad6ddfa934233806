import { describe, expect, test } from 'vitest';
import { Promised } from './promised.ts';

describe('the model itself', () => {
  const first = { user: 'a', password: '1' };
  const second = { user: 'b', password: '2' };
  const rows: readonly [string, (it: Promised) => void, RegExp][] = [
    ['absent, first, second', (it) => [undefined, first, first, second].forEach((found) => it.sees('x', found)), /^$/],
    ['a generation may be skipped', (it) => it.sees('x', second), /^$/],
    ['mixed', (it) => it.sees('x', { user: 'a', password: '2' }), /third thing/],
    ['partial', (it) => it.sees('x', { user: 'a' }), /third thing/],
    ['more', (it) => it.sees('x', { ...first, more: '' }), /third thing/],
    ['back', (it) => [second, first].forEach((found) => it.sees('x', found)), /back to generation 0 after 1/],
    ['gone', (it) => [first, undefined].forEach((found) => it.sees('x', found)), /gone after generation 0/],
    ['unasked', (it) => it.sees('y', first), /nobody asked/],
  ];
  test.each(rows)('%s', (_says, look, complaint) => {
    const it = new Promised();
    it.asks('x', first);
    it.asks('x', second);
    look(it);
    expect(it.violations.join()).toMatch(complaint);
  });

  test('unsettled until the newest was seen', () => {
    const it = new Promised();
    it.asks('x', first);
    expect(it.unsettled).toEqual(['x']);
    it.sees('x', first);
    expect(it.unsettled).toEqual([]);
    it.asks('x', second);
    expect(it.unsettled).toEqual(['x']);
  });
});
