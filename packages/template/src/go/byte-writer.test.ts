import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ByteWriter } from './byte-writer.ts';
import { fromRunes } from './utf8.ts';

describe('collecting bytes', () => {
  test('more than was expected, and more than fits at once', () => {
    const writer = new ByteWriter(1);
    const text = 'abc\xff'.repeat(50_000);
    writer.copy(text, 0, text.length);
    expect(writer.text()).toBe(text);
  });

  test('escapes', () => {
    const writer = new ByteWriter(0);
    writer.escape(0x6e);
    writer.hex(0x78, 0xaf, 2);
    writer.hex(0x55, 0x10ffff, 8);
    expect(writer.text()).toBe('\\n\\xaf\\U0010ffff');
  });

  test('code points are UTF-8', () => {
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 0, max: 0x10ffff }).filter((code) => code < 0xd800 || code > 0xdfff)), (codes) => {
        const writer = new ByteWriter(8);
        for (const code of codes) writer.rune(code);
        expect(writer.text()).toBe(fromRunes(codes));
      }),
    );
  });
});
