import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { compile } from '../../template.ts';

/** Every byte in turn, for ever: even by construction. */
function counting(): (length: number) => Uint8Array {
  let next = 0;
  return (length) => Uint8Array.from({ length }, () => next++ & 0xff);
}

const render = (text: string): string => Buffer.from(compile(text).render(new Map(), { random: counting() })).toString('latin1');

function alphabetOf(text: string): string {
  return [...new Set(text)].sort().join('');
}

const upper = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ';
const digits = '0123456789';

describe('random text', () => {
  test.each([
    ['randAlpha', 52, upper + upper.toLowerCase()],
    ['randAlphaNum', 62, digits + upper + upper.toLowerCase()],
    ['randNumeric', 10, digits],
    ['randAscii', 95, String.fromCharCode(...Array.from({ length: 95 }, (_, i) => 32 + i))],
  ])('%s draws each of its %i characters equally often', (name, size, alphabet) => {
    const times = Math.floor(256 / size);
    const text = render(`{{ ${name} ${size * times} }}`);
    expect(alphabetOf(text)).toBe(alphabet);
    for (const char of alphabet) expect(text.split(char).length - 1, char).toBe(times);
  });

  test('a count below one gives nothing', () => {
    expect(render('{{ randAlpha 0 }}|{{ randNumeric -1 }}|{{ randAscii -9223372036854775808 }}')).toBe('||');
  });

  test('long texts have their length', () => {
    expect(render('{{ randAlphaNum 100000 | len }}')).toBe('100000');
  });

  test.each([
    '{{ randAlpha 9223372036854775807 }}',
    '{{ randBytes 100000000000 }}',
    '{{ range until 1000 }}{{ $x := randAscii 1000000 }}{{ end }}',
  ])('%s ends at a limit', (text) => {
    expect(() => render(text)).toThrow(expect.objectContaining({ code: 'SIGNET_TEMPLATE_LIMIT' }));
  });
});

describe('random bytes', () => {
  test('they are printed in base64', () => {
    expect(render('{{ randBytes 4 }}|{{ randBytes 0 }}')).toBe('AAECAw==|');
  });

  test.each(['-1', '9223372036854775807'])('%s of them panic in Go', (count) => {
    expect(() => render(`{{ randBytes ${count} }}`)).toThrow('error calling randBytes: runtime error: makeslice: len out of range');
  });
});

describe('random integers', () => {
  test('are from the first to below the second', () => {
    const numbers = render('{{ range until 300 }}{{ randInt -2 3 }} {{ end }}').trim().split(' ');
    expect([...new Set(numbers)].sort((a, b) => Number(a) - Number(b))).toEqual(['-2', '-1', '0', '1', '2']);
  });

  test.each(['5 5', '5 4', '-9223372036854775808 9223372036854775807'])('%s is nothing to draw from', (range) => {
    expect(() => render(`{{ randInt ${range} }}`)).toThrow('error calling randInt: invalid argument to Intn');
  });
});

test('a UUID of version 4 (RFC 9562)', () => {
  expect(render('{{ uuidv4 }}')).toBe('00010203-0405-4607-8809-0a0b0c0d0e0f');
});

test('templates with them are not deterministic', () => {
  expect(compile('{{ randAlpha 3 }}{{ sha1sum "x" }}{{ uuidv4 }}').variableFunctions).toEqual(['randAlpha', 'uuidv4']);
});
