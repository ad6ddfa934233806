import { describe, expect, test } from 'vitest';
import { externalSecretsFunctions } from '../../sets.ts';
import { outcomeOf } from '../../testing/outcome.ts';

describe('base64', () => {
  const rows = [
    ['{{ b64enc "" }}', ''],
    ['{{ b64enc "a" }}', 'YQ=='],
    ['{{ b64enc "hé" }}', 'aMOp'],
    ['{{ b64enc .bad }}', 'Yf/DqYUgQg=='],
    ['{{ b64dec "" }}', ''],
    ['{{ b64dec "aGVsbG8=" }}', 'hello'],
    ['{{ b64dec "aGVs\\nbG8=" }}', 'hello'],
    ['{{ b64dec "aGVsbG9=" }}', 'hello'],
    ['{{ b64dec "not base64!" }}', 'illegal base64 data at input byte 3'],
    ['{{ b64dec "aGVsbG8" }}', 'illegal base64 data at input byte 4'],
    ['{{ b64dec "=" }}', 'illegal base64 data at input byte 0'],
    ['{{ b64dec "ab=c" }}', 'illegal base64 data at input byte 2'],
    ['{{ b64dec "YQ==YQ==" }}', 'illegal base64 data at input byte 4'],
    ['{{ b64dec "é" }}', 'illegal base64 data at input byte 0'],
    ['{{ b64dec "-_==" }}', 'illegal base64 data at input byte 0'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('base32', () => {
  const rows = [
    ['{{ b32enc "" }}', ''],
    ['{{ b32enc "f" }}', 'MY======'],
    ['{{ b32enc "fo" }}', 'MZXQ===='],
    ['{{ b32enc "foo" }}', 'MZXW6==='],
    ['{{ b32enc "foob" }}', 'MZXW6YQ='],
    ['{{ b32enc "fooba" }}', 'MZXW6YTB'],
    ['{{ b32enc "foobar" }}', 'MZXW6YTBOI======'],
    ['{{ b32enc .bad }}', 'MH74HKMFEBBA===='],
    ['{{ b32dec "MZXW6YTBOI======" }}', 'foobar'],
    ['{{ b32dec "MZXW\\n6===" }}', 'foo'],
    ['{{ b32dec "MY======x" }}', 'f'],
    ['{{ b32dec "MZ======" }}', 'f'],
    ['{{ b32dec "MZXW6" }}', 'illegal base32 data at input byte 0'],
    ['{{ b32dec "mzxw6===" }}', 'illegal base32 data at input byte 0'],
    ['{{ b32dec "MZ=A====" }}', 'illegal base32 data at input byte 2'],
    ['{{ b32dec "A=======" }}', 'illegal base32 data at input byte 1'],
    ['{{ b32dec "MZXW6=" }}', 'illegal base32 data at input byte 6'],
    ['{{ b32dec "MZXW6YTB1" }}', 'illegal base32 data at input byte 8'],
    ['{{ b32dec "MZXW6YTB\\n1" }}', 'illegal base32 data at input byte 8'],
    ['{{ b32dec "AAAAAA==" }}', 'illegal base32 data at input byte 6'],
    ['{{ b32dec "AA======AA======" }}', 'illegal base32 data at input byte 2'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

describe('JSON', () => {
  const rows = [
    ['{{ toJson "<é&\\u2028>" }}', '"\\u003cé\\u0026\\u2028\\u003e"'],
    ['{{ toRawJson "<é&\\u2028>" }}', '"<é&\\u2028>"'],
    ['{{ toJson nil }}', 'null'],
    ['{{ toJson (list) }}', '[]'],
    ['{{ toJson (list 1 1.0 1e21 "x" nil true) }}', '[1,1,1e+21,"x",null,true]'],
    ['{{ toJson .bad }}', '"a\\ufffdé\\ufffd B"'],
    [
      '{{ toPrettyJson (dict "b" (list 1 2) "a" (dict) "c" (list)) }}',
      '{\n  "a": {},\n  "b": [\n    1,\n    2\n  ],\n  "c": []\n}',
    ],
    ['{{ toJson (float64 "NaN") }}', ''],
    ['{{ toPrettyJson (float64 "inf") }}', ''],
    ['{{ toRawJson (float64 "NaN") }}', 'error: json: unsupported value: NaN'],
    ['{{ mustToJson (float64 "NaN") }}', 'error: json: unsupported value: NaN'],
    ['{{ mustToPrettyJson (float64 "-inf") }}', 'error: json: unsupported value: -Inf'],
    ['{{ mustToRawJson (float64 "inf") }}', 'error: json: unsupported value: +Inf'],
    ['{{ (fromJson "{\\"a\\":[1,2.5,null,\\"x\\"]}").a }}', '[1 2.5 <nil> x]'],
    ['{{ fromJson "{bad" }}', '<no value>'],
    ['{{ fromJson "" }}', '<no value>'],
    ['{{ fromJson "1 2" }}', '<no value>'],
    ['{{ fromJson "null" }}', '<no value>'],
    ['{{ mustFromJson "[1]" }}', '[1]'],
    ['{{ printf "%T" (fromJson "1") }}', 'float64'],
    ['{{ mustFromJson "[1] x" }}', "error: invalid character '…' after top-level value"],
    ['{{ mustFromJson "" }}', 'error: unexpected end of JSON input'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template)).toBe(expected);
  });
});

// The words of encoding/hex; that they are the value, as with b64dec, is how that set treats undecodable text.
describe('hexadecimal, which only the ExternalSecret set has', () => {
  const rows = [
    ['{{ hexdec "68656c6C6F" }}', 'hello'],
    ['{{ hexdec "" }}', ''],
    ['{{ hexdec "abc" }}', 'encoding/hex: odd length hex string'],
    ['{{ hexdec "zz" }}', "encoding/hex: invalid byte: U+007A 'z'"],
    ['{{ hexdec "0g1" }}', "encoding/hex: invalid byte: U+0067 'g'"],
    ['{{ hexdec "00\\n0" }}', 'encoding/hex: invalid byte: U+000A'],
  ] as const;

  test.each(rows)('%s is %j', (template, expected) => {
    expect(outcomeOf(template, { functions: externalSecretsFunctions })).toBe(expected);
  });

  test('a SealedSecret does not have it', () => {
    expect(outcomeOf('{{ hexdec "00" }}')).toContain('function "hexdec" not defined');
  });
});
