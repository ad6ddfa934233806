import { Buffer } from 'node:buffer';
import type { Decoding } from '@signet/api';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decode } from './decode.ts';

const inWords = (text: string, strategy: Decoding): string | undefined => {
  const value = decode(Buffer.from(text), strategy);
  return value && Buffer.from(value).toString();
};

// Source: external-secrets v2.9 decodingStrategy; base64 itself is compared with Go in go-oracle/.
describe('external acceptance 20: decodingStrategy', () => {
  test.each<[text: string, strategy: Decoding, expected: string | undefined]>([
    ['Zm9v', 'None', 'Zm9v'],
    ['Zm9v', 'Base64', 'foo'],
    ['Zm9vYg==', 'Base64', 'foob'],
    ['Zm9vYg', 'Base64', undefined],
    ['Zm9v\nYg==\n', 'Base64', 'foob'],
    ['Pz8/', 'Base64', '???'],
    ['Pz8/', 'Base64URL', undefined],
    ['Pz8_', 'Base64URL', '???'],
    ['Pz8_', 'Base64', undefined],
    ['Zm9v', 'Auto', 'foo'],
    ['Pz8_', 'Auto', '???'],
    ['Pz8_Pz8/', 'Auto', 'Pz8_Pz8/'],
    ['hunter2', 'Auto', 'hunter2'],
    ['', 'Base64', ''],
  ])('%j by %s -> %j', (text, strategy, expected) => {
    expect(inWords(text, strategy)).toBe(expected);
  });

  test('any bytes come back out of both encodings', () => {
    fc.assert(
      fc.property(fc.uint8Array(), (bytes) => {
        const text = Buffer.from(bytes).toString('base64');
        const url = text.replaceAll('+', '-').replaceAll('/', '_');
        for (const [encoded, strategy] of [
          [text, 'Base64'],
          [url, 'Base64URL'],
          [text, 'Auto'],
          [url, 'Auto'],
        ] as const) {
          expect(Buffer.from(decode(Buffer.from(encoded), strategy) ?? 'refused')).toEqual(Buffer.from(bytes));
        }
      }),
    );
  });
});
