import { Buffer } from 'node:buffer';
import { describe, expect, test } from 'vitest';
import { compile } from '../../template.ts';
import { outcomeOf } from '../../testing/outcome.ts';

describe('words', () => {
  const rows = [
    ['{{ snakecase "FirstName" }}', 'first_name'],
    ['{{ snakecase "HTTPServer" }}', 'http_server'],
    ['{{ snakecase "NoHTTPS" }}', 'no_https'],
    ['{{ snakecase "GO_PATH" }}', 'go_path'],
    ['{{ snakecase "GO PATH" }}', 'go_path'],
    ['{{ snakecase "GO-PATH" }}', 'go_path'],
    ['{{ snakecase "http2xx" }}', 'http_2xx'],
    ['{{ snakecase "HTTP20xOK" }}', 'http_20x_ok'],
    ['{{ snakecase "Duration2m3s" }}', 'duration_2m3s'],
    ['{{ snakecase "Bld4Floor3rd" }}', 'bld4_floor_3rd'],
    ['{{ snakecase "_a" }}', '_a'],
    ['{{ snakecase "a_" }}', 'a_'],
    ['{{ snakecase "__A__b" }}', '__a__b'],
    ['{{ snakecase "A" }}', 'a'],
    ['{{ snakecase "aB" }}', 'a_b'],
    ['{{ snakecase "ABc" }}', 'a_bc'],
    ['{{ snakecase "1a" }}', '1a'],
    ['{{ snakecase "a1" }}', 'a1'],
    ['{{ snakecase "a.b" }}', 'a.b'],
    ['{{ snakecase "a..B" }}', 'a..b'],
    ['{{ snakecase "Éa" }}', 'éa'],
    ['{{ snakecase "日本語X" }}', '日本語_x'],
    ['{{ snakecase "x日本y" }}', 'x_日本_y'],
    ['{{ snakecase "3 4" }}', '3_4'],
    ['{{ snakecase "$x" }}', '$_x'],
    ['{{ snakecase "-" }}', '_'],
    ['{{ snakecase "" }}', ''],
    ['{{ snakecase "a  b" }}', 'a__b'],
    ['{{ snakecase "AB1" }}', 'ab1'],
    ['{{ snakecase "AB12cD" }}', 'ab_12c_d'],
    ['{{ snakecase "ABC_d" }}', 'abc_d'],
    ['{{ kebabcase "FirstName" }}', 'first-name'],
    ['{{ kebabcase "some_snake_case" }}', 'some-snake-case'],
    ['{{ kebabcase "A-b C" }}', 'a-b-c'],
    ['{{ kebabcase "x2Y" }}', 'x2-y'],
    ['{{ kebabcase "foo  bar" }}', 'foo--bar'],
    ['{{ printf "%q" (snakecase .bad) }}', '"a\\xffé�_b"'],
    ['{{ camelcase "some_words" }}', 'SomeWords'],
    ['{{ camelcase "http_server" }}', 'HttpServer'],
    ['{{ camelcase "no_https" }}', 'NoHttps'],
    ['{{ camelcase "_complex__case_" }}', '_Complex_Case_'],
    ['{{ camelcase "some words" }}', 'SomeWords'],
    ['{{ camelcase "GOLANG_IS_GREAT" }}', 'GolangIsGreat'],
    ['{{ camelcase "fooBar" }}', 'FooBar'],
    ['{{ camelcase "FOOBar baz" }}', 'FoobarBaz'],
    ['{{ camelcase "a" }}', 'A'],
    ['{{ camelcase "_" }}', '__'],
    ['{{ camelcase "__" }}', '___'],
    ['{{ camelcase "-a" }}', '-A'],
    ['{{ camelcase "x--" }}', 'X--'],
    ['{{ camelcase "é_é" }}', 'ÉÉ'],
    ['{{ camelcase "" }}', ''],
    ['{{ printf "%q" (camelcase .bad) }}', '"A�é�B"'],
    ['{{ plural "one" "many" 1 }}', 'one'],
    ['{{ plural "one" "many" 0 }}', 'many'],
    ['{{ plural "one" "many" -1 }}', 'many'],
    ['{{ hello }}', 'Hello!'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('shuffle', () => {
  const shuffled = compile('{{ shuffle .text }}');
  const of = (text: string, random: (length: number) => Uint8Array): string =>
    Buffer.from(shuffled.render(new Map([['text', text]]), { random })).toString();

  test('depends on chance', () => {
    expect(shuffled.isDeterministic).toBe(false);
    expect(shuffled.variableFunctions).toEqual(['shuffle']);
  });

  /** Random bytes that are these numbers, four bytes each; then zeros. */
  const numbers =
    (...list: number[]) =>
    (length: number): Uint8Array => {
      const bytes = new DataView(new ArrayBuffer(length));
      for (let at = 0; at < length; at += 4) bytes.setUint32(at, list.shift() ?? 0);
      return new Uint8Array(bytes.buffer);
    };

  test('takes its chance from the run: from the end on, each rune changes places with one not after it', () => {
    expect(of('aéc', numbers(0, 0))).toBe('éca');
    expect(of('aéc', numbers(2, 1))).toBe('aéc');
  });

  test('draws again where a remainder would favour the first', () => {
    expect(of('abc', numbers(0xffffffff, 2, 1))).toBe('abc');
  });

  test('of much text is the same runes', () => {
    const text = 'aé日😀'.repeat(500);
    const drawn = of(text, numbers(...Array.from({ length: 2000 }, (_, i) => (i * 2_654_435_761) % 2 ** 32)));
    expect(drawn).not.toBe(text);
    expect(Array.from(drawn).sort()).toEqual(Array.from(text).sort());
  });

  test('of nothing is nothing', () => {
    expect(of('', () => new Uint8Array(4))).toBe('');
  });
});
