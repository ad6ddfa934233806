import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { splitStream } from './split.ts';

const kinds = (text: string): string[] => splitStream(text).map(({ kind, start, end }) => `${kind}:${text.slice(start, end)}`);

describe('acceptance 48: splitStream', () => {
  const rows: [string, string, string[]][] = [
    ['nothing', '', []],
    ['one document', 'a: 1\n', ['yaml:a: 1\n']],
    ['two documents', 'a: 1\n---\nb: 2\n', ['yaml:a: 1\n', 'separator:---\n', 'yaml:b: 2\n']],
    ['a separator with blanks after it', 'a: 1\n---  \t\nb: 2', ['yaml:a: 1\n', 'separator:---  \t\n', 'yaml:b: 2']],
    ['a separator with CRLF', 'a: 1\r\n---\r\nb: 2\r\n', ['yaml:a: 1\r\n', 'separator:---\r\n', 'yaml:b: 2\r\n']],
    ['a separator at the very end', 'a: 1\n---', ['yaml:a: 1\n', 'separator:---']],
    ['text after the dashes is no separator', 'a: |\n  x\n--- # no\nb: 1\n', ['yaml:a: |\n  x\n--- # no\nb: 1\n']],
    ['four dashes are no separator', '----\n', ['yaml:----\n']],
    ['indented dashes are no separator', 'a: |\n  ---\n', ['yaml:a: |\n  ---\n']],
    ['comments alone are blank', '# c\n\n---\na: 1\n', ['blank:# c\n\n', 'separator:---\n', 'yaml:a: 1\n']],
    ['directives alone are blank', '%YAML 1.1\n---\na: 1\n', ['blank:%YAML 1.1\n', 'separator:---\n', 'yaml:a: 1\n']],
    ['a byte order mark', '\uFEFF---\na: 1\n', ['blank:\uFEFF', 'separator:---\n', 'yaml:a: 1\n']],
    ['a JSON stream', '{"a":1}\n{"b":"}{"}', ['json:{"a":1}', 'blank:\n', 'json:{"b":"}{"}']],
    ['JSON among YAML', '{"a":1}\n---\nb: 2\n', ['json:{"a":1}', 'blank:\n', 'separator:---\n', 'yaml:b: 2\n']],
    ['a YAML flow mapping', '{a: 1}\n', ['yaml:{a: 1}\n']],
    ['JSON that breaks off', '{"a":1}\n{"b":', ['yaml:{"a":1}\n{"b":']],
  ];
  test.each(rows)('%s', (_, text, expected) => {
    expect(kinds(text)).toEqual(expected);
  });

  test('loses no character of any text', () => {
    const line = fc.constantFrom(
      '---',
      '--- ',
      '--- x',
      '',
      '# c',
      'a: 1',
      '{"a":1}',
      '{',
      '}',
      '"',
      '\uFEFF',
      '%TAG',
      '...',
      '  ---',
    );
    const text = fc.oneof(
      fc.string({ unit: 'binary' }),
      fc.array(line).map((lines) => lines.join('\n')),
      fc.array(line).map((lines) => lines.join('\r\n')),
    );
    fc.assert(
      fc.property(text, (any) => {
        const pieces = splitStream(any);
        expect(pieces.map(({ start, end }) => any.slice(start, end)).join('')).toBe(any);
        expect(pieces.every(({ start, end }) => start < end)).toBe(true);
      }),
      { numRuns: 2000 },
    );
  });
});
