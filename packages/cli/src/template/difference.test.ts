import { describe, expect, test } from 'vitest';
import { difference } from './difference.ts';

const of = (expected: string, rendered: string): string[] =>
  difference(Buffer.from(expected, 'latin1'), Buffer.from(rendered, 'latin1'));

describe('what differs', () => {
  const rows: [string, string, string, string[]][] = [
    ['nothing', 'a\nb\n', 'a\nb\n', []],
    [
      'one line of many, with two around it',
      '1\n2\n3\nx\n5\n6\n7\n',
      '1\n2\n3\ny\n5\n6\n7\n',
      ['  2', '  3', '- x', '+ y', '  5', '  6'],
    ],
    ['a line too many', 'a\nb\n', 'a\nnew\nb\n', ['  a', '+ new', '  b']],
    ['a line end', 'a\n', 'a', ['- a', '+ a (no line end)']],
    ['blanks at the end', 'a\n', 'a  \n', ['- a', '+ a··']],
    ['a tab and a carriage return', 'a b\n', 'a\tb\r\n', ['- a b', '+ a\\u0009b\\u000d']],
    ['everything', '', 'a\n', ['- (nothing)', '+ a']],
    ['bytes', '\x00\xff\x01', '\x00\xff\x02', ['3 bytes expected, 3 rendered; the first difference is at byte 2']],
  ];
  test.each(rows)('%s', (_name, expected, rendered, lines) => {
    expect(of(expected, rendered)).toEqual(lines);
  });

  test('much is cut short', () => {
    const lines = of('', 'x\n'.repeat(100));
    expect(lines).toHaveLength(25);
    expect(lines.at(-1)).toBe('  ... 77 more lines');
  });
});
