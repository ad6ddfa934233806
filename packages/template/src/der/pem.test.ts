import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { decodePem, decodePemBlocks, encodePem } from './pem.ts';

const block = (type: string, body: string): string => `-----BEGIN ${type}-----\n${body}\n-----END ${type}-----\n`;

test('a block is written in lines of 64 chars and read again', () => {
  const bytes = Uint8Array.from({ length: 100 }, (_, i) => i);
  const text = encodePem('THING', bytes);
  expect(text.split('\n').map((line) => line.length)).toEqual([21, 64, 64, 8, 19, 0]);
  expect(decodePem(text)).toEqual({ block: { type: 'THING', headers: new Map(), bytes: Buffer.from(bytes) }, rest: '' });
  expect(encodePem('NONE', new Uint8Array())).toBe('-----BEGIN NONE-----\n-----END NONE-----\n');
});

// What Go 1.26 does with each was asked of Go.
test.each([
  ['text around is passed over', `x\n${block('A', 'AAAA')}y`, ['A']],
  ['a begin must start a line', `x${block('A', 'AAAA')}`, []],
  ['line ends of Windows, blanks', '-----BEGIN A----- \r\nAA AA\t\r\n-----END A----- \r\n', ['A']],
  ['no end', '-----BEGIN A-----\nAAAA\n', []],
  ['an end of another type, then a good block', `-----BEGIN B-----\nAAAA\n-----END C-----\n${block('A', 'AAAA')}`, ['A']],
  ['an end that goes on', '-----BEGIN A-----\nAAAA\n-----END A-----x\n', []],
  ['not base64', block('A', 'AAA'), []],
  ['a repeated begin', `-----BEGIN A-----\n${block('A', 'AAAA')}`, ['A']],
  ['empty', block('A', ''), ['A']],
  ['headers', block('A', 'Proc-Type: 4\n\nAAAA'), ['A']],
  ['headers and nothing else', block('A', 'Proc-Type: 4'), []],
  ['several', block('A', 'AAAA') + block('B C', 'AAAA'), ['A', 'B C']],
  ['nothing', '', []],
])('%s', (_, text, types) => {
  expect(decodePemBlocks(text).map(({ type }) => type)).toEqual(types);
});

test('headers are known', () => {
  expect(decodePem(block('A', 'Proc-Type : 4,ENCRYPTED\nX:\n\nAAAA'))?.block.headers).toEqual(
    new Map([
      ['Proc-Type', '4,ENCRYPTED'],
      ['X', ''],
    ]),
  );
});

test('many begins without an end take no time', () => {
  expect(decodePemBlocks('-----BEGIN A-----\n'.repeat(50_000))).toEqual([]);
  expect(decodePemBlocks('-----BEGIN A-----\n-----END B-----\n'.repeat(20_000))).toEqual([]);
});
