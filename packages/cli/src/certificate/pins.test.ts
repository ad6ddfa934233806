import { describe, expect, test } from 'vitest';
import { applies, isFingerprint, readPins } from './pins.ts';

const fingerprint = `SHA256:${'a'.repeat(43)}`;

describe('a pin counts unless it is for another context or controller', () => {
  test.each([
    // pin                              certificate                        -> counts
    [{}, {}, true],
    [{}, { context: 'prod', controller: 'a/b' }, true],
    [{ context: 'prod' }, { context: 'prod' }, true],
    [{ context: 'prod' }, { context: 'staging' }, false],
    [{ context: 'prod' }, {}, true], // a file given by --cert: nobody knows its context
    [{ controller: 'a/b' }, { controller: 'a/b' }, true],
    [{ controller: 'a/b' }, { controller: 'a/c' }, false],
    [{ context: 'prod', controller: 'a/b' }, { context: 'prod', controller: 'a/c' }, false],
  ] as const)('%j, %j -> %s', (pin, origin, counts) => {
    expect(applies({ fingerprint, ...pin }, origin)).toBe(counts);
  });
});

describe('the value of a file of pins', () => {
  test.each([
    [{ pins: [] }, []],
    [{ pins: [fingerprint] }, [{ fingerprint }]],
    [
      { pins: [{ fingerprint, context: 'c', controller: 'a/b', validUntil: '2036-01-01' }] },
      [{ fingerprint, context: 'c', controller: 'a/b', validUntil: '2036-01-01' }],
    ],
    [null, 'it has no list named pins'],
    [[], 'it has no list named pins'],
    [{ pin: [] }, 'it has no list named pins'],
    [{ pins: [], also: 1 }, 'it has an unknown field "also"'],
    // A misspelled restriction must not become a pin without one.
    [{ pins: [{ fingerprint, contxt: 'prod' }] }, 'pin 1 has an unknown field "contxt"'],
    [{ pins: [{ fingerprint, context: 7 }] }, 'pin 1 has a context that is no text'],
    [{ pins: [fingerprint, 'SHA256:short'] }, 'pin 2 has no fingerprint (SHA256:...)'],
    [{ pins: [{}] }, 'pin 1 has no fingerprint (SHA256:...)'],
    [{ pins: [7] }, 'pin 1 is not a fingerprint'],
  ])('%j', (value, expected) => {
    expect(readPins(value)).toEqual(expected);
  });
});

test.each([
  [fingerprint, true],
  [`${fingerprint}a`, false],
  [`${fingerprint}\n`, false],
  [`MD5:${'a'.repeat(43)}`, false],
  ['', false],
])('%j is a fingerprint: %s', (text, is) => {
  expect(isFingerprint(text)).toBe(is);
});
