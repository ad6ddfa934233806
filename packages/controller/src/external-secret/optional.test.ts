import { describe, expect, test } from 'vitest';
import { Optional } from './optional.ts';

const of = (text?: string): Optional =>
  new Optional({
    metadata: { name: 'db', namespace: 'web', ...(text !== undefined && { annotations: { 'signet.dev/optional': text } }) },
  });

// Ours: the annotation signet.dev/optional.
describe('items that may be missing', () => {
  test.each([
    ['a', true, false],
    [' a , dataFrom[2] ', true, true],
    ['dataFrom[2]', false, true],
    ['a,,b', true, false],
    ['A', false, false],
    ['ab', false, false],
    ['', false, false],
    [undefined, false, false],
  ])('%j: data "a" %s, dataFrom[2] %s', (text, data, dataFrom) => {
    expect([of(text).data('a'), of(text).dataFrom(2)]).toEqual([data, dataFrom]);
  });

  test('an empty name makes nothing optional that has a name', () => {
    expect(of(',').data('a')).toBe(false);
  });
});
