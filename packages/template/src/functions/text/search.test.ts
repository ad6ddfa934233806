import { array, assert, constantFrom, integer, property } from 'fast-check';
import { expect, test } from 'vitest';
import { Search } from './search.ts';

const ab = (length: number) =>
  array(constantFrom('a', 'b'), { minLength: 1, maxLength: length }).map((letters) => letters.join(''));

test('it finds what the engine finds, in texts long enough for its own way', () => {
  const longText = 'ab'.repeat(20_000);
  assert(
    property(ab(8), ab(40), integer({ min: 0, max: 50 }), (part, text, from) => {
      const whole = text + longText + text;
      expect(new Search(part).next(whole, from)).toBe(whole.indexOf(part, from));
      expect(new Search(part + text).next(whole, from)).toBe(whole.indexOf(part + text, from));
    }),
  );
});

test('all places, none overlapping', () => {
  expect(new Search('aa').all('aaaaa')).toEqual([0, 2]);
  expect(new Search('aa').all('b'.repeat(70_000))).toEqual([]);
  expect(new Search('bb').all(`${'a'.repeat(70_000)}bbbbb`)).toEqual([70_000, 70_002]);
  expect(new Search('x').all('')).toEqual([]);
});
