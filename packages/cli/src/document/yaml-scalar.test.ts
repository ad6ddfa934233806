import { describe, expect, test } from 'vitest';
import { isAmbiguous, resolvePlain } from './yaml-scalar.ts';

// Source: YAML 1.1 as the reader of Kubernetes (go-yaml v2) resolves plain scalars.
describe('resolvePlain', () => {
  test.each([
    ['', null],
    ['~', null],
    ['null', null],
    ['Null', null],
    ['nULL', 'nULL'],
    ['y', true],
    ['Y', true],
    ['yes', true],
    ['Yes', true],
    ['YES', true],
    ['yEs', 'yEs'],
    ['on', true],
    ['On', true],
    ['true', true],
    ['n', false],
    ['no', false],
    ['NO', false],
    ['off', false],
    ['Off', false],
    ['False', false],
    ['5432', 5432n],
    ['-1', -1n],
    ['+12', 12n],
    ['0', 0n],
    ['0777', 511n],
    ['0o17', 15n],
    ['0x1F', 31n],
    ['0b101', 5n],
    ['1_000', 1000n],
    ['12345678901234567890123', 12345678901234567890123n],
    ['089', 89],
    ['1.5', 1.5],
    ['.5', 0.5],
    ['5.', 5],
    ['1e3', 1000],
    ['-1.5E-3', -0.0015],
    ['.inf', Infinity],
    ['-.Inf', -Infinity],
    ['1:30', '1:30'],
    ['2024-01-02', '2024-01-02'],
    ['1.2.3', '1.2.3'],
    ['0x', '0x'],
    ['_1', '_1'],
    ['-', '-'],
    ['.', '.'],
    ['e3', 'e3'],
    ['hello', 'hello'],
  ])('%j is %s', (text, value) => {
    expect(resolvePlain(text)).toBe(value);
  });

  test('.nan is not a number', () => expect(resolvePlain('.nan')).toBeNaN());
});

test.each([
  'no',
  '0777',
  '1:30',
  '190:20:30',
  '2024-01-02',
  '2024-01-02T03:04:05Z',
  '<<',
  '=',
  '1_000',
  '0o17',
  '1e3',
  '+1',
  '.5',
  '~',
  '',
])('some reader takes %j for something other than a string', (text) => expect(isAmbiguous(text)).toBe(true));

test.each(['hello', '1a', '10.0.0.1-beta', 'nope', 'abc123', 'AgB4', '-x', 'v1.2'])('every reader takes %j for a string', (text) =>
  expect(isAmbiguous(text)).toBe(false),
);
