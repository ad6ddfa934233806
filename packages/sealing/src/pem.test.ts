import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { pemBlocks, toPem } from './pem.ts';

const labels = (text: string): string[] => [...pemBlocks(text)].map(({ label }) => label);

test('lines are 64 characters and the text ends with a newline', () => {
  expect(toPem('X', new Uint8Array(48))).toBe(`-----BEGIN X-----\n${'A'.repeat(64)}\n-----END X-----\n`);
  expect(toPem('X', new Uint8Array(49)).split('\n')).toEqual(['-----BEGIN X-----', 'A'.repeat(64), 'AA==', '-----END X-----', '']);
});

test('any bytes come back, whatever the line ends and the text around', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 500 }), fc.constantFrom('\n', '\r\n', ' \n'), (bytes, lineEnd) => {
      const text = `before\n${toPem('THIS ONE', bytes).replaceAll('\n', lineEnd)}after`;
      expect([...pemBlocks(text)].map((block) => [block.label, block.decode()])).toEqual([['THIS ONE', bytes]]);
    }),
  );
});

test('several blocks, in order; unfinished and mismatched ones are passed over', () => {
  const a = toPem('A', Uint8Array.of(1));
  const b = toPem('B', Uint8Array.of(2));
  expect(labels(a + b)).toEqual(['A', 'B']);
  expect(labels(`${a}-----BEGIN B-----\nAA==\n`)).toEqual(['A']);
  expect(labels(`-----BEGIN B-----\nAA==\n-----END A-----\n${a}`)).toEqual(['A']);
  expect(labels('-----BEGIN A')).toEqual([]);
});

test('headers are seen', () => {
  const text = '-----BEGIN K-----\nProc-Type: 4,ENCRYPTED\n\nAA==\n-----END K-----\n';
  expect([...pemBlocks(text)].map(({ hasHeaders }) => hasHeaders)).toEqual([true]);
});

test('a text made of beginnings only is read in linear time', () => {
  const hostile = `${'-----BEGIN A-----\n'.repeat(150_000)}-----END B-----`;
  expect(labels(hostile)).toEqual([]); // quadratic would take minutes and meet the time limit of the test
});
