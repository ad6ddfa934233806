import { expect, test } from 'vitest';
import { nameText } from './distinguished-name.ts';

// Source: Go's pkix.Name.String.
test.each([
  [
    [
      ['2.5.4.6', 'DE'],
      ['2.5.4.10', 'Acme, Inc.'],
      ['2.5.4.3', 'web'],
    ],
    String.raw`CN=web,O=Acme\, Inc.,C=DE`,
  ],
  [
    [
      ['2.5.4.11', 'a'],
      ['2.5.4.11', 'b'],
      ['2.5.4.3', 'x'],
      ['2.5.4.3', 'y'],
    ],
    'CN=y,OU=a+OU=b',
  ],
  [[['2.5.4.3', ' #a+b"c ']], String.raw`CN=\ #a\+b\"c\ `],
  [[['2.5.4.3', '#a']], String.raw`CN=\#a`],
  [
    [
      ['1.2.840.113549.1.9.1', 'x@y'],
      ['2.5.4.3', 'leaf'],
    ],
    'CN=leaf,1.2.840.113549.1.9.1=#0c03784079',
  ],
  [[['2.5.4.42', 'Ann']], '2.5.4.42=#1303416e6e'],
  [[], ''],
] as const)('%j', (parts, expected) => {
  expect(nameText(parts.map(([type, value]) => ({ type, value })))).toBe(expected);
});
